"""What records can be sorted by, and how SQLite does it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from localpay.entities import EntityName
from localpay.errors import SortError
from localpay.storage.compile import sort_terms
from localpay.storage.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

SESSION: EntityName = "payment_session"


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.executescript("".join(MIGRATIONS))
        yield opened


@pytest.mark.parametrize(
    ("entity", "sort", "sql"),
    [
        ("payment_session", "created_at", ["s.created_at ASC"]),
        ("payment_session", "-created", ["s.created_at DESC"]),
        ("payment_session", "amount", ["s.amount ASC NULLS LAST"]),
        ("payment_session", "-amount", ["s.amount DESC"]),
        ("payment_session", "provider, -amount", ["s.provider_id ASC", "s.amount DESC"]),
        ("payment_session", ["-status", "id"], ["s.status DESC", "s.id ASC"]),
        ("payment_session", "email", ["c.email COLLATE NOCASE ASC NULLS LAST"]),
        ("payment_session", "cart.total", ["c.total ASC NULLS LAST"]),
        ("payment_session", "cart", ["s.cart_id ASC NULLS LAST"]),
        ("cart", "total -email", ["c.total ASC", "c.email COLLATE NOCASE DESC"]),
        ("payment", "currency", ["p.currency_code COLLATE NOCASE ASC"]),
        ("payment", "", []),
    ],
)
def test_a_sort_names_fields_the_largest_first_with_a_minus(
    entity: EntityName, sort: str | list[str], sql: list[str]
) -> None:
    assert [each.sql for each in sort_terms(entity, sort)] == sql


def test_a_sort_by_a_field_of_the_cart_says_that_it_needs_the_cart() -> None:
    own, other = sort_terms(SESSION, "amount,cart.total")

    assert (own.needs_cart, other.needs_cart) == (False, True)
    assert sort_terms("cart", "total")[0].needs_cart is False


@pytest.mark.parametrize(
    ("entity", "sort", "message"),
    [
        (
            "payment_session",
            "creatd",
            "payment sessions cannot be sorted by 'creatd'; did you mean",
        ),
        ("payment_session", "data", "payment sessions cannot be sorted by 'data'"),
        ("payment_session", "-data.id", "cannot be sorted by 'data.id'"),
        ("payment_session", "xyzzy", "cannot be sorted by 'xyzzy'"),
        ("payment_session", "-", "cannot be sorted by ''"),
        ("cart", "session.amount", "carts cannot be sorted by 'session.amount'"),
    ],
)
def test_a_sort_by_what_has_not_one_value_is_refused(
    entity: EntityName, sort: str, message: str
) -> None:
    with pytest.raises(SortError, match=message):
        sort_terms(entity, sort)


@pytest.mark.parametrize(
    "sort", ["amount", "-amount", "created", "-created", "status", "-provider"]
)
def test_a_sort_by_an_indexed_field_reads_the_index(
    connection: sqlite3.Connection, sort: str
) -> None:
    (key,) = sort_terms(SESSION, sort)
    sql = f"EXPLAIN QUERY PLAN SELECT s.rid FROM payment_session s ORDER BY {key.sql} LIMIT 50"
    ((*_, step),) = connection.execute(sql)

    assert step.startswith("SCAN s USING COVERING INDEX")


@pytest.mark.parametrize("sort", ["amount", "-amount"])
def test_records_without_a_value_come_last_in_both_directions(
    connection: sqlite3.Connection, sort: str
) -> None:
    at = "2026-01-01T00:00:00.000000Z"
    connection.executemany(
        "INSERT INTO payment_session (id, created_at, updated_at, provider_id, is_initiated,"
        " status, data, amount) VALUES (?, ?, ?, 'p', 0, 'error', '{}', ?)",
        [("a", at, at, 5), ("b", at, at, None), ("c", at, at, 7)],
    )
    (key,) = sort_terms(SESSION, sort)
    rows = connection.execute(f"SELECT id FROM payment_session s ORDER BY {key.sql}").fetchall()

    assert [record_id for (record_id,) in rows][-1] == "b"
