from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.tui.places import Row, Share, read_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("7", Row(7)),
        ("#7", Row(7)),
        ("1200", Row(1200)),
        ("1,200,000", Row(1_200_000)),
        ("1 200", Row(1200)),
        ("1_200", Row(1200)),
        ("0", Row(0)),
        ("50%", Share(Fraction(1, 2))),
        ("99.5 %", Share(Fraction(199, 200))),
        (" First ", Share(Fraction(0))),
        ("LAST", Share(Fraction(1))),
        ("payses_01", None),
        ("1,2", None),
        ("-1", None),
        ("9" * 5000, None),
        ("²", None),
        ("", None),
    ],
)
def test_a_place_is_read_as_people_write_it(text: str, place: Row | Share | None) -> None:
    assert read_place(text) == place


def test_rows_are_counted_from_one_and_end_with_the_list() -> None:
    assert [Row(each).position(3) for each in range(5)] == [None, 0, 1, 2, None]


@given(st.integers(0, 10**7), st.integers(0, 100))
def test_a_share_is_a_row_of_the_list(count: int, percent: int) -> None:
    place = read_place(f"{percent}%")
    assert place is not None
    position = place.position(count)
    assert position is None if not count else position in range(count)


def test_more_than_the_whole_is_nowhere() -> None:
    assert Share(Fraction(3, 2)).position(10) is None
