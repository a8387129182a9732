"""The filter language again, in plain Python over rows: tests compare the SQL with it.

It shares with the tested code only the tree of a parsed filter and the spans of its times.
"""

from __future__ import annotations

import json
import operator
import re
import string
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias

from localpay import money
from localpay.entities import EntityName
from localpay.query import Query, fields
from localpay.query.fields import Field, Kind
from localpay.query.tree import And, Comparison, Has, Node, Not, Or, Path, Term, Test, Text
from localpay.query.values import Flag, Major, Minor, Null, Number, Pattern, Period, Relative, Value

Row: TypeAlias = dict[str, Any]
Pieces: TypeAlias = tuple[str, ...]

OF_CART = ("cart.email", "cart.customer_id")
SEARCHED = {
    "payment_session": ("id", "cart_id", "provider_id", "idempotency_key", "data", *OF_CART),
    "cart": (
        "id", "email", "region_id", "customer_id", "payment_id", "billing_address_id",
        "shipping_address_id", "sales_channel_id", "idempotency_key", "context", "metadata",
    ),
    "payment": (
        "id", "cart_id", "order_id", "swap_id", "provider_id", "idempotency_key", "data",
        "metadata", *OF_CART,
    ),
}  # fmt: skip


def state_of_cart(row: Row) -> str:
    if row["deleted_at"]:
        return "deleted"
    if row["completed_at"]:
        return "completed"
    return "authorized" if row["payment_authorized_at"] else "open"


def state_of_payment(row: Row) -> str:
    if row["canceled_at"]:
        return "canceled"
    if row["amount_refunded"] > 0:
        whole = row["amount_refunded"] >= row["amount"]
        return "refunded" if whole else "partially_refunded"
    return "captured" if row["captured_at"] else "authorized"


STATES: dict[EntityName, Callable[[Row], str | None]] = {
    "payment_session": lambda _: None,
    "cart": state_of_cart,
    "payment": state_of_payment,
}


class Evaluator:
    """Finds the rows that a filter matches by looking at each of them.

    Args:
        rows: the rows of each table, as the file holds them.
        now: what relative times count from.
    """

    def __init__(self, rows: Mapping[str, Sequence[Row]], now: datetime) -> None:
        self.rows = {
            table: [row | {"state": STATES[table](row)} for row in rows[table]] for table in STATES
        }
        self.now = now
        self._carts = {row["id"]: row for row in self.rows["cart"]}
        self._of_cart: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for table in ("payment_session", "payment"):
            for row in self.rows[table]:
                self._of_cart[table, row["cart_id"]].append(row)

    def find(self, query: Query) -> list[Row]:
        """The rows that a filter matches, in the order of their table."""
        tree, entity = query.tree, query.entity
        return [
            row for row in self.rows[entity] if tree is None or self._matches(entity, tree, row)
        ]

    def _matches(self, entity: EntityName, node: Node, row: Row) -> bool:
        if isinstance(node, And):
            return all(self._matches(entity, each, row) for each in node.nodes)
        if isinstance(node, Or):
            return any(self._matches(entity, each, row) for each in node.nodes)
        if isinstance(node, Not):
            return not self._matches(entity, node.node, row)
        if isinstance(node, Text):
            return any(
                contains(value, node.pieces, in_json=field.kind is Kind.JSON)
                for field in searched(entity)
                for value in [each[field.column] for each in self._sources(entity, field, row)]
            )
        sources, column = self._sources(entity, node.field, row), node.field.column
        if isinstance(node, Has):
            return any(has(node, each[column]) for each in sources)
        return any(
            self._passes(node, test, each, each[column]) for each in sources for test in node.tests
        )

    def _sources(self, entity: EntityName, field: Field, row: Row) -> list[Row]:
        """The rows that a field is a field of, seen from a row."""
        if field.table == entity:
            return [row]
        if field.table == "cart":
            cart = self._carts.get(row["cart_id"])
            return [cart] if cart else []
        return self._of_cart[field.table, row["id"]]

    def _passes(self, term: Term, test: Test, row: Row, value: Any) -> bool:
        kind = term.field.kind
        if kind is Kind.BOOLEAN:
            return all(
                bool(value) is each.value for each in values_of(test) if isinstance(each, Flag)
            )
        if value is None:
            return False
        if kind is Kind.JSON and not term.path:
            (pattern,) = values_of(test)
            assert isinstance(pattern, Pattern)
            return contains(value, pattern.pieces, in_json=True)
        if kind is Kind.JSON:
            return passes_json(test, at_place(value, term.path))
        if kind is Kind.AMOUNT:
            return passes_amount(test, value, self._currency(term.field, row))
        if kind is Kind.INSTANT:
            return passes_instant(test, datetime.fromisoformat(value), self.now)
        if kind is Kind.FOLDED:
            (pattern,) = values_of(test)
            assert isinstance(pattern, Pattern)
            return any(like(value, each) for each in cases(pattern.pieces))
        return passes_text(test, value)

    def _currency(self, field: Field, row: Row) -> str | None:
        if field.table == "payment_session":
            row = self._carts.get(row["cart_id"], {})
        currency: str | None = row.get("currency_code")
        return currency


COMPARE = {
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@cache
def searched(entity: EntityName) -> list[Field]:
    return [field for name in SEARCHED[entity] if (field := fields.find(entity, name))]


def values_of(test: Test) -> list[Value]:
    if isinstance(test, Comparison):
        return [test.value]
    return [each for each in (test.low, test.high) if each is not None]


def bounds(test: Test) -> Iterator[tuple[str, Value]]:
    if isinstance(test, Comparison):
        yield test.operator, test.value
        return
    if test.low is not None:
        yield ">=", test.low
    if test.high is not None:
        yield "<=", test.high


def has(node: Has, value: Any) -> bool:
    if node.field.kind is Kind.JSON and value is not None:
        return at_place(value, node.path) not in (NOTHING, None)
    return value is not None


def passes_text(test: Test, value: str) -> bool:
    for sign, wanted in bounds(test):
        assert isinstance(wanted, Pattern)
        if len(wanted.pieces) > 1:
            shape = ".*".join(map(re.escape, wanted.pieces))
            return re.fullmatch(shape, readable(value), re.DOTALL) is not None
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


def passes_instant(test: Test, instant: datetime, now: datetime) -> bool:
    for sign, wanted in bounds(test):
        assert isinstance(wanted, Period | Relative)
        first, after = wanted.span(now)
        if sign == "=" and isinstance(wanted, Relative) and not wanted.whole_day:
            return min(first, now) <= instant <= max(first, now)
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


document = cache(json.loads)


def at_place(text: str, path: Path) -> Any:
    value = document(text)
    for step in path:
        if isinstance(step, int):
            value = dict(enumerate(value)) if isinstance(value, list) else {}
        if not isinstance(value, dict) or step not in value:
            return NOTHING
        value = value[step]
    return value


FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@cache
def folded(text: str) -> str:
    return text.translate(FOLD)


def cases(pieces: Pieces) -> Iterator[Pieces]:
    for change in (str, str.lower, str.upper, str.title, str.casefold):
        yield tuple(change(each) for each in pieces)


@cache
def shape(pieces: Pieces) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(folded(each)) for each in pieces), re.DOTALL)


def readable(text: str) -> str:
    """What SQLite's LIKE and GLOB read of a text."""
    return text.partition("\0")[0]


def like(text: str, pieces: Pieces) -> bool:
    read = readable(text) if len(pieces) > 1 else text
    return shape(pieces).fullmatch(folded(read)) is not None


@cache
def forms(pieces: Pieces, *, in_json: bool) -> set[Pieces]:
    """How a text can be written where it is looked for."""
    found = {*cases(pieces)}
    if in_json:
        found |= {*cases(tuple(json.dumps(each, ensure_ascii=False)[1:-1] for each in pieces))}
    return found


@cache
def marked(text: str) -> str:
    """A JSON text, in lower case, whose escapes have no letter that could be one of a word."""
    return re.sub(r"\\([\\bfnrtu])", lambda found: chr(0xE000 + ord(found[1])), folded(text))


def contains(text: str | None, pieces: Pieces, *, in_json: bool) -> bool:
    if text is None:
        return False
    write = marked if in_json else folded
    asked = {tuple(map(write, each)) for each in forms(pieces, in_json=in_json)}
    return any(shape(each).search(write(readable(text))) for each in asked)
