"""Every field and operator, in SQL and in plain Python over all records, gives the same records."""

from __future__ import annotations

import json
import operator
import random
import re
import sqlite3
import string
from contextlib import closing
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localpay import money
from localpay.entities import CART_TYPES, SESSION_STATUSES
from localpay.query import EntityName, fields, parse
from localpay.query.fields import Kind
from localpay.query.tree import And, Comparison, Has, Not, Or, Term, Text
from localpay.query.values import Flag, Major, Minor, Null, Number, Pattern, Period, Relative
from localpay.storage.compile import ALIASES, compile_where
from localpay.storage.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from localpay.query.fields import Field
    from localpay.query.tree import Node, Test
    from localpay.query.values import Value
    from localpay.storage.operands import Parameter

Row = dict[str, Any]
ENTITIES: tuple[EntityName, ...] = ("payment_session", "cart", "payment")
NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
SEARCHED = {
    "payment_session": ("id", "cart_id", "provider_id", "data", "cart.email"),
    "cart": ("id", "email", "customer_id", "payment_id", "context", "metadata"),
    "payment": ("id", "cart_id", "order_id", "provider_id", "data", "metadata", "cart.email"),
}

# What the records hold: values next to one another, and values meant to break something.

TEXTS = ("a", "A", "ab", "a*b", "a?[b]", "100%", "x_y", "é", "É", "'; DROP TABLE cart; --", '"\\')
EMAILS = (
    "ada@example.com", "Ada@Example.COM", "josé@exámple.com", "JOSÉ@x.y", "100%_a\\b@x.y", "straße",
    "STRASSE", "", "*@x", "[a]?@x", "o'hara@x",
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
    {"id": "a*b", "n": 0}, {"id": "", "a b": 3, "é": 4, "n": 1e300},
)  # fmt: skip
DOCUMENT_OF = {
    json.dumps(each, ensure_ascii=False, separators=(",", ":")): each for each in DOCUMENTS
}
JSON_TEXTS = tuple(DOCUMENT_OF)

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
PATHS = ("", ".id", ".n", ".o.k[0]", ".o.k[1].sku", ".o[0]", '."a b"', ".é", "[0]", ".id.x")
SEARCHES = ["a", "A", "é", "É", "josé", "PI_1", '"\\"hi\\""', '"say \\"hi\\" \\\\"', "%", "_", "\\",
            "p*1", "EXAMPLE", "ß", "STRASSE", '""', '"\'; DROP"', "provider", "n*t"]  # fmt: skip


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
            sessions = self.of(cart) if number else []
            if sessions and pick.random() < 0.7:
                pick.choice(sessions)["is_selected"] = 1
            for each in range(pick.randrange(3)):
                payment = self.add("payment", pick, f"pay_{number}_{each}")
                payment |= {"cart_id": owner, "swap_id": None, "provider_id": pick.choice(TEXTS)}
                payment["canceled_at"] = pick.choice(TIMES) if each else payment["canceled_at"]

    def add(self, table: EntityName, pick: random.Random, record_id: str) -> Row:
        row: Row = {"id": record_id}
        for field in fields.fields(table):
            if field.table == table and field.column != "id":
                values = {
                    Kind.TEXT: TEXTS, Kind.FOLDED: CURRENCIES, Kind.AMOUNT: AMOUNTS,
                    Kind.CHOICE: field.choices, Kind.INSTANT: TIMES, Kind.BOOLEAN: (0, 1),
                    Kind.JSON: JSON_TEXTS,
                }[field.kind]  # fmt: skip
                empty = not field.required and pick.random() < 0.3
                row[field.column] = None if empty else pick.choice(values)
        self.rows[table].append(row)
        return row

    def of(self, cart: Row, table: EntityName = "payment_session") -> list[Row]:
        return [row for row in self.rows[table] if row["cart_id"] == cart["id"]]

    def cart_of(self, row: Row) -> Row | None:
        return next((each for each in self.rows["cart"] if each["id"] == row["cart_id"]), None)

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


# The language once more, in plain Python over rows.


def matches(shop: Shop, entity: EntityName, node: Node, row: Row) -> bool:
    if isinstance(node, And):
        return all(matches(shop, entity, each, row) for each in node.nodes)
    if isinstance(node, Or):
        return any(matches(shop, entity, each, row) for each in node.nodes)
    if isinstance(node, Not):
        return not matches(shop, entity, node.node, row)
    if isinstance(node, Text):
        return any(
            contains(value, node.pieces, in_json=field.kind is Kind.JSON)
            for name in SEARCHED[entity]
            if (field := fields.find(entity, name))
            for value in [each[field.column] for each in sources(shop, entity, field, row)]
        )
    held = [(each, each[node.field.column]) for each in sources(shop, entity, node.field, row)]
    if isinstance(node, Has):
        return any(has(node, value) for _, value in held)
    return any(passes(shop, node, test, *each) for each in held for test in node.tests)


def sources(shop: Shop, entity: EntityName, field: Field, row: Row) -> list[Row]:
    if field.table == entity:
        return [row]
    if field.table == "cart":
        cart = shop.cart_of(row)
        return [cart] if cart else []
    return shop.of(row, field.table)


def has(node: Has, value: Any) -> bool:
    if node.field.kind is Kind.JSON and value is not None:
        return at_place(value, node.path) not in (NOTHING, None)
    return value is not None


def passes(shop: Shop, term: Term, test: Test, row: Row, value: Any) -> bool:
    kind = term.field.kind
    if kind is Kind.BOOLEAN:
        return all(bool(value) is each.value for each in values_of(test) if isinstance(each, Flag))
    if value is None:
        return False
    if kind is Kind.JSON and not term.path:
        (pattern,) = values_of(test)
        assert isinstance(pattern, Pattern)
        return contains(value, pattern.pieces, in_json=True)
    if kind is Kind.JSON:
        return passes_json(test, at_place(value, term.path))
    if kind is Kind.AMOUNT:
        return passes_amount(test, value, currency_of(shop, term.field, row))
    if kind is Kind.INSTANT:
        return passes_instant(test, datetime.fromisoformat(value))
    if kind is Kind.FOLDED:
        (pattern,) = values_of(test)
        assert isinstance(pattern, Pattern)
        if len(pattern.pieces) == 1:
            return folded(value) == folded(pattern.pieces[0])
        return any(like(value, each) for each in cases(pattern.pieces))
    return passes_text(test, value)


def values_of(test: Test) -> list[Value]:
    if isinstance(test, Comparison):
        return [test.value]
    return [each for each in (test.low, test.high) if each is not None]


COMPARE = {
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def bounds(test: Test) -> Iterator[tuple[str, Value]]:
    if isinstance(test, Comparison):
        yield test.operator, test.value
        return
    if test.low is not None:
        yield ">=", test.low
    if test.high is not None:
        yield "<=", test.high


def passes_text(test: Test, value: str) -> bool:
    for sign, wanted in bounds(test):
        assert isinstance(wanted, Pattern)
        if len(wanted.pieces) > 1:
            shape = ".*".join(map(re.escape, wanted.pieces))
            return re.fullmatch(shape, value, re.DOTALL) is not None
        if not COMPARE[sign](value.encode(), wanted.pieces[0].encode()):
            return False
    return True


def passes_amount(test: Test, amount: int, currency: str | None) -> bool:
    for sign, wanted in bounds(test):
        if isinstance(wanted, Major):
            held = Fraction(amount, 10 ** money.decimals(currency or ""))
            if not COMPARE[sign](held, Fraction(wanted.digits, 10**wanted.places)):
                return False
        else:
            assert isinstance(wanted, Minor)
            if wanted.currency and folded(currency or "") != wanted.currency:
                return False
            if not COMPARE[sign](amount, wanted.units):
                return False
    return True


def passes_instant(test: Test, instant: datetime) -> bool:
    for sign, wanted in bounds(test):
        assert isinstance(wanted, Period | Relative)
        first, after = wanted.span(NOW)
        if sign == "=" and isinstance(wanted, Relative) and not wanted.whole_day:
            return min(first, NOW) <= instant <= max(first, NOW)
        passed = {
            "=": first <= instant and (after is None or instant < after),
            ">": after is not None and instant >= after,
            ">=": instant >= first,
            "<": instant < first,
            "<=": after is None or instant < after,
        }[sign]
        if not passed:
            return False
    return True


def passes_json(test: Test, value: Any) -> bool:
    for sign, wanted in bounds(test):
        if isinstance(wanted, Null):
            return value is None
        if isinstance(wanted, Flag):
            return value is wanted.value
        if isinstance(wanted, Number):
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or not COMPARE[sign](value, wanted.value):
                return False
        elif not isinstance(value, str) or not passes_text(test, value):
            return False
    return True


NOTHING = object()


def at_place(text: str, path: tuple[str | int, ...]) -> Any:
    value = DOCUMENT_OF[text]
    for step in path:
        if isinstance(step, int):
            value = dict(enumerate(value)) if isinstance(value, list) else {}
        if not isinstance(value, dict) or step not in value:
            return NOTHING
        value = value[step]
    return value


def currency_of(shop: Shop, field: Field, row: Row) -> str | None:
    if field.table == "payment_session":
        row = shop.cart_of(row) or {}
    currency: str | None = row.get("currency_code")
    return currency


FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def folded(text: str) -> str:
    return text.translate(FOLD)


def cases(pieces: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for change in (str, str.lower, str.upper, str.title, str.casefold):
        yield tuple(change(each) for each in pieces)


def like(text: str, pieces: tuple[str, ...]) -> bool:
    shape = ".*".join(re.escape(folded(each)) for each in pieces)
    return re.fullmatch(shape, folded(text), re.DOTALL) is not None


def contains(text: str | None, pieces: tuple[str, ...], *, in_json: bool) -> bool:
    if text is None:
        return False
    forms = [pieces]
    if in_json:
        forms.append(tuple(json.dumps(each, ensure_ascii=False)[1:-1] for each in pieces))
    return any(like(text, ("", *each, "")) for form in forms for each in cases(form))


# The comparison


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
            assert query.tree is not None
            expected = {
                row["id"] for row in place.rows[entity] if matches(place, entity, query.tree, row)
            }
            ways = [compile_where(query, now=NOW)]
            if " FROM " in ways[0].sql or "amount" in ways[0].sql:
                ways.append(compile_where(query, now=NOW, ask=ask))
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
                texts += [f"{name}{sign}{value}" for sign in (">", ">=", "<", "<=")]
                texts += [f"{name}:{value}..", f"{name}:..{value}", f"{name}:{value}..{value}"]
        if field.kind is Kind.AMOUNT:
            texts += [
                f"{name}:12..12.5",
                f"{name}:0..12.50eur",
                f"{name}:13jpy..100",
                f"{name}:5..1",
            ]
        if field.kind is Kind.INSTANT:
            texts += [f"{name}:2026-10..2026-11", f"{name}:-7d..-1h", f"{name}:yesterday..now"]
        texts = [each for each in texts if f"{name}:*" not in each or "," not in each]
        check(1, entity, texts)


@pytest.mark.parametrize("entity", ENTITIES)
def test_bare_words_match_what_python_finds(entity: EntityName) -> None:
    check(2, entity, [*SEARCHES, *(f"-{each}" for each in SEARCHES)])


def terms(entity: EntityName) -> st.SearchStrategy[str]:
    def of(field: Field) -> st.SearchStrategy[str]:
        name = st.just(field.name)
        if field.kind is Kind.JSON:
            name = st.sampled_from([f"{field.name}{path}" for path in PATHS])
        value = st.sampled_from(asked_of(field))
        term = st.tuples(name, st.sampled_from([":", "!="]), value).map("".join)
        return term | name.map("has:{}".format) | name.map("missing:{}".format)

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


@given(data=st.data(), seed=st.integers(3, 8), entity=st.sampled_from(ENTITIES))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_filters_of_many_terms_match_what_python_finds(
    data: st.DataObject, seed: int, entity: EntityName
) -> None:
    check(seed, entity, data.draw(st.lists(filters(entity), min_size=1, max_size=8)))
