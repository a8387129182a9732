"""Bars and sparklines: numbers of any size drawn in so many cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.tui.spark import bar, sparkline, without_gaps

NUMBERS = st.integers(0, 10**30)


def test_a_bar_is_filled_as_far_as_the_part_is_of_the_whole() -> None:
    assert [bar(part, 8, 4) for part in (0, 1, 4, 8)] == ["    ", "▌   ", "██  ", "████"]


def test_a_tiny_part_is_still_seen() -> None:
    assert bar(1, 10**9, 4) == "▏   "


@given(NUMBERS, NUMBERS, st.integers(-1, 40))
def test_a_bar_has_its_width_or_nothing(part: int, whole: int, width: int) -> None:
    assert len(bar(part, whole, width)) in {0, max(0, width)}


def test_a_sparkline_shows_zero_as_a_gap_and_the_most_as_full() -> None:
    assert sparkline([0, 1, 4, 8], 4) == " ▁▄█"


def test_neighbours_are_added_up_where_there_are_too_many() -> None:
    assert sparkline([1, 1, 4, 4], 2) == sparkline([2, 8], 2)[:1] + "█"


def test_all_columns_stand_for_as_much_time() -> None:
    assert sparkline([1] * 62, 36) == "█" * 31
    assert sparkline([1] * 65, 33) == "▄" + "█" * 32


@given(st.lists(st.integers(-5, 10**30), max_size=200), st.integers(-1, 60))
def test_a_sparkline_never_is_wider_than_its_room(numbers: list[int], width: int) -> None:
    assert len(sparkline(numbers, width)) <= max(0, width)


def test_months_and_days_without_records_are_zero() -> None:
    months = without_gaps({"2026-02": 3, "2025-12": 1})
    assert months == [("2025-12", 1), ("2026-01", 0), ("2026-02", 3)]
    days = without_gaps({"2024-02-28": 1, "2024-03-01": 2})
    assert days == [("2024-02-28", 1), ("2024-02-29", 0), ("2024-03-01", 2)]


@pytest.mark.parametrize("odd", ["", "x", "2026-13", "9999999", "2026-02-30"])
def test_what_is_no_time_is_left_out(odd: str) -> None:
    assert without_gaps({odd: 1}) == []


def test_thousands_of_years_are_drawn_in_time() -> None:
    assert len(without_gaps({"0001-01": 1, "9999-12": 1})) <= 4001
    assert len(without_gaps({"0001-01-01": 1, "9999-12-31": 1})) <= 4001
