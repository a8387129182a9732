"""The conditions that the nodes of a filter come to in SQL.

Names of tables and columns come from the table of fields alone; every value is a parameter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, TypeGuard, assert_never

from localpay import clock, money
from localpay.query import fields, spans
from localpay.query.fields import Kind
from localpay.query.tree import And, Comparison, Has, Not, Or, Term, Text
from localpay.query.values import Flag, Major, Minor, Null, Number, Pattern
from localpay.storage import patterns
from localpay.storage.search import SEARCHED, rows_that_match

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from localpay.query import EntityName
    from localpay.query.fields import Field
    from localpay.query.tree import Node, Path, Test
    from localpay.query.values import Value
    from localpay.storage.patterns import Pieces
    from localpay.storage.search import SearchIndex

Parameter: TypeAlias = str | int | float

ALIASES: Final[dict[EntityName, str]] = {"payment_session": "s", "cart": "c", "payment": "p"}
"""The alias under which a condition expects each table."""

_LINKS: Final[dict[tuple[EntityName, EntityName], tuple[str, str]]] = {
    ("payment_session", "cart"): ("s.cart_id", "c.id"),
    ("payment", "cart"): ("p.cart_id", "c.id"),
    ("cart", "payment_session"): ("c.id", "s.cart_id"),
    ("cart", "payment"): ("c.id", "p.cart_id"),
}
_SHARED = frozenset({"provider_id", "region_id", "sales_channel_id", "currency_code"})
"""Texts that many records have in common; a value of any other text names a few."""

_CODES: Final[dict[int, str]] = {
    places: ", ".join(f"'{code}'" for code in money.currencies_with(places)) for places in (0, 3, 4)
}
"""The currencies that have not two decimals, in SQL."""

_JSON_TEXT, _JSON_NUMBER = "= 'text'", "IN ('integer', 'real')"
_INT64 = range(-(2**63), 2**63)
_AFTER_ALL_TIME = "~"
_GROUP = 100


class ConditionWriter:
    """Writes one condition and gathers its parameters, in the order they stand in.

    Every method returns an expression that is whole next to AND and OR.

    Args:
        entity: what is filtered.
        now: what relative times count from.
        whole: whether to gather what is asked of other tables in sets.
        index: the store's search index, if one is at hand.

    Attributes:
        params: what stands for the question marks of all that was written so far.
    """

    __slots__ = ("entity", "index", "now", "params", "whole")

    def __init__(
        self, entity: EntityName, now: datetime, *, whole: bool, index: SearchIndex | None = None
    ) -> None:
        self.entity = entity
        self.now = now
        self.whole = whole
        self.index = index
        self.params: list[Parameter] = []

    def node(self, node: Node) -> str:
        """Write a node of a filter's tree."""
        if isinstance(node, Term):
            return self._term(node)
        if isinstance(node, And):
            return _all_of([self.node(each) for each in node.nodes])
        if isinstance(node, Or):
            return _any_of([self.node(each) for each in node.nodes])
        if isinstance(node, Not):
            return f"({self.node(node.node)}) IS NOT TRUE"
        if isinstance(node, Text):
            return self._search(node)
        if isinstance(node, Has):
            return self._has(node)
        assert_never(node)

    def _term(self, term: Term) -> str:
        field, tests = term.field, term.tests
        column = _column(field)
        gathered = self.whole
        if field.kind is Kind.JSON:
            sql = self._json(column, term.path, tests) if term.path else self._inside(column, tests)
        elif field.kind is Kind.INSTANT:
            sql = self._instants(column, tests)
        elif field.kind is Kind.AMOUNT:
            sql = self._amounts(field, tests)
        elif field.kind is Kind.BOOLEAN:
            sql = _any_of([f"{column} IS {'' if each else 'NOT '}TRUE" for each in _flags(tests)])
        elif field.kind is Kind.FOLDED:
            sql = self._folded(column, tests)
        else:
            sql = self._texts(column, tests)
        if field.kind in {Kind.TEXT, Kind.FOLDED} and field.column not in _SHARED:
            gathered = gathered or len(_literals(tests)) == len(tests)
        return self._at(field, sql, gathered=gathered)

    def _has(self, node: Has) -> str:
        column = _column(node.field)
        if node.path:
            self.params.append(_json_path(node.path))
            sql = f"json_type({column}, ?) <> 'null'"
        elif node.field.kind is Kind.JSON:
            sql = f"{column} <> 'null'"
        else:
            sql = f"{column} IS NOT NULL"
        return self._at(node.field, sql, gathered=self.whole)

    def _search(self, node: Text) -> str:
        pieces = ("", *node.pieces, "")
        narrowed = self._narrowed(node.pieces)
        names = SEARCHED[self.entity]
        found = []
        for name in names if self.entity == "cart" else (*names, "cart.email"):
            field = fields.find(self.entity, name)
            assert field is not None
            sql = self._like(_column(field), pieces, in_json=field.kind is Kind.JSON)
            found.append(self._at(field, sql, gathered=self.whole))
        return _all_of([*narrowed, _any_of(found)])

    def _narrowed(self, pieces: Pieces) -> list[str]:
        """What the search index says of where a text can stand, if there is one."""
        if self.index is None:
            return []
        texts = patterns.spellings(pieces, in_json=True)
        match = self.index.narrow(self.entity, texts, whole=self.whole)
        if match is None:
            return []
        rid = f"{ALIASES[self.entity]}.rid"
        self.params.append(match)
        if self.entity == "cart":
            return [f"{rid} IN ({rows_that_match('cart')})"]
        self.params.append(match)
        of_cart = (
            f"SELECT rid FROM {self.entity} WHERE cart_id IN"
            f" (SELECT id FROM cart WHERE rid IN ({rows_that_match('cart')}))"
        )
        return [f"{rid} IN ({rows_that_match(self.entity)} UNION ALL {of_cart})"]

    def _at(self, field: Field, sql: str, *, gathered: bool) -> str:
        """A condition on a field's table as one on the table that is filtered."""
        if field.table == self.entity:
            return sql
        return _linked(self.entity, field.table, sql, gathered=gathered)

    def _texts(self, column: str, tests: Sequence[Test]) -> str:
        found = []
        if equal := _literals(tests):
            self.params += equal
            found.append(f"{column} {_is_any(equal)}")
        for comparisons in filter(None, map(_comparisons, tests)):
            self.params += [value for _, value in comparisons]
            found.append(" AND ".join(f"{column} {operator} ?" for operator, _ in comparisons))
        return _any_of(found)

    def _folded(self, column: str, tests: Sequence[Test]) -> str:
        found = []
        if equal := _literals(tests):
            self.params += equal
            found.append(f"{column} COLLATE NOCASE {_is_any(equal)}")
        wildcards = [each for each in map(_pieces, tests) if len(each) > 1]
        return _any_of(found + [self._like(column, each) for each in wildcards])

    def _like(self, column: str, pieces: Pieces, *, in_json: bool = False) -> str:
        spellings = patterns.spellings(pieces, in_json=in_json)
        self.params += map(patterns.like, spellings)
        return _any_of([f"{column} LIKE ? ESCAPE '\\'"] * len(spellings))

    def _inside(self, column: str, tests: Sequence[Test]) -> str:
        """A text anywhere in a column of JSON."""
        pieces = [("", *_pieces(test), "") for test in tests]
        return _any_of([self._like(column, each, in_json=True) for each in pieces])

    def _json(self, column: str, path: Path, tests: Sequence[Test]) -> str:
        found = []
        for kind, type_ in ((str, _JSON_TEXT), ((int, float), _JSON_NUMBER)):
            if equal := [each for each in _literals(tests) if isinstance(each, kind)]:
                found.append(self._place(column, path, [(_is_any(equal), equal)], type_))
        for test in tests:
            if isinstance(test, Comparison) and isinstance(test.value, Flag | Null):
                found.append(self._place(column, path, [], f"= '{test.value}'"))
            elif comparisons := _comparisons(test):
                asked = [(f"{operator} ?", [value]) for operator, value in comparisons]
                is_text = isinstance(comparisons[0][1], str)
                found.append(
                    self._place(column, path, asked, _JSON_TEXT if is_text else _JSON_NUMBER)
                )
        return _any_of(found)

    def _place(
        self, column: str, path: Path, asked: list[tuple[str, list[Parameter]]], type_: str
    ) -> str:
        """What is asked of the value at a place, and of its type, for the few that pass that."""
        where = _json_path(path)
        found = []
        for sql, values in asked:
            self.params += [where, *values]
            found.append(f"json_extract({column}, ?) {sql}")
        self.params.append(where)
        return " AND ".join([*found, f"json_type({column}, ?) {type_}"])

    def _instants(self, column: str, tests: Sequence[Test]) -> str:
        for start, end in (spans.instants(test, self.now) for test in tests):
            self.params.append("" if start is None else clock.to_text(start))
            self.params.append(_AFTER_ALL_TIME if end is None else clock.to_text(end))
        return _any_of([f"{column} >= ? AND {column} < ?"] * len(tests))

    def _amounts(self, field: Field, tests: Sequence[Test]) -> str:
        """Amounts in minor units, in those of one currency, and in major units of the record's."""
        column = _column(field)
        if field.table != self.entity and not self.whole:
            column = f"+{column}"  # what is looked up is found by its link, not by its amount
        by_currency: dict[str | None, list[Test]] = {}
        major = []
        for test in tests:
            amount = _amount(test)
            if isinstance(amount, Major):
                major.append(test)
            else:
                by_currency.setdefault(amount.currency, []).append(test)
        found = [self._major(field, column, major)] if major else []
        for currency, same in by_currency.items():
            sql = self._within(column, _intervals(same))
            if currency:
                self.params.append(currency)
                sql += f" AND {self._currency(field, 'COLLATE NOCASE = ?')}"
            found.append(sql)
        return _any_of(found)

    def _major(self, field: Field, column: str, tests: Sequence[Test]) -> str:
        """Amounts in major units, which are other minor units in each kind of currency.

        What the amount has to be in any of them is asked first. That alone may use an index (a
        plus in front of a column keeps it from being used), and only for single amounts.
        """
        by_places = {places: _intervals(tests, places) for places in (2, *_CODES)}
        any_of_them = sorted({each for same in by_places.values() for each in same})
        unindexed = f"+{_column(field)}"
        if any(low < high for low, high in any_of_them):
            column = unindexed
            any_of_them = [(any_of_them[0][0], max(high for _, high in any_of_them))]
        first = self._within(column, any_of_them)
        return f"{first} AND " + _any_of(
            [
                f"{self._within(unindexed, same)} AND {self._decimals(field, places)}"
                for places, same in by_places.items()
            ]
        )

    def _within(self, column: str, intervals: Sequence[tuple[int, int]]) -> str:
        """Integers in one of some intervals, both ends included."""
        found = []
        if points := [low for low, high in intervals if low == high]:
            self.params += points
            found.append(f"{column} {_is_any(points)}")
        for low, high in intervals:
            # One bound, where one is enough: for two SQLite thinks that few rows will match.
            bounds = [(">= ?", low)] if low > _INT64.start else []
            bounds += [("<= ?", high)] if high < _INT64.stop - 1 else []
            if low < high:
                self.params += [bound for _, bound in bounds]
                sql = " AND ".join(f"{column} {operator}" for operator, _ in bounds)
                found.append(sql or f"{column} IS NOT NULL")
        return _any_of(found)

    def _decimals(self, field: Field, places: int) -> str:
        """Whether the record's currency has so many decimals; an unknown one has two."""
        codes = _CODES.get(places) or ", ".join(_CODES.values())
        sql = self._currency(field, f"COLLATE NOCASE IN ({codes})")
        return sql if places in _CODES else f"({sql}) IS NOT TRUE"

    def _currency(self, field: Field, sql: str) -> str:
        """A condition on the currency of a field's record: a session has its cart's."""
        if field.table != "payment_session":
            return f"{ALIASES[field.table]}.currency_code {sql}"
        return _linked(field.table, "cart", f"c.currency_code {sql}", gathered=self.whole)


def _column(field: Field) -> str:
    return f"{ALIASES[field.table]}.{field.column}"


def _linked(table: EntityName, other: EntityName, sql: str, *, gathered: bool) -> str:
    """A condition on another table's records as one on the table they are linked to."""
    key, other_key = _LINKS[table, other]
    source = f"{other} {ALIASES[other]}"
    if gathered:
        return f"{key} IN (SELECT {other_key} FROM {source} WHERE {sql})"
    return f"EXISTS (SELECT 1 FROM {source} WHERE {other_key} = {key} AND {sql})"


def _any_of(found: Sequence[str]) -> str:
    return _joined(found, " OR ") if found else "FALSE"


def _all_of(found: Sequence[str]) -> str:
    return _joined(found, " AND ")


def _joined(found: Sequence[str], word: str) -> str:
    """Join expressions, many of them in groups: SQLite allows a depth of 1000."""
    if len(found) == 1:
        return found[0]
    if len(found) > _GROUP:
        groups = range(0, len(found), _GROUP)
        return _joined([_joined(found[each : each + _GROUP], word) for each in groups], word)
    return f"({word.join(found)})"


def _is_any(values: Sequence[Parameter]) -> str:
    return "= ?" if len(values) == 1 else f"IN ({', '.join('?' * len(values))})"


def _literals(tests: Sequence[Test]) -> list[Parameter]:
    """The texts and numbers that tests ask for as they are."""
    return [
        test.value.pieces[0] if isinstance(test.value, Pattern) else test.value.value
        for test in tests
        if isinstance(test, Comparison) and test.operator == "=" and _is_literal(test.value)
    ]


def _is_literal(value: Value) -> TypeGuard[Pattern | Number]:
    return isinstance(value, Number) or (isinstance(value, Pattern) and len(value.pieces) == 1)


def _comparisons(test: Test) -> list[tuple[str, Parameter]]:
    """What SQL has to ask for a test of texts or numbers that is not one for a literal."""
    if not isinstance(test, Comparison):
        ends = ((">=", test.low), ("<=", test.high))
        return [(operator, _literal(value)) for operator, value in ends if value is not None]
    if test.operator != "=":
        return [(test.operator, _literal(test.value))]
    if isinstance(test.value, Pattern) and len(test.value.pieces) > 1:
        return [("GLOB", patterns.glob(test.value.pieces))]
    return []


def _literal(value: Value) -> Parameter:
    assert isinstance(value, Pattern | Number)
    return value.pieces[0] if isinstance(value, Pattern) else value.value


def _pieces(test: Test) -> Pieces:
    assert isinstance(test, Comparison)
    assert isinstance(test.value, Pattern)
    return test.value.pieces


def _flags(tests: Sequence[Test]) -> list[bool]:
    values = [test.value for test in tests if isinstance(test, Comparison)]
    return [each.value for each in values if isinstance(each, Flag)]


def _amount(test: Test) -> Minor | Major:
    value = test.value if isinstance(test, Comparison) else test.low or test.high
    assert isinstance(value, Minor | Major)
    return value


def _intervals(tests: Sequence[Test], decimals: int = 2) -> list[tuple[int, int]]:
    """The minor units that pass some test, both ends included, within 64 bits."""
    found = []
    for start, end in (spans.amounts(test, decimals) for test in tests):
        low = _INT64.start if start is None else max(start, _INT64.start)
        high = (_INT64.stop if end is None else min(end, _INT64.stop)) - 1
        if low <= high:
            found.append((low, high))
    return found


def _json_path(path: Path) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in path)
