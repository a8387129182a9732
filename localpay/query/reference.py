"""The reference of the filter language, from the table of fields; `markdown` is the README's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localpay.entities import ENTITIES
from localpay.errors import spoken
from localpay.query import fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localpay.entities import EntityName
    from localpay.query.fields import Field

EXAMPLES: Final = (
    ("status:error", "this value"),
    ("status:error,canceled", "any of these values; no blanks around the comma"),
    ("amount:>=12.50", "at least; also `>`, `<` and `<=`, with or without the colon"),
    (
        "amount:1000..2000",
        "from one value to another, both included; `1000..` and `..2000` are open",
    ),
    ("provider:stri*", "any text in place of `*`"),
    ("status!=error", "not this value; the same as `-status:error`"),
    ("has:email", "there is a value; `missing:email`: there is none"),
    ("-status:error", "not; `NOT` in front is the same"),
    ("status:error provider:stripe", "both; `AND` between them is the same"),
    ("status:error OR has:authorized", "either; `AND`, `OR` and `NOT` are written in capitals"),
    ("(status:error OR status:pending) -has:email", "parentheses group terms"),
    ("data.intent.charges[0].id:ch_1", 'a value in JSON; unusual keys go in quotes: `data."a b"`'),
    ("pi_123", "this text in an id, the e-mail address, the data and the like, in either case"),
    (
        '"two words"',
        'exactly this text, also as a value or a key; `\\"` means `"`, and `\\\\` means `\\`',
    ),
)
"""Filters of sessions, each with what it matches."""

VALUES: Final = (
    (
        "text",
        '`stripe`, `"with blanks"`',
        "exactly this text; e-mail addresses and currencies in either case",
    ),
    ("choice", "`error`, `*ed`", "one of the values that the field can have"),
    ("amount", "`1250`", "minor units"),
    ("amount", "`12.50`", "major units of each record's own currency"),
    ("amount", "`12.50eur`, `1250jpy`", "major units, and only records in this currency"),
    ("time", "`2026`, `2026-11`, `2026-11-20`", "the whole year, month or day"),
    (
        "time",
        "`2026-11-20T08:00`, `2026-11-20T08:00+02:00`",
        "the whole minute; UTC unless there is an offset",
    ),
    ("time", "`-7d`, `-2h`", "since then; after an operator, that instant. Units: `s m h d w`"),
    ("time", "`today`, `yesterday`, `tomorrow`, `now`", "days in UTC"),
    (
        "JSON",
        '`12`, `true`, `null`, `pi_1`, `"12"`',
        "a number, true, false or null; anything else, or in quotes, is text",
    ),
)
"""Kinds of values: kind, examples and how they are read."""


def markdown() -> str:
    """Write the reference: filters, values, and the fields of each entity."""
    examples = [(f"`{text}`", meaning) for text, meaning in EXAMPLES]
    parts = [
        _table(("Filter", "Matches"), examples),
        _table(("Kind", "Written", "Read as"), VALUES),
    ]
    for entity in ENTITIES:
        parts.append(f"**Fields of a {spoken(entity)}**")
        rows = [_row(each) for each in listed(entity)]
        parts.append(_table(("Field", "For short", "Kind", "What it is"), rows))
        names = ", ".join(f"`{each.name}`" for each in fields.searched(entity))
        parts.append(f"Text without a field is looked for in {names}.")
        parts += [f"And every other field of {which}: `{name}`." for which, name in related(entity)]
    return "\n\n".join(parts) + "\n"


def listed(entity: EntityName) -> list[Field]:
    """The fields with a line of their own: the entity's, and others that have a short name."""
    own = [each for each in fields.fields(entity) if each.table == entity]
    near = [each for each in fields.fields(entity) if each not in own and short_names(each)]
    return own + near


def related(entity: EntityName) -> tuple[tuple[str, str], ...]:
    """The other records whose fields can be named, each with an example of one."""
    if entity != "cart":
        return (("its cart", "cart.created_at"),)
    return (
        ("one of its sessions, any of them", "session.status"),
        ("one of its payments, any of them", "payment.captured_at"),
    )


def short_names(field: Field) -> list[str]:
    """The names of a field that are shorter than its own."""
    return [each for each in field.aliases if "." not in each and len(each) < len(field.name)]


def _row(field: Field) -> tuple[str, ...]:
    kind = ", ".join(f"`{each}`" for each in field.choices) or field.kind.value
    names = ", ".join(f"`{each}`" for each in short_names(field))
    return f"`{field.name}`", names, kind, field.help


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
