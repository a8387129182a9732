"""Which way to the instants of a filter is taken: by their index, or past it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from localpay.entities import EntityName
from localpay.query import parse
from localpay.storage.compile import compile_where, sort_terms
from localpay.storage.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from localpay.storage.operands import Parameter

BETWEEN = "s.created_at >= ? AND s.created_at < ?"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SESSION: EntityName = "payment_session"


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.executescript("".join(MIGRATIONS))
        yield opened


def rare(_statement: str, _parameters: Sequence[Parameter]) -> int:
    return 3


def common(_statement: str, _parameters: Sequence[Parameter]) -> int:
    return 1000


def most(_statement: str, _parameters: Sequence[Parameter]) -> int:
    return 50_000


def test_times_that_are_few_are_found_one_by_one() -> None:
    query = parse("created:2026-03-01,2026-03-05", SESSION)

    found = f"({BETWEEN} OR {BETWEEN})"
    gathered = f"s.rid IN (SELECT s.rid FROM payment_session s WHERE {found})"
    assert compile_where(query, now=NOW, ask=rare).sql == gathered
    assert compile_where(query, now=NOW, ask=common).sql.startswith(f"{BETWEEN} AND (+")


def test_times_are_found_one_by_one_in_another_order_or_by_walking_in_that() -> None:
    several, long = (
        parse("created:2026-03-01,2026-03-05", SESSION),
        parse("-created:>2026", SESSION),
    )
    found = f"({BETWEEN} OR {BETWEEN})"
    gathered = f"s.rid IN (SELECT s.rid FROM payment_session s WHERE {found})"
    past = BETWEEN.replace("s.", "+s.")

    for sort in ("-amount", "status", "provider"):
        by = sort_terms(SESSION, sort)[0]
        assert compile_where(several, now=NOW, sort=by, ask=common).sql == gathered
        assert compile_where(several, now=NOW, sort=by, ask=most).sql.startswith(f"{past} AND (+")
        assert compile_where(long, now=NOW, sort=by, ask=common).sql == BETWEEN
        assert compile_where(long, now=NOW, sort=by, ask=most).sql == past
    for sort in ("updated", "email"):  # no index has these
        by = sort_terms(SESSION, sort)[0]
        assert compile_where(several, now=NOW, sort=by, ask=common).sql == gathered
        assert compile_where(several, now=NOW, sort=by, ask=most).sql.startswith(f"{BETWEEN} AND (")
        assert compile_where(long, now=NOW, sort=by, ask=most).sql == BETWEEN


def test_where_something_else_is_asked_too_no_way_past_the_times_is_taken() -> None:
    (by,) = sort_terms(SESSION, "-amount")

    for text in ("created:>2026 -is_selected:true", "created:>2026 OR is_selected:true"):
        assert "+" not in compile_where(parse(text, SESSION), now=NOW, sort=by, ask=most).sql
    whole = compile_where(parse("created:>2026", SESSION), now=NOW, whole=True, sort=by, ask=most)
    assert "+" not in whole.sql


@pytest.mark.parametrize(("sort", "first"), [("-created", "2026-03-05"), ("created", "2026-03-01")])
def test_a_walk_in_the_order_of_time_does_not_begin_where_hardly_any_are(
    sort: str, first: str
) -> None:
    query = parse("created:2026-03-01,2026-03-05", SESSION)
    (by,) = sort_terms(SESSION, sort)

    def few_at_first(_statement: str, parameters: Sequence[Parameter]) -> int:
        is_first = len(parameters) == 2 and str(parameters[0]).startswith(first)
        return 49 if is_first else 1000

    assert compile_where(query, now=NOW, sort=by, ask=few_at_first).sql.startswith("s.rid IN (")
    assert compile_where(query, now=NOW, sort=by, ask=common).sql.startswith(f"{BETWEEN} AND (+")


@pytest.mark.parametrize("text", ["created:2026-01..2026-03", "created:2026-01,2026-03"])
@pytest.mark.parametrize("sort", ["-amount", "amount", "status", "-provider"])
def test_a_page_of_many_times_is_found_by_the_index_of_its_order(
    connection: sqlite3.Connection, text: str, sort: str
) -> None:
    (by,) = sort_terms(SESSION, sort)
    where = compile_where(parse(text, SESSION), now=NOW, sort=by, ask=most)
    order = f"ORDER BY {by.sql}, s.rid{' DESC' if by.descending else ''} LIMIT 50"
    statement = f"SELECT s.rid FROM payment_session s WHERE {where.sql} {order}"
    (first, *_) = connection.execute(f"EXPLAIN QUERY PLAN {statement}", where.params).fetchall()

    assert re.fullmatch(
        f"SCAN s USING (COVERING )?INDEX payment_session_{sort.removeprefix('-')}", first[3]
    )


def test_many_times_are_told_apart_in_few_comparisons(connection: sqlite3.Connection) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 11) for day in range(1, 29, 2)]
    query = parse(f"created:{','.join(days)}", SESSION)

    where = compile_where(query, now=NOW, ask=common)

    assert len(where.params) == 2 * (2 * len(days) - 1)
    nested = [
        where.sql[:place].count("(") - where.sql[:place].count(")")
        for place in range(0, len(where.sql), 5)
    ]
    assert max(nested) <= 8
    assert not connection.execute(
        f"SELECT 1 FROM payment_session s WHERE {where.sql}", where.params
    ).fetchall()
