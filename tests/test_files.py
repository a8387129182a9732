from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from localpay.files import replace_file


def test_a_new_file_is_there_at_the_end_of_the_block(tmp_path: Path) -> None:
    path = tmp_path / "out"

    with replace_file(path) as target:
        target.write("all of it\n")
        assert not path.exists()

    assert path.read_bytes() == b"all of it\n"
    assert list(tmp_path.iterdir()) == [path]


def test_an_old_file_stays_when_the_block_raises(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")

    with pytest.raises(ZeroDivisionError), replace_file(path) as target:
        target.write("new")
        target.flush()
        raise ZeroDivisionError

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replace_file(tmp_path / "nowhere" / "out"):
        pass
    with pytest.raises(IsADirectoryError), replace_file(tmp_path):
        pass


def test_text_that_utf_8_cannot_hold_is_escaped(tmp_path: Path) -> None:
    with replace_file(tmp_path / "out") as target:
        target.write("half \ud83d 漢\r\n\n")

    assert (tmp_path / "out").read_bytes() == "half \\ud83d 漢\r\n\n".encode()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_a_link_stays_and_leads_to_the_new_text(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"old")
    link.symlink_to(file)

    with replace_file(link) as target:
        target.write("new")

    assert link.is_symlink()
    assert file.read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_a_link_that_leads_to_itself_is_replaced(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)

    with replace_file(link) as target:
        target.write("new")

    assert link.read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="has no such pipes")
def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()

    with replace_file(pipe) as target:
        target.write("through")
    reader.join()

    assert read == [b"through"]
    assert pipe.is_fifo()
