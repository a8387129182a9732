"""The conditions that the nodes of a filter come to in SQL.

Names of tables and columns come from the table of fields alone; every value is a parameter.
"""

from __future__ import annotations

import json
import string
from typing import TYPE_CHECKING, Final, TypeAlias, TypeGuard, assert_never

from localpay import clock, money
from localpay.query import fields, spans
from localpay.query.fields import Kind
from localpay.query.tree import And, Comparison, Has, Not, Or, Term, Text
from localpay.query.values import Flag, Major, Minor, Null, Number, Pattern
from localpay.storage.search import SEARCHED, rows_that_match

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from localpay.query import EntityName
    from localpay.query.fields import Field
    from localpay.query.tree import Node, Path, Test
    from localpay.query.values import Value
    from localpay.storage.search import SearchIndex

Parameter: TypeAlias = str | int | float
Pieces: TypeAlias = tuple[str, ...]

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
_WILDCARD = "\0"
"""Stands for a wildcard while case is changed; no filter can hold it."""

_TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_LIKE_ESCAPES = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_GLOB_ESCAPES = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})


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
        forms = _forms(_WILDCARD.join(pieces))
        forms |= _forms(_WILDCARD.join(map(_in_json, pieces)))
        texts = [form.split(_WILDCARD) for form in sorted(forms)]
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
        patterns = _like_patterns(pieces)
        if in_json:  # where a quote, for one, has a backslash in front
            patterns |= _like_patterns(tuple(map(_in_json, pieces)))
        self.params += patterns.values()
        return _any_of([f"{column} LIKE ? ESCAPE '\\'"] * len(patterns))

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
        by_currency: dict[str | None, list[Test]] = {}
        major = []
        for test in tests:
            amount = _amount(test)
            if isinstance(amount, Major):
                major.append(test)
            else:
                by_currency.setdefault(amount.currency, []).append(test)
        found = []
        for currency, same in by_currency.items():
            sql = self._units(column, same)
            if currency:
                self.params.append(currency)
                sql += f" AND {self._currency(field, 'COLLATE NOCASE = ?')}"
            found.append(sql)
        found += [
            f"{self._units(column, major, places)} AND {self._decimals(field, places)}"
            for places in (2, *_CODES)
            if major
        ]
        return _any_of(found)

    def _units(self, column: str, tests: Sequence[Test], decimals: int = 2) -> str:
        """Amounts in a currency of so many decimals, within the 64 bits that the file has."""
        points: list[Parameter] = []
        wider: list[Parameter] = []
        for start, end in (spans.amounts(test, decimals) for test in tests):
            low = _INT64.start if start is None else max(start, _INT64.start)
            high = (_INT64.stop if end is None else min(end, _INT64.stop)) - 1
            if low == high:
                points.append(low)
            elif low < high:
                wider += (low, high)
        self.params += points + wider
        found = [f"{column} {_is_any(points)}"] if points else []
        return _any_of(found + [f"{column} BETWEEN ? AND ?"] * (len(wider) // 2))

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
        return [("GLOB", "*".join(each.translate(_GLOB_ESCAPES) for each in test.value.pieces))]
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


def _like_patterns(pieces: Pieces) -> dict[str, str]:
    """Patterns for LIKE, by what LIKE makes of them: it knows upper and lower case in ASCII only.

    Text beyond ASCII is asked for as it is and all in lower, upper and title case.
    """
    return {
        each: each.translate(_LIKE_ESCAPES).replace(_WILDCARD, "%")
        for each in _forms(_WILDCARD.join(pieces))
    }


def _forms(text: str) -> dict[str, None]:
    """The spellings of a text that LIKE has to be asked for, each once, as it takes them."""
    forms = [text]
    if not text.isascii():
        forms += [text.lower(), text.upper(), text.title(), text.casefold()]
    return dict.fromkeys(each.translate(_TO_LOWER) for each in forms)


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _json_path(path: Path) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in path)
