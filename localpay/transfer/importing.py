"""Taking records in: any number of sources, of any of the formats, as one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

OnConflict: TypeAlias = Literal["fail", "skip", "update"]


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is.

    Attributes:
        source: the file that is being read, "-" for standard input.
        position: bytes read of it.
        size: bytes it has; None where that is not known before its end.
        rows: rows read so far, of all sources.
    """

    source: str
    position: int
    size: int | None
    rows: int


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did, in numbers of rows by the name of their table.

    Attributes:
        added: rows that are new in the store.
        updated: rows that were there and have values of the sources now.
        skipped: rows that were there and stayed as they were.
        quarantined: rows that break a rule of the data and were left out.
    """

    added: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
