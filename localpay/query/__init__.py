"""The filter language: one for library, command line, screen, export and saved views.

`parse` reads a filter into a `Query`, whose `str` is its canonical text. What fields there are
stands in `fields`, what SQL comes of it in `localpay.storage.compile`.
"""

from __future__ import annotations

from localpay.query.fields import EntityName
from localpay.query.grammar import Query, parse

__all__ = ["EntityName", "Query", "parse"]
