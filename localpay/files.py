"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO


@contextmanager
def replace_file(path: Path) -> Iterator[TextIO]:
    """Write a text file that replaces the file at a path when the block ends.

    If the block raises, or the program is killed, the old file stays as it was. The text is UTF-8,
    with half surrogates escaped, and its line breaks are written as they are on every system.

    Args:
        path: the file; a link is followed. A device or a pipe is written to directly.

    Raises:
        OSError: the file cannot be written.
    """
    path = Path(os.path.realpath(path))  # `resolve` raises where a link leads to itself
    is_special = path.exists() and not path.is_file()
    part = path if is_special else path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", errors="backslashreplace", newline="") as target:
            yield target
        if not is_special:
            part.replace(path)
    finally:
        if not is_special:
            with suppress(OSError):
                part.unlink()
