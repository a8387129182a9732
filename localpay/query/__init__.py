r"""The filter language: one for library, command line, screen, export and saved views.

`parse` reads a filter into a `Query`, whose `str` is its canonical text. What fields there are
stands in `fields`, what SQL comes of it in `localpay.storage.compile`.

A filter cannot hold a NUL, and SQLite reads a text only up to one: wildcards and bare words do not
find what an id or an e-mail holds behind a NUL (`email:*z.com` does not match "x\0y@z.com"), and of
a text at a place in JSON nothing is compared behind one.
"""

from __future__ import annotations

from localpay.query.grammar import Query, parse

__all__ = ["Query", "parse"]
