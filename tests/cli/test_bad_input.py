"""Whatever is wrong with what a command is given: one clear line, and nothing is touched."""

from __future__ import annotations

import os
import resource
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from localpay import Store
from localpay.storage import connections

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from tests.cli.running import Run, Shell

READING = (
    ["list", "{}", "sessions"],
    ["show", "{}", "ps_1"],
    ["export", "{}"],
    ["stats", "{}"],
    ["history", "{}"],
    ["check", "{}"],
    ["backup", "{}", "copy.localpay"],
    ["open", "{}", "--read-only"],
)
WRITING = (
    ["undo", "{}"],
    ["redo", "{}"],
    ["index", "{}", "--search"],
    ["open", "{}"],
)
MAKING = (
    ["import", "{}", "-"],
    ["seed", "{}", "--carts", "3"],
)


def name(words: list[str]) -> str:
    return words[0]


def filled(words: list[str], path: Path) -> list[str]:
    return [word.format(path) for word in words]


def assert_one_line(result: Result, status: int, *parts: str) -> None:
    assert result.exit_code == status
    assert result.stdout == ""
    assert result.stderr.startswith("localpay: ")
    assert result.stderr.endswith("\n")
    assert result.stderr.count("\n") == 1
    for part in parts:
        assert part in result.stderr


@pytest.mark.parametrize("words", [*READING, *WRITING], ids=name)
def test_no_such_file(run: Run, path: Path, words: list[str]) -> None:
    result = run(*filled(words, path))

    assert_one_line(result, 1, f"{path}: no such file", "localpay init")
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("words", [*READING, *WRITING, *MAKING], ids=name)
def test_not_a_store(run: Run, path: Path, words: list[str]) -> None:
    path.write_text("id,amount\nps_1,1250\n" * 10)
    before = path.read_bytes()

    assert_one_line(run(*filled(words, path)), 1, "this is not a localpay store")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("words", [*READING, *WRITING, *MAKING], ids=name)
def test_another_programs_sqlite_file_is_not_touched(
    run: Run, path: Path, words: list[str]
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE payment_session (id TEXT)")
        connection.execute("PRAGMA user_version = 7")
    before, modified = path.read_bytes(), path.stat().st_mtime_ns

    assert_one_line(run(*filled(words, path)), 1, "belongs to another program")
    assert path.read_bytes() == before
    assert path.stat().st_mtime_ns == modified
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("words", [*READING, *WRITING, *MAKING], ids=name)
def test_a_newer_version(run: Run, shop: Path, words: list[str]) -> None:
    with closing(sqlite3.connect(shop)) as connection:
        connection.execute("PRAGMA user_version = 4000")
    before = shop.read_bytes()

    assert_one_line(run(*filled(words, shop)), 1, "written by a newer localpay (format 4000")
    assert shop.read_bytes() == before


@pytest.mark.parametrize("words", [*READING, *WRITING, *MAKING], ids=name)
def test_a_folder(run: Run, path: Path, words: list[str]) -> None:
    path.mkdir()

    assert_one_line(run(*filled(words, path)), 1, "this is a folder")


@pytest.mark.parametrize("words", [["init", "{}"], *MAKING], ids=name)
def test_a_folder_that_is_not_there(run: Run, path: Path, words: list[str]) -> None:
    result = run(*filled(words, path.with_name("nowhere") / "shop.localpay"))

    assert_one_line(result, 1, "cannot be written: No such file or directory")


@pytest.mark.parametrize("words", [*READING, *WRITING, *MAKING, ["init", "{}"]], ids=name)
def test_a_name_that_no_file_can_have(run: Run, path: Path, words: list[str]) -> None:
    result = run(*filled(words, path.with_name("x" * 300)))

    assert_one_line(result, 1, f"{'x' * 300}: ", "File name too long")
    assert "LOCALPAY_DEBUG" not in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("words", [["init", "{}"], *MAKING], ids=name)
def test_a_read_only_place(run: Run, path: Path, words: list[str]) -> None:
    path.parent.chmod(0o555)
    try:
        assert_one_line(run(*filled(words, path)), 1, "cannot be written: Permission denied")
    finally:
        path.parent.chmod(0o755)


@pytest.mark.parametrize("words", [["init", "{}"], *MAKING], ids=name)
def test_a_place_that_nobody_can_write_to(run: Run, path: Path, words: list[str]) -> None:
    assert_one_line(run(*filled(words, path / "/proc/shop.localpay")), 1, "cannot be written")


def test_a_store_that_is_there_is_not_made_anew(run: Run, shop: Path) -> None:
    before = shop.read_bytes()

    assert_one_line(run("init", shop), 1, "exists already")
    assert_one_line(run("backup", shop, shop), 1, "exists already")
    assert shop.read_bytes() == before


@pytest.mark.parametrize("words", [["seed", "{}", "--carts", "3"], ["undo", "{}"]], ids=name)
def test_a_locked_file(
    run: Run, shop: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(shop, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        assert_one_line(run(*filled(words, shop)), 1, "another program is writing to the store")


@pytest.mark.parametrize("words", [["list", "{}", "sessions"], ["stats", "{}"]], ids=name)
def test_a_locked_file_can_be_read(run: Run, shop: Path, words: list[str]) -> None:
    with closing(sqlite3.connect(shop, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        assert run(*filled(words, shop)).exit_code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limits")
def test_a_full_disk_leaves_the_store_as_it_was(shell: Shell, shop: Path) -> None:
    room = shop.stat().st_size + 100_000

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    result = shell("seed", shop, "--carts", "2000", before=limit)

    assert result.returncode == 1
    assert result.stderr.startswith(f"localpay: {shop}: ".encode())
    assert result.stderr.count(b"\n") == 1
    with Store.open(shop) as store:
        assert store.check() == []
        assert store.carts.count() == 2


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limits")
def test_a_backup_that_has_no_room_names_the_copy_and_leaves_none(
    shell: Shell, shop: Path, tmp_path: Path
) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    before = set(tmp_path.iterdir())
    result = shell("backup", shop, "copy.localpay", before=limit)

    assert result.returncode == 1
    assert result.stderr.startswith(b"localpay: copy.localpay: ")
    assert result.stderr.count(b"\n") == 1
    assert set(tmp_path.iterdir()) == before


def test_a_backup_into_a_folder_that_is_not_there_names_the_copy(run: Run, shop: Path) -> None:
    copy = shop.parent / "nowhere" / "copy.localpay"

    assert_one_line(run("backup", shop, copy), 1, f"{copy}: cannot be written: No such file")


def test_a_cut_off_file(run: Run, shop: Path) -> None:
    shop.write_bytes(shop.read_bytes()[:20_000])

    assert_one_line(run("list", shop, "sessions"), 1, "the file is damaged")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("stauts:error", "filter, column 1: there is no field 'stauts'"),
        ("status:", "filter, column 8: a value is missing"),
        ("status:lost", "filter, column 8: "),
        ("(status:error", "filter, column 1: this parenthesis is not closed"),
        ('email:"ada', "filter, column 7: this quote is not closed"),
        ("amount:>=abc", "filter, column 10: "),
        ("x" * 20_000, "filter, column 10001: "),
    ],
)
@pytest.mark.parametrize(
    "verb",
    [
        ["list", "{}", "sessions"],
        ["list", "{}", "sessions", "--format", "csv"],
        ["export", "{}"],
        ["export", "{}", "--format", "csv"],
        ["export", "{}", "--format", "json"],
    ],
    ids=" ".join,
)
def test_a_malformed_filter_is_wrong_usage(
    run: Run, shop: Path, verb: list[str], query: str, message: str
) -> None:
    assert_one_line(run(*filled(verb, shop), query), 2, message)


def test_choices_that_one_has_are_listed_in_the_same_line(run: Run, shop: Path) -> None:
    choices = "Choose from: sessions, carts, payments, quarantine (see localpay list --help)"

    assert_one_line(run("list", shop), 2, choices)


def test_a_sort_by_no_field_is_wrong_usage(run: Run, shop: Path) -> None:
    assert_one_line(run("list", shop, "sessions", "--sort", "colour"), 2, "colour")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"hello\n", "line 1"),
        (b'{"cart":', "line 1"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"caf\xe9", "line 1"),
        (b"colour,size\nred,1\n", "line 1"),
    ],
)
def test_a_source_that_cannot_be_read_makes_no_store(
    run: Run, path: Path, content: bytes, message: str
) -> None:
    source = path.with_name("source")
    source.write_bytes(content)

    assert_one_line(run("import", path, source), 1, message)
    assert list(path.parent.iterdir()) == [source]


def test_a_record_that_is_not_there(run: Run, shop: Path) -> None:
    assert_one_line(run("show", shop, "ps_nope"), 1, "there is no record with id 'ps_nope'")


def test_nothing_to_undo_or_redo(run: Run, path: Path) -> None:
    run("init", path)

    assert_one_line(run("undo", path), 1, "there is nothing to undo")
    assert_one_line(run("redo", path), 1, "there is nothing to redo")
