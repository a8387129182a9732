"""The filters of this run and of earlier ones, kept in a small file.

The file is a convenience: if it cannot be read or written there is no history, and no complaint.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from localpay.text import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from localpay.entities import EntityName

MOST: Final = 200
"""How many filters are kept."""

_LONGEST = 1_000
_READ = MOST * (_LONGEST + 100) * 4
"""How many bytes of the file are read, whatever it holds."""


class FilterHistory:
    """The filters used before, the latest first.

    Args:
        path: the file; None to keep nothing beyond this run.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lines: list[tuple[str, str]] = []

    @classmethod
    def of_user(cls) -> Self:
        """The history of the user who runs the program."""
        from platformdirs import user_state_path  # noqa: PLC0415 - not needed by tests

        return cls(user_state_path("localpay") / "filters")

    def read(self) -> None:
        """Read the file: the filters of earlier runs, and of other programs running now."""
        if self._path is not None:
            self._lines = _merged(self._lines, _read(self._path))

    def of(self, entity: EntityName) -> list[str]:
        """The filters of one entity, the latest first."""
        return [text for name, text in self._lines if name == entity]

    def add(self, entity: EntityName, text: str) -> bool:
        """Add a filter.

        Returns:
            Whether it differs from the latest, so that the file should be written.
        """
        text = text.strip()
        if not text or len(text) > _LONGEST or self._lines[:1] == [(entity, text)]:
            return False
        self._lines = _merged([(entity, text)], self._lines)
        return True

    def write(self) -> None:
        """Write the file, whole or not at all, keeping what other programs wrote."""
        if self._path is None:
            return
        from localpay.files import replace_file  # noqa: PLC0415 - not for the first frame

        lines = _merged(self._lines, _read(self._path))
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with replace_file(self._path) as file:
                file.writelines(f"{json.dumps(line)}\n" for line in reversed(lines))


def _merged(newer: list[tuple[str, str]], older: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(dict.fromkeys([*newer, *older]))[:MOST]


def _read(path: Path) -> list[tuple[str, str]]:
    """The filters in a file, the latest first; anything else in it is skipped."""
    try:
        if not path.is_file():  # a pipe would wait for a writer
            return []
        with path.open("rb") as file:
            text = file.read(_READ).decode("utf-8", "replace")
    except (OSError, ValueError):
        return []
    return [line for each in reversed(text.splitlines()) if (line := _line(each)) is not None]


def _line(text: str) -> tuple[str, str] | None:
    try:
        match json.loads(text):
            case [str(entity), str(query)] if query and len(query) <= _LONGEST:
                return entity, one_line(query)
    except (ValueError, RecursionError):
        pass
    return None
