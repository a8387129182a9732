from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.cli import output

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with output.file(path) as target:
        target.write("first\n")
    with pytest.raises(ZeroDivisionError), output.file(path) as target:
        target.write("second")
        raise ZeroDivisionError

    assert path.read_bytes() == b"first\n"
    assert list(tmp_path.iterdir()) == [path]


def test_text_that_utf_8_cannot_hold_is_escaped(tmp_path: Path) -> None:
    with output.file(tmp_path / "out") as target:
        target.write("half \ud83d 漢")

    assert (tmp_path / "out").read_text("utf-8") == "half \\ud83d 漢"
