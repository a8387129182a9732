"""Editing a filter: values of a field put in and taken out, while the rest stays as it was typed.

Only terms that every match has to pass are touched: not those in parentheses, behind a minus or
beside an OR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from localpay.query import fields, values
from localpay.query.fields import Kind
from localpay.query.grammar import parse
from localpay.query.tokens import Word, split_values, tokenize
from localpay.query.values import Pattern, Period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.entities import EntityName
    from localpay.query.fields import Field
    from localpay.query.tokens import Token

Choice: TypeAlias = Pattern | Period | None
"""What a member of a term stands for: a text, a time, or None for records without a value."""


class _Term(NamedTuple):
    """A term that can be edited.

    Attributes:
        place: of its token among all.
        start: offset of its first character.
        body: offset of its first value.
        end: offset after its last character.
        members: each value as it is written, and what it stands for.
    """

    place: int
    start: int
    body: int
    end: int
    members: tuple[tuple[str, Choice], ...]

    @property
    def choices(self) -> list[Choice]:
        return [choice for _, choice in self.members]


def is_chosen(text: str, entity: EntityName, name: str, value: str | None) -> bool:
    """Whether a filter asks for a value of a field, as `toggle` would write it.

    Args:
        text: the filter.
        entity: what it filters.
        name: a name of the field.
        value: the value; None for records without one.

    Raises:
        QueryError: the text is no filter.
    """
    field = _field(entity, name)
    wanted = _choice(field, value)
    return any(wanted in term.choices for term in _terms(text, entity, field))


def toggle(text: str, entity: EntityName, name: str, value: str | None) -> str:
    """Have a filter ask for a value of a field; if it does already, no longer.

    A further value of a field is added with a comma, so that records with either match. Records
    without a value are asked for by `missing:`, which takes the place of all values.

    Args:
        text: the filter.
        entity: what it filters.
        name: a name of the field, as it is to be written.
        value: the value; None for records without one.

    Returns:
        The new filter.

    Raises:
        QueryError: the text is no filter.
    """
    field = _field(entity, name)
    wanted = _choice(field, value)
    terms = list(_terms(text, entity, field))
    if any(wanted in term.choices for term in terms):
        for term in reversed(terms):
            if wanted in term.choices:
                text = _without(text, term, wanted)
        return text
    added = None if value is None else _written(field, value)
    if added is not None:
        for term in terms:
            if None not in term.choices:
                return f"{text[: term.end]},{added}{text[term.end :]}"
    for term in reversed(terms):
        text = _removed(text, term)
    return _and(text, f"missing:{name}" if added is None else f"{name}:{added}")


def without(text: str, entity: EntityName, name: str) -> str:
    """A filter that no longer asks for values of a field, as far as `toggle` could ask for them.

    Args:
        text: the filter.
        entity: what it filters.
        name: a name of the field.

    Raises:
        QueryError: the text is no filter.
    """
    for term in reversed(list(_terms(text, entity, _field(entity, name)))):
        text = _removed(text, term)
    return text


def _field(entity: EntityName, name: str) -> Field:
    field = fields.find(entity, name)
    assert field is not None, name
    return field


def _choice(field: Field, value: str | None) -> Choice:
    if value is None:
        return None
    return _meaning(field, Word((value,), False, 0, len(value)))  # noqa: FBT003 - not quoted


def _meaning(field: Field, word: Word) -> Choice:
    """What a value stands for; two that match the same records are equal."""
    if field.kind is Kind.INSTANT:
        try:
            read = values.read(field, word)
        except ValueError:  # in the store, not in the filter: then nothing is equal to it
            return Pattern(word.pieces)
        return read if isinstance(read, Period) else None
    fold = field.kind in {Kind.FOLDED, Kind.CHOICE}
    return Pattern(tuple(piece.lower() if fold else piece for piece in word.pieces))


def _written(field: Field, value: str) -> str:
    return value if field.kind is Kind.INSTANT else str(Pattern((value,)))


def _terms(text: str, entity: EntityName, field: Field) -> Iterator[_Term]:
    """The terms of a field that can be edited, in their order."""
    parse(text, entity)
    tokens = tokenize(text)
    if any(token.kind == "OR" for token in _outer(tokens)):
        return
    outer = {token.start for token in _outer(tokens)}
    for index, token in enumerate(tokens):
        is_free = index == 0 or tokens[index - 1].kind not in {"-", "NOT"}
        if token.kind == "term" and token.start in outer and is_free:
            members = _members(text, token, entity, field)
            if members:
                yield _Term(index, token.start, token.body, token.end, members)


def _outer(tokens: list[Token]) -> Iterator[Token]:
    """The tokens that stand in no parentheses."""
    depth = 0
    for token in tokens:
        depth += (token.kind == "(") - (token.kind == ")")
        if depth == 0 and token.kind != ")":
            yield token


def _members(
    text: str, token: Token, entity: EntityName, field: Field
) -> tuple[tuple[str, Choice], ...]:
    """The values of a term; none if it is of another field, or not a plain list of values."""
    items = split_values(text, token._replace(operator="")) if token.operator != "!=" else []
    if token.name.lower() == "missing":
        word = items[0].words[0]
        named = fields.resolve(entity, text[word.start : word.end])
        return (("", None),) if len(items) == 1 and named == (field, ()) else ()
    if fields.resolve(entity, token.name) != (field, ()) or token.operator not in {"", "="}:
        return ()
    members = []
    start = token.body
    for item in items:
        word = item.words[0]
        is_value = item.operator == "=" and not item.is_wildcard
        choice = _meaning(field, word) if is_value else None
        if choice is None:
            return ()
        members.append((text[start : word.end], choice))
        start = word.end + 1
    return tuple(members)


def _without(text: str, term: _Term, choice: Choice) -> str:
    """A filter without one member of a term, and without the term if that was its only one."""
    kept = [written for written, each in term.members if each != choice]
    if not kept:
        return _removed(text, term)
    return text[: term.body] + ",".join(kept) + text[term.end :]


def _removed(text: str, term: _Term) -> str:
    """A filter without a term, and without the AND that joined it."""
    tokens = tokenize(text)
    start, end = term.start, term.end
    if term.place and tokens[term.place - 1].kind == "AND":
        start = tokens[term.place - 1].start
    elif tokens[term.place + 1].kind == "AND":
        end = tokens[term.place + 1].end
    before, after = text[:start].rstrip(), text[end:].lstrip()
    return f"{before} {after}" if before and after else before + after


def _and(text: str, term: str) -> str:
    """A filter that asks for a term too."""
    if any(token.kind == "OR" for token in _outer(tokenize(text))):
        text = f"({text.strip()})"
    return f"{text.rstrip()} {term}" if text.strip() else term
