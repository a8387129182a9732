"""The grammar of a filter: recursive descent from tokens to a tree.

    filter   = [either]
    either   = all {"OR" all}
    all      = each {["AND"] each}
    each     = {"-" | "NOT"} (term | text | "(" either ")")
    term     = field operator item {"," item} | ("has:" | "missing:") field {"," field}

Terms of another kind, such as one that is no field, get a branch in `_Parser.term`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localpay.errors import QueryError
from localpay.frozen import frozen
from localpay.query import fields, spans, values
from localpay.query.fields import PRESENCE, Kind
from localpay.query.tokens import MAX_LENGTH, SIGNS, WORDS, read_text, split_values, tokenize
from localpay.query.tree import And, Comparison, Has, Not, Or, Range, Term, Text

if TYPE_CHECKING:
    from localpay.entities import EntityName
    from localpay.query.fields import Field
    from localpay.query.tokens import Item, Token
    from localpay.query.tree import Node, Path, Test

MAX_PARENTHESES = 50
"""Open ones at a time, so that no text exhausts the stack."""

MAX_LEVELS = 15
"""Of and, or and not in one another: SQLite's own parser gives up at 19."""

MAX_TERMS = 500
"""Terms and values together: where a thousand ranges are asked for, SQLite plans for a second."""

_LONG = 500
"""The canonical form of a filter that is shorter than this never has `MAX_LENGTH` characters."""

_SHORT = 3
"""Texts of so few characters may be signs such as `||`, or currencies behind an amount."""

_SIGNS = frozenset(SIGNS)
_LAST_PLACE = 2**31 - 1
_ORDERED = frozenset({Kind.TEXT, Kind.AMOUNT, Kind.INSTANT, Kind.JSON})


@frozen
class Query:
    """A filter that was understood. `str` gives its canonical text.

    Attributes:
        text: as it was written.
        entity: what it filters.
        tree: what it says; None when it is empty and matches every record.
    """

    text: str
    entity: EntityName
    tree: Node | None

    def __str__(self) -> str:
        return "" if self.tree is None else str(self.tree)


def parse(text: str, entity: EntityName) -> Query:
    """Read a filter.

    Args:
        text: in the filter language; may be empty.
        entity: what is filtered, which decides the fields there are.

    Raises:
        QueryError: the text is no filter; says where and what was expected.
    """
    return Query(text, entity, _Parser(text, entity).filter())


class _Parser:
    __slots__ = ("depth", "entity", "has_groups", "index", "terms", "text", "tokens")

    def __init__(self, text: str, entity: EntityName) -> None:
        self.text = text
        self.entity = entity
        self.tokens = tokenize(text)
        self.index = 0
        self.depth = 0
        self.has_groups = False
        self.terms = 0

    def filter(self) -> Node | None:
        if self.tokens[0].kind == "end":
            return None
        node = self.either()
        if (token := self.tokens[self.index]).kind != "end":
            raise self.error(token, "there is no parenthesis open here")
        if self.has_groups and _levels(node) > MAX_LEVELS:
            reason = f"more than {MAX_LEVELS} levels of and, or and not in one another"
            raise QueryError(self.text, 0, reason, len(self.text))
        if len(self.text) > _LONG and (length := len(str(node))) > MAX_LENGTH:
            reason = f"written in full it has {length:,} characters, it may have {MAX_LENGTH:,}"
            raise QueryError(self.text, 0, reason, len(self.text))
        return node

    def either(self) -> Node:
        nodes = [self.all()]
        while self.tokens[self.index].kind == "OR":
            self.index += 1
            nodes.append(self.all())
        return _join(Or, nodes)

    def all(self) -> Node:
        nodes = [self.each()]
        while (kind := self.tokens[self.index].kind) not in {"OR", ")", "end"}:
            self.index += kind == "AND"
            nodes.append(self.each())
        return _join(And, nodes)

    def each(self) -> Node:
        negated = False
        while (token := self.tokens[self.index]).kind in {"-", "NOT"}:
            negated = not negated
            self.index += 1
            if token.kind == "-" and self.tokens[self.index].start != token.end:
                raise self.error(token, "what a minus excludes stands right behind it")
        node = self.group() if token.kind == "(" else self.leaf(token)
        return _negate(node) if negated else node

    def group(self) -> Node:
        opening = self.tokens[self.index]
        if self.depth == MAX_PARENTHESES:
            raise self.error(opening, f"more than {MAX_PARENTHESES} parentheses in one another")
        self.has_groups = True
        self.depth += 1
        self.index += 1
        node = self.either()
        if self.tokens[self.index].kind != ")":
            raise self.error(opening, "this parenthesis is not closed")
        self.index += 1
        self.depth -= 1
        return node

    def leaf(self, token: Token) -> Node:
        if token.kind not in {"term", "text"}:
            found = "here the filter ends" if token.kind == "end" else f"here stands {token.kind}"
            raise self.error(token, f"expected a term such as status:error or a text, {found}")
        self.count(token)
        self.index += 1
        if token.kind == "term":
            return self.term(token)
        word = self.text[token.start : token.end]
        if word.upper() in WORDS or len(word) <= _SHORT or not _SIGNS.isdisjoint(word):
            from localpay.query import mistakes  # noqa: PLC0415 - seldom

            mistakes.refuse_mistyped(self.text, self.entity, token)
        try:
            return Text(values.read_pattern(read_text(self.text, token)).pieces)
        except ValueError as error:
            raise self.error(token, str(error)) from None

    def term(self, token: Token) -> Node:
        if token.name.lower() in PRESENCE:
            return self.presence(token)
        field, path = self.field(token.name, token.start)
        negated = token.operator == "!="
        items = split_values(self.text, token._replace(operator="=") if negated else token)
        self.count(token, len(items) - 1)
        listed = [item for item in items if not item.is_wildcard]
        nodes: list[Node] = [Has(field, path)] if len(listed) < len(items) else []
        if listed:
            tests = tuple([test for item in listed for test in self.tests(field, path, item)])
            self.count(token, len(tests) - len(listed))  # a wildcard may mean several choices
            if len(listed) > 1 and field.kind is Kind.AMOUNT:
                from localpay.query import mistakes  # noqa: PLC0415 - seldom

                mistakes.refuse_commas(self.text, listed, tests)
            nodes.append(Term(field, path, tests))
        node = _join(Or, nodes)
        return _negate(node) if negated else node

    def presence(self, token: Token) -> Node:
        if token.body == token.end:
            raise QueryError(self.text, token.end, "the name of a field is missing here: has:email")
        nodes: list[Node] = []
        items = split_values(self.text, token)
        self.count(token, len(items) - 1)
        for item in items:
            word = item.words[0]
            if token.operator or item.operator != "=":
                raise self.error(token, "has: and missing: take names of fields: has:email")
            # As it is written: quotes belong to the name, where they hold odd keys of JSON.
            field, path = self.field(self.text[word.start : word.end], word.start)
            nodes.append(Has(field, path))
        if token.name.lower() == "missing":
            nodes = [_negate(each) for each in nodes]
        return _join(Or, nodes)

    def field(self, name: str, start: int) -> tuple[Field, Path]:
        found = fields.resolve(self.entity, name)
        if found is None:
            from localpay.query import mistakes  # noqa: PLC0415 - seldom

            raise mistakes.unknown_field(self.text, self.entity, name, start)
        for step in found[1]:
            if isinstance(step, int) and step > _LAST_PLACE:
                raise QueryError(self.text, start, "no array has so many places", len(name))
        return found

    def tests(self, field: Field, path: Path, item: Item) -> tuple[Test, ...]:
        try:
            return _read_tests(field, path, item)
        except ValueError as error:
            from localpay.query import mistakes  # noqa: PLC0415 - seldom

            start, end = item.words[0].start, item.words[-1].end
            reason = mistakes.wrong_value(field, [each.text for each in item.words])
            raise QueryError(self.text, start, reason or str(error), end - start) from None

    def count(self, token: Token, number: int = 1) -> None:
        self.terms += number
        if self.terms > MAX_TERMS:
            raise self.error(token, f"a filter may have {MAX_TERMS} terms and values in all")

    def error(self, token: Token, reason: str) -> QueryError:
        return QueryError(self.text, token.start, reason, max(1, token.end - token.start))


def _read_tests(field: Field, path: Path, item: Item) -> tuple[Test, ...]:
    """Read one member of a term's list of values; a ValueError says what is wrong with it."""
    is_search = field.kind is Kind.JSON and not path
    word = item.words[0]
    if item.operator != "=":
        if is_search:
            raise ValueError(f"only a place in {field.name} has an order: {field.name}.key:>5")
        if field.kind not in _ORDERED:
            raise ValueError(f"{field.name} has no order, only {field.name}:value")
        if item.operator != "..":
            return (Comparison(item.operator, values.read_ordered(field, word)),)
        between = Range(*values.read_range(field, *item.words))
        if spans.is_backwards(between):
            low, high = between.low, between.high
            raise ValueError(f"{low} comes after {high}; did you mean {high}..{low}?")
        return (between,)
    if field.kind is Kind.CHOICE:
        return tuple(Comparison("=", each) for each in values.read_choices(field, word))
    return (Comparison("=", values.read_pattern(word) if is_search else values.read(field, word)),)


def _join(kind: type[And | Or], nodes: list[Node]) -> Node:
    """Join nodes, those of the same kind as one; a single one stays as it is."""
    if len(nodes) == 1:
        return nodes[0]
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, kind) else (node,))
    return kind(tuple(flat))


def _negate(node: Node) -> Node:
    return node.node if isinstance(node, Not) else Not(node)


def _levels(node: Node) -> int:
    if isinstance(node, And | Or):
        return 1 + max(map(_levels, node.nodes))
    return 1 + _levels(node.node) if isinstance(node, Not) else 0
