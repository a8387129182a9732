"""The filters of this run and of earlier ones, in a file that may be as odd as anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from localpay.tui.filter_history import MOST, FilterHistory


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "filters"


def test_the_latest_comes_first_and_none_twice(path: Path) -> None:
    history = FilterHistory(path)
    for text in ("a", "b", "a"):
        history.add("cart", text)
    assert history.of("cart") == ["a", "b"]
    assert history.of("payment") == []


def test_without_a_file_filters_are_kept_for_the_run() -> None:
    history = FilterHistory()
    history.add("cart", "a")
    history.write()
    history.read()
    assert history.of("cart") == ["a"]


def test_the_same_again_and_nothing_are_not_worth_writing(path: Path) -> None:
    history = FilterHistory(path)
    assert history.add("cart", "a")
    assert not history.add("cart", " a ")
    assert not history.add("cart", "  ")


def test_two_programs_keep_the_filters_of_both(path: Path) -> None:
    one, other = FilterHistory(path), FilterHistory(path)
    for history, text in ((one, "a"), (other, "b")):
        history.add("cart", text)
        history.write()
    one.read()
    assert set(one.of("cart")) == {"a", "b"}
    assert [each.name for each in path.parent.iterdir()] == ["filters"]


def test_only_so_many_are_kept(path: Path) -> None:
    history = FilterHistory(path)
    for number in range(MOST + 5):
        history.add("cart", f"x{number}")
    history.write()
    later = FilterHistory(path)
    later.read()
    assert later.of("cart")[0] == f"x{MOST + 4}"
    assert len(later.of("cart")) == MOST


def test_a_folder_in_its_place_is_no_matter(path: Path) -> None:
    path.mkdir(parents=True)
    history = FilterHistory(path)
    history.add("cart", "a")
    history.read()
    history.write()
    assert history.of("cart") == ["a"]
    assert [each.name for each in path.parent.iterdir()] == ["filters"]
