from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.entities import EntityName
from localpay.errors import QueryError
from localpay.query import parse
from localpay.query.grammar import MAX_LEVELS, MAX_TERMS
from localpay.storage.compile import ALIASES, compile_where
from localpay.storage.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from localpay.storage.operands import Parameter

BETWEEN = "s.created_at >= ? AND s.created_at < ?"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SESSION: EntityName = "payment_session"
MARCH_AND_JANUARY = tuple(
    f"2026-{day}T00:00:00.000000Z" for day in ("01-05", "01-06", "03-01", "03-03")
)
"""A day of January and two of March: where each begins and ends."""


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.executescript("".join(MIGRATIONS))
        yield opened


def common(_statement: str, _parameters: Sequence[Parameter]) -> int:
    return 1000


def rare(_statement: str, _parameters: Sequence[Parameter]) -> int:
    return 3


def run(connection: sqlite3.Connection, text: str, entity: EntityName = SESSION) -> list[str]:
    found: list[str] = []
    for whole in (False, True):
        where = compile_where(parse(text, entity), now=NOW, whole=whole)
        alias = ALIASES[entity]
        sql = f"SELECT {alias}.id FROM {entity} {alias} WHERE {where.sql}"
        found += [record_id for (record_id,) in connection.execute(sql, where.params)]
    return found


# Shapes


def test_an_empty_filter_is_true() -> None:
    where = compile_where(parse(" ", SESSION), now=NOW)

    assert (where.sql, where.params) == ("TRUE", ())


@pytest.mark.parametrize(
    ("text", "sql", "params"),
    [
        ("status:error", "s.status = ?", ("error",)),
        ("status:error,pending", "s.status IN (?, ?)", ("error", "pending")),
        ("-status:error", "(s.status = ?) IS NOT TRUE", ("error",)),
        ("id:ps_1*", "s.id GLOB ?", ("ps_1*",)),
        ("amount:1250", "s.amount = ?", (1250,)),
        ("cart:cart_1", "s.cart_id = ?", ("cart_1",)),
        ("selected:false", "s.is_selected IS NOT TRUE", ()),
        (
            "status:error selected:true",
            "(s.status = ? AND s.is_selected IS TRUE)",
            ("error",),
        ),
        (
            "created:>=2026",
            "s.created_at >= ? AND s.created_at < ?",
            ("2026-01-01T00:00:00.000000Z", "~"),
        ),
        (
            "created:2026-03-02,2026-01-05,2026-03-01",
            f"{BETWEEN} AND ({' OR '.join([BETWEEN.replace('s.', '+s.')] * 2)})",
            (*MARCH_AND_JANUARY[::3], *MARCH_AND_JANUARY),
        ),
        (
            "created:2026-03-02 OR amount:5 OR created:2026-03-01",
            "(s.created_at >= ? AND s.created_at < ? OR s.amount = ?)",
            (*MARCH_AND_JANUARY[2:], 5),
        ),
        (
            "-created:>=2026-03-03",
            "s.created_at >= ? AND s.created_at < ?",
            ("", MARCH_AND_JANUARY[3]),
        ),
        ("-id:>=ps_5", "s.id < ?", ("ps_5",)),
        ("-cart:>=cart_5", "(s.cart_id >= ?) IS NOT TRUE", ("cart_5",)),
        (
            "-(id:<=a OR id:>=b)",
            "(s.id > ? AND s.id < ?)",
            ("a", "b"),
        ),
        (
            "email:a@b.c",
            "s.cart_id IN (SELECT c.id FROM cart c WHERE c.email COLLATE NOCASE = ?)",
            ("a@b.c",),
        ),
        (
            "email:*@b.c",
            "EXISTS (SELECT 1 FROM cart c WHERE c.id = s.cart_id AND c.email LIKE ? ESCAPE '\\')",
            ("%@b.c",),
        ),
        (
            "data.a:x",
            "json_extract(s.data, ?) = ? AND json_type(s.data, ?) = 'text'",
            ('$."a"', "x", '$."a"'),
        ),
    ],
)
def test_a_term_takes_the_fast_shape(text: str, sql: str, params: tuple[Parameter, ...]) -> None:
    where = compile_where(parse(text, SESSION), now=NOW)

    assert (where.sql, where.params) == (sql, params)


def test_other_records_are_looked_up_for_a_page_and_gathered_for_the_whole() -> None:
    query = parse("currency:eur", SESSION)

    assert compile_where(query, now=NOW).sql.startswith("EXISTS (")
    assert compile_where(query, now=NOW, whole=True).sql.startswith("s.cart_id IN (SELECT")


def test_other_records_are_gathered_where_the_store_says_that_they_are_few() -> None:
    query = parse("currency:eur", SESSION)

    assert compile_where(query, now=NOW, ask=common).sql.startswith("EXISTS (")
    assert compile_where(query, now=NOW, ask=rare).sql.startswith("s.cart_id IN (SELECT")


def test_the_store_is_asked_for_the_very_condition() -> None:
    asked: list[tuple[str, tuple[Parameter, ...]]] = []

    def ask(statement: str, parameters: Sequence[Parameter]) -> int:
        asked.append((statement, tuple(parameters)))
        return 0

    compile_where(parse("status:error currency:eur", SESSION), now=NOW, ask=ask)

    condition = "c.currency_code COLLATE NOCASE = ?"
    assert asked == [
        (
            f"SELECT count(*) FROM (SELECT 1 FROM cart c WHERE {condition} LIMIT 1000)",
            ("eur",),
        )
    ]


def test_a_range_of_amounts_uses_the_index_only_where_it_is_known_to_be_rare() -> None:
    query = parse("amount:10..20", SESSION)

    assert compile_where(query, now=NOW).sql == "+s.amount BETWEEN ? AND ?"
    assert compile_where(query, now=NOW, ask=common).sql == "+s.amount BETWEEN ? AND ?"
    assert compile_where(query, now=NOW, ask=rare).sql == "s.amount BETWEEN ? AND ?"


# Plans: how SQLite goes about the first page of each, newest first


PAGE = {
    "": "SCAN s USING COVERING INDEX payment_session_created",
    "status:error": "SEARCH s USING COVERING INDEX payment_session_status (status=?)",
    "provider:stripe": "SEARCH s USING COVERING INDEX payment_session_provider (provider_id=?)",
    "created:2026-03": (
        "SEARCH s USING COVERING INDEX payment_session_created (created_at>? AND created_at<?)"
    ),
    **dict.fromkeys(
        (
            "created:2026-03-01,2026-03-05",
            "created:2026-03-01 OR created:2026-03-05",
            "created:" + ",".join(f"2026-03-{day:02}" for day in range(1, 31, 2)),
            "-created:>=2026-03",
            "-(created:>=2026-03 OR created:<2026-01)",
        ),
        "SEARCH s USING COVERING INDEX payment_session_created (created_at>? AND created_at<?)",
    ),
    "-created:2026-03-01": "SCAN s USING COVERING INDEX payment_session_created",
    "-status:error": "SCAN s USING INDEX payment_session_created",
    "amount:>100": "SCAN s USING INDEX payment_session_created",
    "currency:eur": "SCAN s USING INDEX payment_session_created",
    "email:*@b.c": "SCAN s USING INDEX payment_session_created",
    "amount:12.50": "SEARCH s USING INDEX payment_session_amount (amount=?)",
    "id:ps_1*": "SEARCH s USING INDEX sqlite_autoindex_payment_session_1 (id>? AND id<?)",
    "cart:cart_1": "SEARCH s USING INDEX payment_session_one_provider (cart_id=?)",
    "email:a@b.c": "SEARCH s USING INDEX payment_session_one_provider (cart_id=?)",
}


@pytest.mark.parametrize(("text", "plan"), PAGE.items())
def test_the_first_page_is_found_by_an_index(
    connection: sqlite3.Connection, text: str, plan: str
) -> None:
    steps = explain(connection, text)

    assert steps[0] == plan
    assert not any(step == "SCAN c" for step in steps)


def test_an_email_is_found_by_its_index_in_either_case(connection: sqlite3.Connection) -> None:
    assert "SEARCH c USING INDEX cart_email (email=?)" in explain(connection, "email:A@b.c")
    assert explain(connection, "email:ada*", "cart")[0] == (
        "SEARCH c USING INDEX cart_email (email>? AND email<?)"
    )


def explain(connection: sqlite3.Connection, text: str, entity: EntityName = SESSION) -> list[str]:
    where = compile_where(parse(text, entity), now=NOW)
    alias = ALIASES[entity]
    sql = (
        f"EXPLAIN QUERY PLAN SELECT {alias}.rid FROM {entity} {alias} WHERE {where.sql}"
        f" ORDER BY {alias}.created_at DESC, {alias}.rid DESC LIMIT 50"
    )
    return [step for *_, step in connection.execute(sql, where.params)]


# Hostile filters


@pytest.mark.parametrize(
    "text",
    [
        '"\'; DROP TABLE cart; --"',
        "provider:\"x' OR '1'='1\"",
        "email:\"*' ESCAPE 'x\"*",
        "data.\"a') OR 1=1 --\":x",
        'data."$[0]":x',
        'data.x:"?1"',
        "amount:" + "9" * 30,
        "amount:-" + "9" * 30,
        f"amount:>{2**63 - 1}",
        f"amount:<{-(2**63)}",
        f"amount:{2**63}..",
        "amount:" + "9" * 30 + ".5",
        "data.n:" + "9" * 300,
        "data.n:>-1e308",
        "data.n:<5e-324",
        "created:0001-01-01",
        "created:>9999-12-31",
        "created:-9999999w",
        "*a" * 450,
        "é" * 1000,
        "data:" + "\x01" * 1000,
        "ΐ" * 1000,
        "data" + ".a" * 4_000 + ":1",
        "data" + "[0]" * 3_000 + ":1",
        "-" * 9_000 + "x",
    ],
)  # fmt: skip
def test_a_hostile_filter_is_answered(connection: sqlite3.Connection, text: str) -> None:
    assert run(connection, text) == []
    assert run(connection, "-(a b)") == []


@pytest.mark.parametrize(
    "text",
    [
        "é " * MAX_TERMS,
        " OR ".join(["amount:1.5"] * MAX_TERMS),
        "email:" + ",".join(["*é*"] * (MAX_TERMS - 1)),
        "amount:" + ",".join(["1.1..2"] * (MAX_TERMS - 1)),
        "created:" + ",".join(["-1d"] * (MAX_TERMS - 1)),
        "data.a:" + ",".join(["*x"] * (MAX_TERMS - 1)),
    ],
)
def test_as_many_terms_as_are_allowed_are_no_problem_for_sqlite(
    connection: sqlite3.Connection, text: str
) -> None:
    assert run(connection, text) == []


@pytest.mark.parametrize("entity", ["payment_session", "cart", "payment"])
@pytest.mark.parametrize("shapes", ["({} OR {})", "({} {})", "-({} OR {})", "-({} {})"])
@pytest.mark.parametrize("other", ["({} OR {})", "({} {})", "-({} OR {})", "-({} {})"])
def test_what_the_parser_lets_nest_sqlite_can_nest(
    connection: sqlite3.Connection, entity: EntityName, shapes: str, other: str
) -> None:
    leaf = "session.amount:1.5,5eur,7..8" if entity == "cart" else "email:é*,x"
    text = leaf
    for level in range(MAX_LEVELS):
        deeper = (shapes, other)[level % 2].format(leaf, text)
        try:
            parse(deeper, entity)
        except QueryError:
            break
        text = deeper

    where = compile_where(parse(text, entity), now=NOW)
    alias = ALIASES[entity]
    page = f"SELECT {alias}.rid FROM {entity} {alias} WHERE {where.sql} AND ({alias}.rid > 0)"
    sql = f"SELECT count(*) FROM {entity} {alias} WHERE {alias}.rid IN ({page})"
    assert connection.execute(sql, where.params).fetchone() == (0,)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_a_value_is_a_parameter_and_never_sql(text: str) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    ordinary = compile_where(parse('provider:"a" email:"a"* data.x:"a"', SESSION), now=NOW)
    where = compile_where(
        parse(f"provider:{quoted} email:{quoted}* data.x:{quoted}", SESSION), now=NOW
    )

    if text.isascii():
        assert where.sql == ordinary.sql
    assert where.sql.count("?") == len(where.params)


def test_many_words_take_the_cart_of_a_session_once() -> None:
    query = parse("one OR two OR status:error OR three", SESSION)
    for whole in (False, True):
        where = compile_where(query, now=NOW, whole=whole)
        assert where.sql.count("FROM cart") == 1
    assert compile_where(parse("-(one OR two)", SESSION), now=NOW).sql.count("FROM cart") == 1
