"""localpay: payment sessions and carts in one local file."""

from __future__ import annotations

__version__ = "0.1.0"
