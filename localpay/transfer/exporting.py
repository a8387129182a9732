"""Giving records out: a whole store, or the records of one entity that a query matches."""

from __future__ import annotations

from typing import Literal, TypeAlias

ExportFormat: TypeAlias = Literal["ndjson", "json", "csv"]
ExportEntity: TypeAlias = Literal["sessions", "carts", "payments"]
