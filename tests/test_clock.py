from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.clock import (
    from_text,
    parse_instant,
    system_clock,
    to_json,
    to_milliseconds,
    to_text,
)
from localpay.errors import InstantError

EVENING = datetime(2026, 11, 22, 20, 33, 5, 475720, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T20:33:05.475720Z",
        "2026-11-22 20:33:05.47572+00",
        "2026-11-22 15:33:05.47572-05",
        "2026-11-23 02:03:05.47572+05:30",
        "2026-11-23T02:03:05.475720+0530",
        "2026-11-22 20:33:05.475720999",
    ],
)
def test_an_instant_is_read_in_every_form_that_databases_and_javascript_write(text: str) -> None:
    assert parse_instant(text) == EVENING


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22 20:33:05", EVENING.replace(microsecond=0)),
        ("2026-11-22T20:33", EVENING.replace(second=0, microsecond=0)),
        ("2026-11-22", EVENING.replace(hour=0, minute=0, second=0, microsecond=0)),
        ("2026-11-22T20:33:05.4Z", EVENING.replace(microsecond=400000)),
    ],
)
def test_what_is_left_out_is_zero_and_the_zone_is_utc(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    ["", "now", "22.11.2026", "2026-13-01", "2026-02-30", "2026-11-22T25:00:00Z",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-01:00", "2026-11-22T20:33:05.Z",
     "2026-11-22 20:33:05 and more", "infinity", "2026-11-22T20:33:05+99:00"],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(InstantError):
        parse_instant(text)


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)),  # noqa: DTZ001
       st.integers(-14 * 60, 14 * 60))  # fmt: skip
def test_the_files_form_has_one_width_and_loses_nothing(moment: datetime, minutes: int) -> None:
    instant = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    text = to_text(instant)

    assert len(text) == 27
    assert from_text(text) == parse_instant(text) == instant
    assert from_text(text).tzinfo is UTC


@given(st.lists(st.datetimes(timezones=st.just(UTC))))
def test_the_files_form_sorts_as_the_instants_do(instants: list[datetime]) -> None:
    assert sorted(map(to_text, instants)) == [to_text(each) for each in sorted(instants)]


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(InstantError, match="no time zone"):
        to_text(datetime(2026, 1, 1))  # noqa: DTZ001


def test_medusas_form_is_cut_not_rounded() -> None:
    assert to_milliseconds("2026-11-22T20:33:05.475999Z") == "2026-11-22T20:33:05.475Z"


def test_the_systems_clock_gives_milliseconds_in_utc() -> None:
    now = system_clock()

    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_in_json_an_instant_is_text_and_other_values_stay() -> None:
    assert to_json(from_text("2026-11-22T20:33:05.475999Z")) == "2026-11-22T20:33:05.475Z"
    assert [to_json(value) for value in (None, 1, "text", {"a": 1})] == [None, 1, "text", {"a": 1}]
