"""Every field and operator, in SQL and in plain Python over all records, gives the same records."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localpay.entities import CART_TYPES, ENTITIES, SESSION_STATUSES, EntityName
from localpay.errors import QueryError
from localpay.query import fields, parse
from localpay.query.fields import Kind
from localpay.storage.compile import ALIASES, compile_where, sort_terms
from localpay.storage.schema import MIGRATIONS
from tests.evaluation import Evaluator, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.query.fields import Field
    from localpay.storage.operands import Parameter

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)

# What the records hold: values next to one another, and values meant to break something.

TEXTS = (
    "a",
    "A",
    "ab",
    "a\0b",
    "a*b",
    "a?[b]",
    "100%",
    "x_y",
    "é",
    "É",
    "'; DROP TABLE cart; --",
    '"\\',
)
EMAILS = (
    "ada@example.com", "Ada@Example.COM", "josé@exámple.com", "JOSÉ@x.y", "100%_a\\b@x.y", "straße",
    "STRASSE", "", "\0", "x\0y@example.com", "ada@example.com\0", "*@x", "[a]?@x", "o'hara@x",
)  # fmt: skip
CURRENCIES = ("eur", "EUR", "usd", "JPY", "jpy", "kwd", "clf", "xxx")
AMOUNTS = (-1250, -5, 0, 1, 12, 13, 1249, 1250, 1251, 12500, 125000, 2**63 - 1, -(2**63))
TIMES = (
    "0001-01-01T00:00:00.000000Z", "2025-12-31T23:59:59.999999Z", "2026-01-01T00:00:00.000000Z",
    "2026-10-31T23:59:59.999999Z", "2026-11-01T00:00:00.000000Z", "2026-11-16T12:30:00.000000Z",
    "2026-11-16T12:30:00.000001Z", "2026-11-22T00:00:00.000000Z", "2026-11-23T08:00:00.000000Z",
    "2026-11-23T08:00:59.999999Z", "2026-11-23T12:30:00.000000Z", "2026-11-23T12:30:00.000001Z",
    "9999-12-31T23:59:59.999999Z",
)  # fmt: skip
DOCUMENTS: tuple[Any, ...] = (
    {}, [], "pi_1", 5, True, None, {"id": "pi_1", "n": 1, "o": {"k": ["a", {"sku": "A"}]}},
    {"id": "PI_1", "n": 1.0, "o": {"k": []}}, {"id": 1, "n": "1", "o": [1]}, {"id": "1", "n": True},
    {"id": None, "n": None}, {"id": "true", "n": False}, {"id": "[1]", "n": [1]}, {"id": [1]},
    {"id": 'say "hi" \\ \n', "n": -2.5}, {"id": "é", "n": 2**70}, {"id": "É", "n": 2**63 - 1},
    {"id": "line\nnext\ttab\bbell\u001fnone", "n": "C:\\new\\table \\\n"},
    {"id": "a*b", "n": 0}, {"id": "", "a b": 3, "é": 4, "n": 1e300},
    {'q"o': 5, "b\\s": "1", "b\\\\s": 1, "\n\t\x01": {'"': {"n": 1, "\\": [1]}}, "": None},
    {'q"o': {"n": "pi_1"}, "b\\s": [True], "\n\t\x01": '{"n":1}', 'q\\"o': 1, "\\": 5},
)  # fmt: skip
JSON_TEXTS = tuple(
    json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in DOCUMENTS
)

# What is asked for.

ASKED = {
    Kind.TEXT: ["a", "A", "b", "é", "*", "a*", "*b", '"a*b"', '"a*"*', "a*b*", '"100%"', "x_y",
                "X_Y", '"a?[b]"', '"a?"*', "?", '"[a]"', '""', '"\'; DROP TABLE cart; --"',
                '"\\"\\\\"'],
    Kind.FOLDED: ["eur", "EUR", "e*", "ADA@example.com", "*@example.com", "JOSÉ*", "josé*", "*É*",
                  "*ß*", "*ss*", '"100%_a\\\\b"*', "*_*", '""', '"*@x"', '"[a]?@x"', "o'hara@x"],
    Kind.AMOUNT: ["0", "-5", "12", "13", "1250", "12.50", "12.5", "0.01", "12.500", "12.505",
                  "-12.50", "0.0001", "12.50eur", "12.50EUR", "13jpy", "12.500kwd", "12.50xxx",
                  str(2**63), str(-(2**63)), "9" * 30, "92233720368547758.07"],
    Kind.INSTANT: ["2026", "2026-11", "2026-11-23", "2026-11-23T08", "2026-11-23T08:00",
                   "2026-11-23T08:00:59", "2026-11-23T12:30:00.000001Z", "2026-11-23T10:00+02:00",
                   "2026-11-23T14:30:00.000+02", "-7d", "+7d", "now", "-4h", "today", "yesterday",
                   "tomorrow", "9999", "9999-12-31", "0001", "-9999999w", "+9999999w"],
    Kind.BOOLEAN: ["true", "false"],
    Kind.JSON: ["pi_1", "PI_1", "1", '"1"', "1.0", "1.5", "-2.5", "true", '"true"', "false", "null",
                '"[1]"', "[1]", "*1", "pi*", "*", '""', "a*b", '"a*b"', "é", str(2**70), "1e300",
                str(2**63 - 1), '"say \\"hi\\" \\\\ "*', "0"],
}  # fmt: skip
ODD_PATHS = (
    r'."q\"o"', r'."q\"o".n', r'."b\\s"', r'."b\\s"[0]', '."\n\t\x01"."\\"".n',
    '."\n\t\x01"."\\""."\\\\"[0]', '.""',
)  # fmt: skip
PATHS = (
    "",
    ".id",
    ".n",
    ".o.k[0]",
    ".o.k[1].sku",
    ".o[0]",
    '."a b"',
    ".é",
    "[0]",
    ".id.x",
    *ODD_PATHS,
)
SEARCHES = ["a", "A", "é", "É", "josé", "PI_1", '"\\"hi\\""', '"say \\"hi\\" \\\\"', "%", "_", "\\",
            "p*1", "EXAMPLE", "ß", "STRASSE", '""', '"\'; DROP"', "provider", "n*t", "nnext",
            "next", "NEXT", "Ttab", "tab", "bbell", "bell", "u001fnone", "none", "new", "table",
            "line*ext", "line*nnext", '"\\\\new"', '"\\\\n"', '"\\\\"', '"line\nnext"',
            '"C:\\\\"', "able*n", '"\tTAB"']  # fmt: skip


def choices_of(field: Field) -> list[str]:
    return [*field.choices, field.choices[0].upper(), f"*{field.choices[-1][2:]}", "*e*"]


def asked_of(field: Field) -> list[str]:
    return choices_of(field) if field.kind is Kind.CHOICE else ASKED[field.kind]


class Shop:
    """A random store, in SQLite and as plain rows."""

    def __init__(self, seed: int) -> None:
        pick = random.Random(seed)
        self.rows: dict[str, list[Row]] = {"cart": [], "payment_session": [], "payment": []}
        for number in range(14):
            cart = self.add("cart", pick, f"cart_{number}")
            cart |= {"type": pick.choice(CART_TYPES), "email": pick.choice((None, *EMAILS))}
            cart["payment_id"] = pick.choice((None, f"pay_{number}"))
            owner = cart["id"] if number else None  # the first are those of a collection
            for provider in pick.sample(TEXTS, pick.randrange(5)):
                session = self.add("payment_session", pick, f"ps_{number}_{provider}")
                session |= {"cart_id": owner, "provider_id": provider}
                session |= {"status": pick.choice(SESSION_STATUSES), "is_selected": None}
            sessions = self.sessions_of(cart) if number else []
            if sessions and pick.random() < 0.7:
                pick.choice(sessions)["is_selected"] = 1
            for each in range(pick.randrange(3)):
                payment = self.add("payment", pick, f"pay_{number}_{each}")
                payment |= {"cart_id": owner, "swap_id": None, "provider_id": pick.choice(TEXTS)}
                payment["canceled_at"] = pick.choice(TIMES) if each else payment["canceled_at"]

    def add(self, table: EntityName, pick: random.Random, record_id: str) -> Row:
        row: Row = {"id": record_id}
        for field in fields.fields(table):
            if field.table == table and field.column not in {"id", fields.STATE}:
                values = {
                    Kind.TEXT: TEXTS, Kind.FOLDED: CURRENCIES, Kind.AMOUNT: AMOUNTS,
                    Kind.CHOICE: field.choices, Kind.INSTANT: TIMES, Kind.BOOLEAN: (0, 1),
                    Kind.JSON: JSON_TEXTS,
                }[field.kind]  # fmt: skip
                empty = not field.required and pick.random() < 0.3
                row[field.column] = None if empty else pick.choice(values)
        self.rows[table].append(row)
        return row

    def sessions_of(self, cart: Row) -> list[Row]:
        return [row for row in self.rows["payment_session"] if row["cart_id"] == cart["id"]]

    def open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.executescript(f"PRAGMA foreign_keys = OFF; {''.join(MIGRATIONS)}")
        for table, rows in self.rows.items():
            for row in rows:
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                connection.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values())
                )
        return connection


@cache
def shop(seed: int) -> Shop:
    return Shop(seed)


@cache
def evaluator(seed: int) -> Evaluator:
    return Evaluator(shop(seed).rows, NOW)


# The comparison

SORTS: dict[EntityName, str] = {
    "payment_session": "-created created updated -amount",
    "cart": "-created created total",
    "payment": "-created created amount",
}


def very_many(_statement: str, _parameters: Sequence[Parameter]) -> int:
    return 10**9


def check(seed: int, entity: EntityName, texts: list[str]) -> None:
    place = shop(seed)
    alias = ALIASES[entity]
    with closing(place.open()) as connection:

        def ask(statement: str, parameters: Sequence[Parameter]) -> int:
            (number,) = connection.execute(statement, parameters).fetchone()
            assert isinstance(number, int)
            return number

        for text in texts:
            query = parse(text, entity)
            assert parse(str(query), entity).tree == query.tree
            expected = {row["id"] for row in evaluator(seed).find(query)}
            ways = [compile_where(query, now=NOW)]
            if any(each in ways[0].sql for each in (" FROM ", "amount", "created_at")):
                ways.append(compile_where(query, now=NOW, ask=ask))
            if "created_at" in ways[0].sql:
                for by in sort_terms(entity, SORTS[entity]):
                    ways += [
                        compile_where(query, now=NOW, sort=by, ask=each)
                        for each in (ask, very_many)
                    ]
            if len(texts) < 10:
                ways.append(compile_where(query, now=NOW, whole=True))
            for where in ways:
                sql = f"SELECT {alias}.id FROM {entity} {alias} WHERE {where.sql}"
                found = {record_id for (record_id,) in connection.execute(sql, where.params)}
                assert found == expected, (text, where)


EVERY_FIELD = [
    pytest.param(entity, field, id=f"{entity} {field.name}")
    for entity in ENTITIES
    for field in fields.fields(entity)
]


@pytest.mark.parametrize(("entity", "field"), EVERY_FIELD)
def test_every_operator_of_every_field_matches_what_python_finds(
    entity: EntityName, field: Field
) -> None:
    asked = asked_of(field)
    names = [field.name]
    if field.kind is Kind.JSON:
        # Another record's JSON is read in the same way: a few places will do.
        paths = PATHS if field.table == entity else PATHS[:3]
        names = [f"{field.name}{path}" for path in paths]
    for name in names:
        texts = [f"has:{name}", f"missing:{name}"]
        texts += [
            f"{name}:{','.join(asked[start : start + 3])}" for start in range(0, len(asked), 2)
        ]
        is_search = field.kind is Kind.JSON and name == field.name
        for value in asked:
            texts += [f"{name}:{value}", f"{name}!={value}"]
            is_ordered = field.kind in {Kind.TEXT, Kind.AMOUNT, Kind.INSTANT} or (
                field.kind is Kind.JSON and not is_search and value not in {"true", "false", "null"}
            )
            if is_ordered and "*" not in re.sub(r'"[^"]*"', "", value):
                signs = (">", ">=", "<", "<=")
                texts += [f"{no}{name}{sign}{value}" for sign in signs for no in ("", "-")]
                texts += [f"{name}:{value}..", f"{name}:..{value}", f"{name}:{value}..{value}"]
        if field.kind is Kind.AMOUNT:
            texts += [
                f"{name}:12..12.5",
                f"{name}:0..12.50eur",
                f"{name}:13jpy..100",
            ]
        if field.kind is Kind.INSTANT:
            several = "2026-11-23,2026,2026-11-22..now,9999,0001,2026-11-23..-30d"
            texts += [f"{name}:{several}", f"{name}!={several}", f"-{name}:>2026-11-23"]
            texts += [f"{name}:2026-11-22 OR {name}:2026-11-23 OR id:a* OR {name}:<2026"]
            texts += [f"{name}:2026-10..2026-11", f"{name}:-7d..-1h", f"{name}:yesterday..now"]
        check(1, entity, texts)


@pytest.mark.parametrize("entity", ENTITIES)
def test_bare_words_match_what_python_finds(entity: EntityName) -> None:
    check(2, entity, [*SEARCHES, *(f"-{each}" for each in SEARCHES)])


SHAPES = (">{}", ">={}", "<{}", "<={}", "{}..", "..{}", "{}..{}")


def is_filter(text: str, entity: EntityName) -> bool:
    try:
        parse(text, entity)
    except QueryError:
        return False
    return True


def terms(entity: EntityName) -> st.SearchStrategy[str]:
    def of(field: Field) -> st.SearchStrategy[str]:
        name = st.just(field.name)
        if field.kind is Kind.JSON:
            name = st.sampled_from([f"{field.name}{path}" for path in PATHS])
        value = st.sampled_from(asked_of(field))
        member = value | st.tuples(st.sampled_from(SHAPES), value, value).map(
            lambda drawn: drawn[0].format(*drawn[1:])
        )
        members = st.lists(member, min_size=1, max_size=3).map(",".join)
        term = st.tuples(name, st.sampled_from([":", "!="]), members).map("".join)
        return (
            term.filter(lambda text: is_filter(text, entity))
            | name.map("has:{}".format)
            | name.map("missing:{}".format)
        )

    term = st.sampled_from(fields.fields(entity)).flatmap(of)
    return term | st.sampled_from(SEARCHES)


def filters(entity: EntityName) -> st.SearchStrategy[str]:
    return st.recursive(
        terms(entity),
        lambda inner: (
            inner.map("-({})".format)
            | st.lists(inner, min_size=2, max_size=3).map(" ".join).map("({})".format)
            | st.lists(inner, min_size=2, max_size=3).map(" OR ".join).map("({})".format)
        ),
        max_leaves=6,
    )


@given(data=st.data(), seed=st.integers(3, 8), entity=st.sampled_from(list(ENTITIES)))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_filters_of_many_terms_match_what_python_finds(
    data: st.DataObject, seed: int, entity: EntityName
) -> None:
    check(seed, entity, data.draw(st.lists(filters(entity), min_size=1, max_size=8)))
