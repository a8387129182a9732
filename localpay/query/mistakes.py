"""What was probably meant by a filter that is wrong: the field, the operator, the place in JSON.

And by one that is right, but asks for a value that no record has. Nothing here is needed to read
a filter that is right.
"""

from __future__ import annotations

import operator
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from localpay import spelling
from localpay.errors import QueryError, spoken
from localpay.query import fields
from localpay.query.fields import NOUNS, PRESENCE, Kind
from localpay.query.tokens import CURRENCIES, QUOTED, SIGNS, WORDS, no_operator
from localpay.query.tree import Comparison
from localpay.query.values import Major, Minor
from localpay.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localpay.entities import EntityName
    from localpay.query.fields import Field
    from localpay.query.tokens import Item, Token
    from localpay.query.tree import Test

_NEARLY_TERM = re.compile(rf'(?P<head>(?:[^"{SIGNS}]|{QUOTED})++)[{SIGNS}]', re.DOTALL)
_STEM = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?")
_DAY_BEFORE, _TIME = re.compile(r"[:=<>.,]\d{4}-\d\d-\d\d\s\Z"), re.compile(r"\d\d?:\d\d")
_NO_WORD = re.compile(r"\W")
_UNIT = re.compile(r"[+-]\d+\s*(?![smhdw]\Z)[A-Za-z]+")
_ZONE_NAME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d(?::[\d:.]*)?\s?\[?[A-Za-z]{2}.*", re.DOTALL)
_GROUPS = re.compile(r"(?<![\d.])(?:\d{1,3},)+\Z")
_AFTER_ZERO = re.compile(r"0\d{1,2}(?:\.\d+)?")
_NUMBER_WITH_COMMAS = re.compile(r"[+-]?\d[\d.]*,[\d.,]*\s?[A-Za-z]{0,3}")
_HOLDS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
_JOINED = {"||": "OR", "|": "OR", "&&": "AND", "&": "AND"}
_CORE = re.compile(r"\w(?:.*\w)?", re.DOTALL)
_FEW, _SHOWN = 6, 60
"""Values that are listed where none is near, and the characters that are shown of each."""


def unknown_field(text: str, entity: EntityName, name: str, start: int) -> QueryError:
    """What is said of a name that is no field.

    Args:
        text: the whole filter.
        entity: what is filtered.
        name: as it is written.
        start: where it begins.
    """
    reason = f"there is no field {name[:60]!r} of a {spoken(entity)}"
    near = nearest(entity, name)
    others = [spoken(each) for each in NOUNS if fields.resolve(each, name)]
    if near and (not others or near.endswith(f".{name}") or name.endswith(f".{near}")):
        reason += f"; did you mean {near!r}?"
    elif others:
        reason += f"; it is one of a {' and a '.join(others)}"
    elif text.startswith(tuple(SIGNS), start + len(name)):
        reason += "; text with such signs goes in quotes"
    return QueryError(text, start, reason, len(name))


def nearest(entity: EntityName, name: str) -> str | None:
    """The field that was probably meant: without a prefix, with one, or with another head."""
    head = _NO_WORD.split(name, maxsplit=1)[0]
    rest = name[len(head) :]
    if head.lower() in {entity, NOUNS[entity]} and fields.resolve(entity, rest[1:]):
        return rest[1:]
    names = fields.names(entity)
    meant = {each.rpartition(".")[2]: each for each in names if "." in each}
    meant |= {each: each for each in (*names, *PRESENCE)}
    near = meant.get(spelling.nearest(head, meant) or "", "")
    if not rest:
        return near or None
    if fields.resolve(entity, near + rest):
        return near + rest
    return near if _is_json(entity, near) else meant.get(spelling.nearest(name, meant) or "")


def _is_json(entity: EntityName, name: str) -> bool:
    field = fields.find(entity, name)
    return field is not None and field.kind is Kind.JSON


def refuse_mistyped(text: str, entity: EntityName, token: Token) -> None:
    """Refuse a text that is nearly something else: searched for, it would be found nowhere.

    That is an `or` in lower case, `||`, what has signs of operators behind nearly a field, a time
    behind a day and a currency behind an amount. Texts such as `12:30` and
    `https://shop.test/?a=b` stay texts.

    Args:
        text: the whole filter.
        entity: what is filtered.
        token: one of its texts.

    Raises:
        QueryError: says what was probably meant.
    """
    start = token.start
    word = text[start : token.end].upper()
    if word in WORDS:
        reason = f"{word} is written in capitals; the word itself goes in quotes"
        raise QueryError(text, start, reason, token.end - start)
    if word in _JOINED:
        reason = f"{_JOINED[word]} is written out; such signs go in quotes"
        raise QueryError(text, start, reason, token.end - start)
    if word.lower() in CURRENCIES and _follows_amount(text, entity, start):
        reason = "a currency stands right behind its amount, as in 12.50eur; a text goes in quotes"
        raise QueryError(text, start, reason, token.end - start)
    if text.startswith(tuple(SIGNS), start):
        reason = "an operator stands right behind its field, without a blank"
        if text[start] == "!" and text[start + 1 : start + 2].isalpha():
            reason = "a minus in front excludes, as in -status:error"
        raise QueryError(text, start, reason, token.end - start)
    if _TIME.match(text, start) and _DAY_BEFORE.search(text, max(0, start - 12), start):
        reason = "a time stands right behind its day with a T between, as in 2026-11-20T08:00"
        raise QueryError(text, start, reason, token.end - start)
    if found := _NEARLY_TERM.match(text, start, token.end):
        _refuse_head(text, entity, found["head"], start)


def _follows_amount(text: str, entity: EntityName, start: int) -> bool:
    """Whether an amount without a currency stands in front of a text."""
    found = re.search(rf"(?P<name>[\w.]+)[{SIGNS}][^\s\"()]*\d\s+\Z", text[:start])
    field = fields.find(entity, found["name"]) if found else None
    return field is not None and field.kind is Kind.AMOUNT


def refuse_commas(text: str, items: Sequence[Item], tests: Sequence[Test]) -> None:
    """Refuse amounts whose comma is no list's: `1,250.00`, `12,05` and `>=12,50`.

    Args:
        text: the whole filter.
        items: the members of a term's list of amounts.
        tests: what each of them asks for.

    Raises:
        QueryError: says what was probably meant.
    """
    for (item, after), (test, next_test) in zip(pairwise(items), pairwise(tests), strict=True):
        start, middle, end = item.words[0].start, after.words[0].start, after.words[-1].end
        has_zero = _AFTER_ZERO.fullmatch(text, middle, end) and isinstance(test, Comparison)
        if has_zero or _is_one_amount(test, next_test):
            if groups := _GROUPS.search(text, 0, start):
                start = groups.start()
            is_decimal = text.find(".", middle, end) < 0 and end - middle < len("000")
            meant = text[start:end].replace(",", "." if is_decimal else "")
            reason = f"a comma stands between two amounts; did you mean {meant}?"
            raise QueryError(text, start, reason, end - start)


def _is_one_amount(test: Test, after: Test) -> bool:
    """Whether two members of a list make no sense but as one amount with a comma in it."""
    if not isinstance(test, Comparison) or not isinstance(after, Comparison):
        return False
    first, rest = test.value, after.value
    if not isinstance(first, Minor) or first.currency or after.operator != "=":
        return False
    if isinstance(rest, Major):  # minor units beside major ones
        return 0 <= first.units < 1000 and 100 <= rest.digits / 10**rest.places < 1000
    # What is at least 12 may be 50 as well: a list would say no more.
    holds = _HOLDS.get(test.operator)
    if holds is None or not isinstance(rest, Minor) or rest.currency:
        return False
    return 10 <= rest.units < 100 and holds(rest.units, first.units)


def wrong_value(field: Field, texts: Iterable[str]) -> str | None:
    """What is said of a value that cannot be read, where more is known than how one is written.

    Args:
        field: whose value it is.
        texts: the value, or the two ends of a range.
    """
    for text in texts:
        if field.kind is Kind.INSTANT and _UNIT.fullmatch(text):
            return "the unit of a time is s, m, h, d or w: seconds, minutes, hours, days or weeks"
        if field.kind is Kind.INSTANT and _ZONE_NAME.fullmatch(text):
            return "a zone is an offset such as +02:00, or Z for UTC"
        if field.kind is Kind.AMOUNT and _NUMBER_WITH_COMMAS.fullmatch(text):
            return "an amount has no commas: 1250.00"
    return None


def two_amounts(first: int, second: int) -> str | None:
    """What is said of two amounts in a list that may have been meant for one.

    Args:
        first: minor units.
        second: those behind the comma.
    """
    if 10 <= second < 100:
        meant = f"{first}.{second}"
    elif 100 <= second < 1000 and 0 < first < 1000:
        meant = f"{first}{second}"
    else:
        return None
    return f"{first},{second} is two amounts, {first} and {second}; did you mean {meant}?"


def _refuse_head(text: str, entity: EntityName, head: str, start: int) -> None:
    """Refuse what stands before the sign of an operator, if it is a field or nearly one."""
    if head.lower() in PRESENCE or fields.resolve(entity, head):
        raise no_operator(text, start + len(head))
    if (sound := _end_of_place(entity, head)) is not None:
        reason = _place_written(head, sound)
        raise QueryError(text, start + sound, reason, len(head) - sound)
    core = _CORE.search(head)
    if core is None or core[0][0].isdecimal():
        return
    name = core[0]
    if near := name if fields.resolve(entity, name) else nearest(entity, name):
        reason = f"there is no field {head[:60]!r} of a {spoken(entity)}; did you mean {near!r}?"
        raise QueryError(text, start, f"{reason} Text with such signs goes in quotes", len(head))


def wrong_place(entity: EntityName, name: str) -> str | None:
    """What is said of a name that is nearly a place in JSON, where it stands alone.

    Returns:
        How one is written; None for a name that is nothing of the kind, and for one that is right.
    """
    sound = _end_of_place(entity, name)
    return None if sound in {None, len(name)} else _place_written(name, sound or 0)


def _place_written(name: str, sound: int) -> str:
    is_open = name.startswith('."', sound) and not re.match(QUOTED, name[sound + 1 :], re.DOTALL)
    if is_open:
        return "this quote is not closed"
    return 'a place in JSON is written data.key, data[0] or data."odd key"'


def unknown_value(field: Field, noun: str, value: str, known: Sequence[str]) -> str:
    """What is said of a value that no record has.

    Args:
        field: whose value it is.
        noun: what such a value is called.
        value: as it was asked for.
        known: the values that records have.
    """
    record = NOUNS[field.table]
    told = f"no {record} has the {noun} '{_safe(value)}'"
    if not known:
        return f"{told}; there are no {record}s"
    near = None
    if field.kind is not Kind.CHOICE and len(value) <= _SHOWN:
        meant = {each.lower(): each for each in known if len(each) <= _SHOWN}
        near = meant.get(spelling.nearest(value, meant) or "")
    if near is not None:
        return f"{told}; did you mean '{_safe(near)}'?"
    if len(known) > _FEW:
        return told
    *others, last = map(_safe, sorted(known))
    if not others:
        return f"{told}; there is only {last}"
    return f"{told}; there are {', '.join(others)} and {last}"


def _safe(value: str) -> str:
    """A value of a record as a message can show it."""
    return one_line(value[:_SHOWN])


def _end_of_place(entity: EntityName, name: str) -> int | None:
    """Where a path into JSON goes wrong; None for a name that is no path into JSON at all."""
    stem = _STEM.match(name)
    if stem is None:
        return None
    for known in (stem[0], stem[0].partition(".")[0]):
        if _is_json(entity, known) and name.startswith((".", "["), len(known)):
            return fields.end_of_steps(name, len(known))
    return None
