from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from localpay.query import parse, spans
from localpay.query.tree import Term

if TYPE_CHECKING:
    from localpay.query.tree import Test

NOW = datetime(2026, 11, 23, 12, 30, 15, 250_000, UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)


def only_test(text: str) -> Test:
    tree = parse(text, "payment_session").tree
    assert isinstance(tree, Term)
    (test,) = tree.tests
    return test


def at(
    year: int,
    month: int = 1,
    day: int = 1,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    microsecond: int = 0,
) -> datetime:
    return datetime(year, month, day, hour, minute, second, microsecond, UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", at(2026), at(2027)),
        ("2026-11", at(2026, 11), at(2026, 12)),
        ("2026-12", at(2026, 12), at(2027)),
        ("2024-02-29", at(2024, 2, 29), at(2024, 3, 1)),
        ("2026-11-20T08", at(2026, 11, 20, 8), at(2026, 11, 20, 9)),
        ("2026-11-20T08:05", at(2026, 11, 20, 8, 5), at(2026, 11, 20, 8, 6)),
        ("2026-11-20T08:05:59", at(2026, 11, 20, 8, 5, 59), at(2026, 11, 20, 8, 6)),
        ("2026-11-20T08:05:59.9", at(2026, 11, 20, 8, 5, 59, 900_000), at(2026, 11, 20, 8, 6)),
        ("2026-11-20T08:05:59.999999", at(2026, 11, 20, 8, 5, 59, 999_999), at(2026, 11, 20, 8, 6)),
        ("2026-11-20T08:00Z", at(2026, 11, 20, 8), at(2026, 11, 20, 8, 1)),
        ("2026-11-20T08:00+02:00", at(2026, 11, 20, 6), at(2026, 11, 20, 6, 1)),
        ("2026-11-20T08-0530", at(2026, 11, 20, 13, 30), at(2026, 11, 20, 14, 30)),
        ("2026-11-20+14", at(2026, 11, 19, 10), at(2026, 11, 20, 10)),
        ("9999", at(9999), None),
        ("9999-12-31", at(9999, 12, 31), None),
        ("today", at(2026, 11, 23), at(2026, 11, 24)),
        ("yesterday", at(2026, 11, 22), at(2026, 11, 23)),
        ("tomorrow", at(2026, 11, 24), at(2026, 11, 25)),
        ("now", NOW, NOW + timedelta(microseconds=1)),
        ("-2h", NOW - timedelta(hours=2), NOW + timedelta(microseconds=1)),
        ("-1w", NOW - timedelta(days=7), NOW + timedelta(microseconds=1)),
        ("+90s", NOW, NOW + timedelta(seconds=90, microseconds=1)),
        ("-9999999w", datetime.min.replace(tzinfo=UTC), NOW + timedelta(microseconds=1)),
        ("+9999999w", NOW, None),
    ],
)
def test_a_time_is_as_long_as_it_is_precise(
    text: str, start: datetime, end: datetime | None
) -> None:
    assert spans.instants(only_test(f"created:{text}"), NOW) == (start, end)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        (">2026-11", at(2026, 12), None),
        (">=2026-11", at(2026, 11), None),
        ("<2026-11", None, at(2026, 11)),
        ("<=2026-11", None, at(2026, 12)),
        (">9999", at(9999), at(9999)),
        ("2026-10..2026-11", at(2026, 10), at(2026, 12)),
        ("..2026-11", None, at(2026, 12)),
        (">=-2h", NOW - timedelta(hours=2), None),
        ("-2d..-1d", NOW - timedelta(days=2), NOW - timedelta(days=1) + timedelta(microseconds=1)),
    ],
)
def test_operators_and_ranges_are_about_the_whole_period(
    text: str, start: datetime | None, end: datetime | None
) -> None:
    assert spans.instants(only_test(f"created:{text}"), NOW) == (start, end)


def test_days_are_those_of_utc_wherever_now_was_told() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=timezone(timedelta(hours=-5)))

    assert spans.instants(only_test("created:today"), late) == (at(2026, 11, 24), at(2026, 11, 25))


@pytest.mark.parametrize(
    ("text", "decimals", "start", "end"),
    [
        ("1250", 2, 1250, 1251),
        ("1250", 0, 1250, 1251),
        ("12.50", 2, 1250, 1251),
        ("12.50", 3, 12500, 12501),
        ("12.50", 0, 13, 13),
        (">=12.50", 0, 13, None),
        (">12.50", 0, 13, None),
        ("<12.50", 0, None, 13),
        ("<=12.50", 0, None, 13),
        ("-12.50", 0, -12, -12),
        ("12.00", 0, 12, 13),
        (">12.00", 0, 13, None),
        ("10..12.50", 2, 1000, 1251),
        ("10..20", 2, 10, 21),
        ("12.50kwd", 2, 12500, 12501),
    ],
)
def test_an_amount_means_other_minor_units_in_other_currencies(
    text: str, decimals: int, start: int | None, end: int | None
) -> None:
    assert spans.amounts(only_test(f"amount:{text}"), decimals) == (start, end)
