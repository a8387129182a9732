"""Import and export from the shell."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from localpay import Store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Run, Shell

CSV = """\
id,created_at,updated_at,cart_id,provider_id,is_selected,is_initiated,status,data
ps_1,2026-11-22 20:33:05+00,2026-11-22 20:33:05+00,,manual,,f,pending,{}
ps_2,2026-11-22 20:33:05+00,2026-11-22 20:33:05+00,cart_nope,manual,,f,pending,{}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "payment_session.csv"
    path.write_text(CSV)
    return path


def test_an_import_makes_the_store_and_sums_up(run: Run, path: Path, source: Path) -> None:
    result = run("import", path, source)

    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == (
        "added: 1 payment session\n"
        "quarantined: 1 payment session\n"
        f"localpay list {path} quarantine shows why\n"
    )


def test_standard_input_is_a_source(run: Run, path: Path) -> None:
    assert run("import", path, "-", stdin=CSV).exit_code == 0
    assert "ps_1" in run("list", path, "sessions").stdout


def test_what_is_there_already_is_a_conflict_unless_told_otherwise(
    run: Run, path: Path, source: Path
) -> None:
    run("import", path, source)
    source.write_text(CSV.replace("pending", "error"))

    assert run("import", path, source).exit_code == 1
    assert "skipped: 1" in run("import", path, source, "--on-conflict", "skip").stderr
    assert "pending" in run("list", path, "sessions").stdout
    assert "updated: 1" in run("import", path, source, "--on-conflict", "update").stderr
    assert "error" in run("list", path, "sessions").stdout


def test_strict_refuses_what_would_be_put_in_quarantine(run: Run, path: Path, source: Path) -> None:
    result = run("import", path, source, "--strict")

    assert result.exit_code == 1
    assert f"{source}, line 3" in result.stderr
    assert not path.exists()


def test_there_is_no_progress_in_a_pipe(shell: Shell, path: Path, source: Path) -> None:
    assert b"\r" not in shell("import", path, source).stderr


def test_an_export_makes_an_equal_store(run: Run, shop: Path) -> None:
    target, copy = shop.with_name("out.ndjson"), shop.with_name("copy.localpay")

    written = run("export", shop, "-o", target)
    assert run("import", copy, target).exit_code == 0
    assert written.stdout == ""
    assert written.stderr.endswith(f" records written to {target}\n")
    assert run("export", copy).stdout_bytes == target.read_bytes()
    assert run("export", shop).stdout_bytes == target.read_bytes()


def test_an_export_holds_what_a_query_matches(run: Run, shop: Path) -> None:
    result = run("export", shop, "--format", "csv", "--entity", "sessions", "-status:pending")

    assert [line.split(",")[0] for line in result.stdout.splitlines()] == [
        "id",
        "ps_ada_card",
        "ps_kenji",
    ]


def test_cells_are_defused_for_a_spreadsheet_only_when_asked_for(run: Run, shop: Path) -> None:
    with Store.open(shop) as store:
        store.carts.update("cart_ada", email="=cmd()")
    words = ("export", shop, "--format", "csv", "--entity", "carts")

    assert ",=cmd()," in run(*words).stdout
    assert ",'=cmd()," in run(*words, "--excel-safe").stdout


def test_a_failed_export_leaves_the_file_as_it_was(run: Run, shop: Path) -> None:
    target = shop.with_name("out.csv")
    target.write_text("before")

    assert run("export", shop, "-o", target, "nofield:1").exit_code == 2
    assert target.read_text() == "before"
    assert sorted(shop.parent.iterdir()) == [target, shop]


def test_an_export_never_takes_the_stores_place(run: Run, shop: Path) -> None:
    before = shop.read_bytes()
    result = run("export", shop, "-o", shop.parent / "." / shop.name)

    assert result.exit_code == 2
    assert "this is the store itself" in result.stderr
    assert shop.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files")
def test_an_export_to_a_device_is_written_to_it(run: Run, shop: Path) -> None:
    assert run("export", shop, "-o", os.devnull).exit_code == 0
    assert os.path.exists(os.devnull)

    result = run("export", shop, "-o", "/dev/full")
    assert result.exit_code == 1
    assert "/dev/full: cannot be written: No space left on device" in result.stderr


def test_an_export_through_a_link_writes_the_file_behind_it(run: Run, shop: Path) -> None:
    target, link = shop.with_name("target"), shop.with_name("link")
    link.symlink_to(target)

    run("export", shop, "-o", link)
    assert link.is_symlink()
    assert target.read_text().count("\n") > 5


def test_an_export_into_a_folder_that_is_not_there(run: Run, shop: Path) -> None:
    result = run("export", shop, "-o", shop.with_name("nowhere") / "out")

    assert result.exit_code == 1
    assert "cannot be written: No such file or directory" in result.stderr


def test_an_export_of_nothing_tells_of_a_value_that_no_record_has(run: Run, shop: Path) -> None:
    hint = "no session has the provider 'strpe'; did you mean 'stripe'?\n"
    done = run("export", shop, "provider:strpe")

    assert (done.stderr, done.exit_code) == (hint, 0)
    carts = run("export", shop, "--entity", "carts", "--format", "csv", "session.provider:strpe")
    assert carts.stderr == hint
    assert not run("export", shop, "id:none").stderr
