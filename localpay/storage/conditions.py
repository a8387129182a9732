"""Writes the nodes of a filter as conditions in SQL.

All names of tables and columns come from the table of fields; every value is a parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias, assert_never

from localpay.query import fields
from localpay.query.fields import Kind
from localpay.query.tree import And, Comparison, Has, Not, Or, Term, Text
from localpay.query.values import Flag, Major, Null
from localpay.storage import links, operands, patterns
from localpay.storage.expressions import all_of, any_of, in_halves, is_any, json_at
from localpay.storage.links import ALIASES
from localpay.storage.operands import Parameter
from localpay.storage.search import rows_that_match

if TYPE_CHECKING:
    from datetime import datetime

    from localpay.entities import EntityName
    from localpay.query.fields import Field
    from localpay.query.tree import Node, Path, Test
    from localpay.storage.compile import SortKey
    from localpay.storage.operands import Stretch
    from localpay.storage.patterns import Pieces
    from localpay.storage.search import SearchIndex

Ask: TypeAlias = Callable[[str, Sequence[Parameter]], int]

_SHARED = frozenset({"provider_id", "region_id", "sales_channel_id", "currency_code"})
"""The text columns whose values many records share; other values belong to few records."""

_NAMES = frozenset({Kind.TEXT, Kind.FOLDED, Kind.AMOUNT})
_JSON_TEXT, _JSON_NUMBER = "= 'text'", "IN ('integer', 'real')"
_SPAN = "{0} >= ? AND {0} < ?"
_INDEXED = "created_at"
"""The only column of instants with an index."""

_ORDERS = frozenset({"s.amount", "s.status", "s.provider_id"})
"""The other columns of sessions whose index gives a page in their order."""

_FEW, _SOME = 1000, 50_000


class ConditionWriter:
    """Writes one condition and collects its parameters in order.

    Every method returns an expression that needs no parentheses next to AND and OR.

    Args:
        entity: the entity that is filtered.
        now: the instant that relative times count from.
        whole: whether to collect the matching records of other tables in sets.
        sort: the first sort key, if a page is wanted.
        is_alone: whether the filter is only one term, or the opposite of one.
        index: the store's search index, if there is a store.
        ask: runs a statement that counts, if there is a store.

    Attributes:
        params: the values of all question marks so far.
        is_fixed: whether the condition so far depends neither on the time nor on the store.
    """

    __slots__ = ("ask", "entity", "index", "is_alone", "is_fixed", "now", "params", "sort", "whole")

    def __init__(
        self,
        entity: EntityName,
        now: datetime,
        *,
        whole: bool,
        sort: SortKey | None = None,
        is_alone: bool = False,
        index: SearchIndex | None = None,
        ask: Ask | None = None,
    ) -> None:
        self.entity = entity
        self.now = now
        self.whole = whole
        self.sort = sort
        self.is_alone = is_alone
        self.index = index
        self.ask = ask
        self.params: list[Parameter] = []
        self.is_fixed = True

    def node(self, node: Node) -> str:
        """Write a node of a filter's tree."""
        if isinstance(node, Term):
            return self._term(node)
        if isinstance(node, And):
            return all_of([self.node(each) for each in node.nodes])
        if isinstance(node, Or):
            terms, texts = operands.gathered(node.nodes)
            found = [self.node(each) for each in terms]
            return any_of([*found, self._search(texts)] if texts else found)
        if isinstance(node, Not):
            return self._not(node.node)
        if isinstance(node, Text):
            return self._search([node])
        if isinstance(node, Has):
            return self._has(node)
        assert_never(node)

    def _not(self, node: Node) -> str:
        """The opposite of a node; written so that an index can find the rows, if possible."""
        if isinstance(node, Not):
            return self.node(node.node)
        if isinstance(node, Or):
            terms, texts = operands.gathered(node.nodes)
            found = [self._not(each) for each in terms]
            return all_of([*found, f"({self._search(texts)}) IS NOT TRUE"] if texts else found)
        if isinstance(node, Term) and node.field.required and node.field.table == self.entity:
            if node.field.kind is Kind.INSTANT:
                return self._instants(node.field, node.tests, negated=True)
            if opposite := operands.opposite(node):
                return self._term(opposite)
        return f"({self.node(node)}) IS NOT TRUE"

    def _term(self, term: Term) -> str:
        field, tests = term.field, term.tests
        column = links.column(field)
        start = len(self.params)
        if field.kind is Kind.JSON:
            sql = self._json(column, term.path, tests) if term.path else self._inside(column, tests)
        elif field.kind is Kind.INSTANT:
            sql = self._instants(field, tests)
        elif field.kind is Kind.AMOUNT:
            sql = self._amounts(field, tests)
        elif field.kind is Kind.BOOLEAN:
            sql = any_of(
                [f"{column} IS {'' if each else 'NOT '}TRUE" for each in operands.flags(tests)]
            )
        elif field.kind is Kind.FOLDED:
            sql = self._folded(column, tests)
        else:
            sql = self._texts(column, tests)
        is_name = field.kind in _NAMES and field.column not in _SHARED
        return self._at(field, sql, start, is_rare=is_name and all(map(operands.is_single, tests)))

    def _has(self, node: Has) -> str:
        column = links.column(node.field)
        start = len(self.params)
        if node.path:
            _, type_, parameters = json_at(column, node.path)
            self.params += parameters
            sql = f"{type_} <> 'null'"
        elif node.field.kind is Kind.JSON:
            sql = f"{column} <> 'null'"
        else:
            sql = f"{column} IS NOT NULL"
        return self._at(node.field, sql, start)

    def _search(self, texts: Sequence[Text]) -> str:
        """Any of some texts in any column. One condition for all looks up the cart only once."""
        match = None
        if self.index is not None:
            self.is_fixed = False
            match = self.index.match(each.pieces for each in texts)
        narrowed = [] if match is None else self._narrowed(match)
        pieces = [("", *each.pieces, "") for each in texts]
        found: dict[bool, list[str]] = {True: [], False: []}
        for field in fields.searched(self.entity):
            column, in_json = links.column(field), field.kind is Kind.JSON
            asked = [self._like(column, each, in_json=in_json) for each in pieces]
            found[field.table == self.entity] += asked
        own, of_cart = found[True], found[False]
        if of_cart:
            sql = any_of(of_cart)
            if self.whole and match is not None:
                sql += f" AND c.rid IN ({rows_that_match('cart')})"
                self.params.append(match)
            own.append(links.linked(self.entity, "cart", sql, gathered=self.whole))
        return all_of([*narrowed, any_of(own)])

    def _narrowed(self, match: str) -> list[str]:
        """Conditions that limit the rows to those where the search index finds a text."""
        assert self.index is not None
        rid = f"{ALIASES[self.entity]}.rid"
        if self.whole:
            rows, carts = rows_that_match(self.entity), rows_that_match("cart")
            asked = (match, match)
        elif candidates := self.index.candidates(self.entity, match):
            rows = carts = "SELECT value FROM json_each(?)"
            asked = (candidates.rows, candidates.carts)
            rid = f"+{rid}" if candidates.walk else rid  # with a plus SQLite does not seek by it
        else:
            return []
        if self.entity == "cart":
            self.params.append(asked[0])
            return [f"{rid} IN ({rows})"]
        self.params += asked
        of_cart = (
            f"SELECT rid FROM {self.entity} WHERE cart_id IN"
            f" (SELECT id FROM cart WHERE rid IN ({carts}))"
        )
        return [f"{rid} IN ({rows} UNION ALL {of_cart})"]

    def _at(self, field: Field, sql: str, start: int, *, is_rare: bool = False) -> str:
        """Turn a condition on a field's table into one on the filtered table.

        Args:
            field: the field.
            sql: the condition.
            start: where its parameters begin.
            is_rare: whether it is known that few records of the field's table match.
        """
        if field.table == self.entity:
            return sql
        gathered = self.whole or is_rare or self._is_rare(field.table, sql, self.params[start:])
        return links.linked(self.entity, field.table, sql, gathered=gathered)

    def _is_rare(
        self, table: EntityName, sql: str, params: Sequence[Parameter], few: int = _FEW
    ) -> bool:
        """Whether few records of a table match; False without a store to ask."""
        if self.ask is None:
            return False
        self.is_fixed = False
        some = f"SELECT 1 FROM {table} {ALIASES[table]} WHERE {sql} LIMIT {few}"
        return self.ask(f"SELECT count(*) FROM ({some})", params) < few

    def _texts(self, column: str, tests: Sequence[Test]) -> str:
        found = []
        if equal := operands.literals(tests):
            self.params += equal
            found.append(f"{column} {is_any(equal)}")
        for comparisons in filter(None, map(operands.comparisons, tests)):
            self.params += [value for _, value in comparisons]
            found.append(" AND ".join(f"{column} {operator} ?" for operator, _ in comparisons))
        return any_of(found)

    def _folded(self, column: str, tests: Sequence[Test]) -> str:
        found = []
        asked = [operands.pieces(test) for test in tests]
        whole = [patterns.spellings(each) for each in asked if len(each) == 1]
        if equal := [text for spellings in whole for (text,) in spellings]:
            self.params += equal
            found.append(f"{column} COLLATE NOCASE {is_any(equal)}")
        wildcards = [each for each in asked if len(each) > 1]
        return any_of(found + [self._like(column, each) for each in wildcards])

    def _like(self, column: str, pieces: Pieces, *, in_json: bool = False) -> str:
        found = []
        for spelling in patterns.spellings(pieces, in_json=in_json):
            sql = f"{column} LIKE ? ESCAPE '\\'"
            self.params.append(patterns.like(spelling))
            if in_json and patterns.ends_escape(spelling):
                marked = patterns.marked_column(column)
                sql += f" AND (instr({column}, '\\') = 0 OR {marked} LIKE ? ESCAPE '\\')"
                self.params.append(patterns.like(patterns.marked(spelling)))
            found.append(sql)
        return any_of(found)

    def _inside(self, column: str, tests: Sequence[Test]) -> str:
        """Text anywhere in a column of JSON."""
        pieces = [("", *operands.pieces(test), "") for test in tests]
        return any_of([self._like(column, each, in_json=True) for each in pieces])

    def _json(self, column: str, path: Path, tests: Sequence[Test]) -> str:
        found = []
        for kind, type_ in ((str, _JSON_TEXT), ((int, float), _JSON_NUMBER)):
            if equal := [each for each in operands.literals(tests) if isinstance(each, kind)]:
                found.append(self._place(column, path, [(is_any(equal), equal)], type_))
        for test in tests:
            if isinstance(test, Comparison) and isinstance(test.value, Flag | Null):
                found.append(self._place(column, path, [], f"= '{test.value}'"))
            elif comparisons := operands.comparisons(test):
                asked = [(f"{operator} ?", [value]) for operator, value in comparisons]
                is_text = isinstance(comparisons[0][1], str)
                found.append(
                    self._place(column, path, asked, _JSON_TEXT if is_text else _JSON_NUMBER)
                )
        return any_of(found)

    def _place(
        self, column: str, path: Path, asked: list[tuple[str, list[Parameter]]], type_: str
    ) -> str:
        """Conditions on the value at a place in JSON; its type is checked last, for few rows."""
        value, its_type, where = json_at(column, path)
        found = []
        for sql, values in asked:
            self.params += [*where, *values]
            found.append(f"{value} {sql}")
        self.params += where
        return " AND ".join([*found, f"{its_type} {type_}"])

    def _instants(self, field: Field, tests: Sequence[Test], *, negated: bool = False) -> str:
        """Instants in any of some spans of time."""
        self.is_fixed = False
        spans = operands.instants(tests, self.now, negated=negated)
        ends: list[Parameter] = [end for span in spans for end in span]
        sql = any_of([_SPAN.format(links.column(field))] * len(spans))
        is_page = self.is_alone and not self.whole and field.table == self.entity
        sort = self.sort if is_page else None
        is_walked = sort is not None and sort.expression in _ORDERS
        if field.column == _INDEXED and spans and (len(spans) > 1 or is_walked):
            sql, ends = self._shortest(field, spans, sql, ends, sort)
        self.params += ends
        return sql

    def _shortest(
        self,
        field: Field,
        spans: Sequence[Stretch],
        sql: str,
        ends: list[Parameter],
        sort: SortKey | None,
    ) -> tuple[str, list[Parameter]]:
        """Find few instants span by span, and many by reading everything between first and last.

        In the order of time, a page is soon full, unless the first span holds less than a page. In
        another order, if the filter has no other terms, up to `_SOME` matches are sorted. With more
        of them, a page is found faster by reading in that order, if it has an index.
        """
        column, few = links.column(field), _FEW
        if sort is not None and sort.expression == column:
            first = spans[-1 if sort.descending else 0]
            few = _SOME if self._is_rare(field.table, _SPAN.format(column), first) else _FEW
        elif self.whole or sort is not None:
            few = _SOME
        if self._is_rare(field.table, sql, ends, few):
            alias = ALIASES[field.table]
            rows = f"SELECT {alias}.rid FROM {field.table} {alias} WHERE {sql}"
            return (sql if len(spans) == 1 else f"{alias}.rid IN ({rows})"), ends
        is_walked = sort is not None and sort.expression in _ORDERS
        is_past = is_walked or operands.is_all_time(spans[0][0], spans[-1][1])
        return in_halves(f"+{column}" if is_past else column, spans)

    def _amounts(self, field: Field, tests: Sequence[Test]) -> str:
        """Amounts in minor units, in those of one currency, or in major units of any currency."""
        gathered = self.whole and not all(map(operands.is_single, tests))
        by_currency: dict[str | None, list[Test]] = {}
        major = []
        for test in tests:
            asked = operands.amount(test)
            if isinstance(asked, Major):
                major.append(test)
            else:
                by_currency.setdefault(asked.currency, []).append(test)
        found = [self._major(field, major, gathered=gathered)] if major else []
        for currency, same in by_currency.items():
            sql = self._minor(field, same)
            if currency:
                self.params.append(currency)
                sql += f" AND {links.currency(field, 'COLLATE NOCASE = ?', gathered=gathered)}"
            found.append(sql)
        return any_of(found)

    def _minor(self, field: Field, tests: Sequence[Test]) -> str:
        """Amounts in minor units.

        The amounts of sessions have an index, which finds few matches at once. Many matches would
        all have to be read and sorted; then it is faster to read in the order of the list. A plus
        in front of a column keeps SQLite from using its index.
        """
        intervals = operands.intervals(tests)
        start = len(self.params)
        sql = self._within(links.column(field), intervals)
        if field.table == "payment_session" and any(low < high for low, high in intervals):
            is_looked_up = field.table != self.entity and not self.whole
            if is_looked_up or not self._is_rare(field.table, sql, self.params[start:]):
                del self.params[start:]
                sql = self._within(f"+{links.column(field)}", intervals)
        return sql

    def _major(self, field: Field, tests: Sequence[Test], *, gathered: bool) -> str:
        """Amounts in major units, which are different minor units in currencies of other decimals.

        First the amount must match in any kind of currency, by the index for single amounts.
        """
        column = links.column(field)
        by_places = {places: operands.intervals(tests, places) for places in (2, *links.CODES)}
        in_any = sorted({each for same in by_places.values() for each in same})
        if any(low < high for low, high in in_any):
            in_any = [(in_any[0][0], max(high for _, high in in_any))]
            first = self._within(f"+{column}", in_any)
        else:
            first = self._within(column, in_any)
        found = []
        for places, same in by_places.items():
            sql = self._within(f"+{column}", same)
            found.append(f"{sql} AND {links.decimals(field, places, gathered=gathered)}")
        return f"{first} AND {any_of(found)}"

    def _within(self, column: str, intervals: Sequence[tuple[int, int]]) -> str:
        """Integers in any of some intervals, including both ends."""
        points: list[Parameter] = [low for low, high in intervals if low == high]
        wider: list[Parameter] = [end for each in intervals if each[0] < each[1] for end in each]
        self.params += points + wider
        found = [f"{column} {is_any(points)}"] if points else []
        return any_of(found + [f"{column} BETWEEN ? AND ?"] * (len(wider) // 2))
