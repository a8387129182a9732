"""The file of a user's choices: written whole or not at all, and never trusted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from localpay import jsontext
from localpay.entities import SavedView
from localpay.errors import OutputError
from localpay.tui.layouts import Shown
from localpay.tui.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

VIEW = SavedView("mine", "cart", "total:>5", "-total", ("id", "total 9"))


def test_what_was_kept_is_there_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "of" / "user" / "screen.json"
    settings = Settings(path)
    settings.keep_columns("cart", ["id", "total 9"])
    settings.keep_view(VIEW)
    settings.keep_theme("nord")

    again = Settings(path)
    assert again.theme == "nord"
    assert again.columns() == {"cart": (Shown("id"), Shown("total", 9))}
    assert again.views() == [VIEW]
    assert [each.name for each in path.parent.iterdir()] == ["screen.json"]


def test_without_a_file_choices_last_for_the_run() -> None:
    settings = Settings()
    settings.keep_view(VIEW)
    assert settings.views() == [VIEW]
    settings.forget_view("mine")
    assert settings.views() == []


def test_two_programs_keep_what_the_other_wrote(tmp_path: Path) -> None:
    path = tmp_path / "screen.json"
    first, second = Settings(path), Settings(path)
    first.keep_columns("cart", ["id"])
    second.keep_columns("payment", ["id"])

    assert set(Settings(path).columns()) == {"cart", "payment"}


def test_a_view_of_the_same_name_is_replaced_in_its_place(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "screen.json")
    for view in (VIEW, replace(VIEW, name="a"), replace(VIEW, entity="payment")):
        settings.keep_view(view)

    found = [(each.name, each.entity) for each in settings.views()]
    assert found == [("mine", "payment"), ("a", "cart")]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"null", b"[]", b"7", b"\xff\xfe", b"{", b'{"columns": 5, "views": 5}',
        b'{"columns": {"cart": 5}, "views": [5, null, {}, {"name": 1}]}',
        b'{"views": [{"name": "x", "entity": "cart", "query": 1, "shown_columns": 1}]}',
        b"[" * 100_000, b'{"views": "' + b"x" * 2_000_000 + b'"}', b'{"theme": ["nord"]}',
    ],
    ids=range(12),
)  # fmt: skip
def test_a_file_that_holds_anything_else_is_taken_for_an_empty_one(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "screen.json"
    path.write_bytes(content)
    settings = Settings(path)

    assert settings.columns() == {}
    assert settings.theme is None
    assert settings.views() == []
    settings.keep_view(VIEW)
    assert Settings(path).views() == [VIEW]


def test_what_others_keep_in_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "screen.json"
    kept: dict[str, Any] = {"later": {"a": 1}, "columns": {"cart": ["id"]}}
    path.write_text(jsontext.dumps(kept))
    Settings(path).keep_view(VIEW)

    assert jsontext.loads(path.read_text())["later"] == {"a": 1}


def test_a_file_that_cannot_be_written_is_reported_and_the_choice_lasts_for_the_run(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(tmp_path / "file" / "screen.json")

    with pytest.raises(OutputError, match="cannot be written"):
        settings.keep_view(VIEW)
    assert settings.views() == [VIEW]
