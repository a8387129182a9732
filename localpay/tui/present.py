"""How values look: every field of every record as plain, safe text with the name of a style.

Neither this module nor its callers read markup. A style is named by its *tone*; `STYLES` gives
Textual's words for it, with colours of the theme.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from rich.cells import cell_len, set_cell_size

from localpay import money
from localpay.entities import AMOUNTS, currency_of
from localpay.inspect import states
from localpay.inspect.difference import ABSENT
from localpay.jsontext import WrittenFloat, dumps
from localpay.query.tree import at_path
from localpay.text import one_line

if TYPE_CHECKING:
    from localpay.entities import BaseEntity
    from localpay.inspect.redact import Path
    from localpay.jsontext import JsonValue

Tone: TypeAlias = Literal[
    "plain", "muted", "faint", "heading", "link", "secret",
    "good", "waiting", "attention", "bad", "off",
    "text", "number", "literal",
]  # fmt: skip

STYLES: Final[dict[Tone, str]] = {
    "plain": "$foreground",
    "muted": "$foreground 70%",
    "faint": "$foreground 45%",
    "heading": "bold $foreground",
    "link": "$text-primary",
    "secret": "$text-secondary",
    "good": "$text-success",
    "waiting": "$text-primary",
    "attention": "$text-warning",
    "bad": "bold $text-error",
    "off": "$foreground 60%",
    "text": "$foreground",
    "number": "$text-accent",
    "literal": "$text-secondary",
}
"""What each tone looks like, as `Content.styled` and `Stylesheet.parse_style` take it."""

ELLIPSIS: Final = "…"
_EXCERPT = 40
"""How many members of JSON data are written on one line."""

_ID = re.compile(r"[a-z]+_(?=[0-9A-Z]{26}\Z)")


class Status(NamedTuple):
    """How a state looks.

    Attributes:
        glyph: one cell, different for each state, so that no colour is needed.
        word: the state in words.
        tone: its style.
    """

    glyph: str
    word: str
    tone: Tone


class Cell(NamedTuple):
    """A value as one line.

    Attributes:
        text: plain text that is safe to show.
        tone: its style.
        right: whether it is aligned on the right, as amounts are.
    """

    text: str
    tone: Tone = "plain"
    right: bool = False


_STATUSES: Final[dict[str, Status]] = {
    "pending": Status("○", "pending", "waiting"),
    "requires_more": Status("◐", "requires more", "attention"),
    "authorized": Status("✓", "authorized", "good"),
    "error": Status("✗", "error", "bad"),
    "canceled": Status("⊘", "canceled", "off"),
    "captured": Status("●", "captured", "good"),
    "partially_refunded": Status("◒", "partially refunded", "attention"),
    "refunded": Status("↩", "refunded", "off"),
    "open": Status("◇", "open", "waiting"),
    "completed": Status("◆", "completed", "good"),
    "deleted": Status("×", "deleted", "off"),
    "not_paid": Status("◦", "not paid", "waiting"),
    "awaiting": Status("◌", "awaiting", "waiting"),
    "partially_authorized": Status("◔", "partially authorized", "attention"),
}


def status(state: str) -> Status:
    """How a state looks; an unknown one is shown as the word itself."""
    return _STATUSES.get(state) or Status("?", one_line(state.replace("_", " ")), "attention")


def status_cell(state: str, width: int | None = None) -> Cell:
    """A state as glyph and word, or as its glyph alone if the word does not fit."""
    glyph, word, tone = status(state)
    whole = f"{glyph} {word}"
    if width is not None and cell_len(whole) > width:
        whole = fit(whole, width) if width > 7 else fit(glyph, width)
    return Cell(whole, tone)


def instant(value: datetime, width: int | None = None) -> str:
    """An instant in UTC: whole, or as much as a width allows.

    Args:
        value: in UTC.
        width: in cells; 19 and more show seconds, 16 minutes, 10 the day, less only month and
            day.
    """
    text = value.isoformat(" ", "microseconds")[:26]
    text = text.removesuffix("000").removesuffix(".000")
    if width is None or len(text) <= width:
        return text
    for length in (19, 16, 10):
        if width >= length:
            return text[:length]
    return text[5:10]


def boolean(value: bool | None) -> str:  # noqa: FBT001 - it is the value that is shown
    """True as "yes", False as "no", null as "–"."""
    return "–" if value is None else "yes" if value else "no"


def amount(value: int | None, currency: str | None, width: int | None = None) -> str:
    """An amount with its currency, "12.50 EUR"; without a known currency, the minor units.

    Args:
        value: in minor units; None is shown as nothing.
        currency: None if it is not known.
        width: in cells; if the currency would be cut, "…" takes its place, so that the amount
            is not taken for minor units.
    """
    whole = one_line(money.format_amount(value, currency))
    if value is None or not currency or width is None or cell_len(whole) <= width:
        return whole
    major = f"{money.format_major(value, currency)} {ELLIPSIS}"
    return major if len(major) <= width else fit(whole, width)


def fit(text: str, width: int) -> str:
    """A text made safe to show and cut to a width, with "…" where something is missing.

    Args:
        text: any text, of any length.
        width: in cells. An id keeps its end, which tells it from its neighbours.
    """
    if width <= 0:
        return ""
    safe = one_line(text[: 4 * width + 8])
    if len(text) <= 4 * width + 8 and cell_len(safe) <= width:
        return safe
    prefix = _ID.match(text)
    if prefix is not None and width > len(prefix.group()) + 1:
        head = f"{prefix.group()}{ELLIPSIS}"
        return head + text[len(head) - width :]
    return set_cell_size(safe, width - 1).rstrip() + ELLIPSIS


def scalar(value: JsonValue) -> Cell:
    """A JSON value other than an object or a list, as JSON writes it, escapes included."""
    if isinstance(value, str):
        return Cell(one_line(json.dumps(value, ensure_ascii=False)), "text")
    if value is None or isinstance(value, bool):
        return Cell(json.dumps(value), "literal")
    return Cell(value.text if isinstance(value, WrittenFloat) else str(value), "number")


def summary(value: JsonValue) -> str:
    """The size of a JSON object or list: "{3 keys}", "[1 item]"."""
    count = len(value)
    if isinstance(value, dict):
        return f"{{{count} key{'' if count == 1 else 's'}}}" if value else "{}"
    return f"[{count} item{'' if count == 1 else 's'}]" if value else "[]"


def cell(record: BaseEntity, column: str, width: int | None = None) -> Cell:
    """One field of a record.

    Args:
        record: the record.
        column: `state`, a field's name, or one of a relation, such as `cart.email`; a relation
            that is not loaded shows nothing.
        width: in cells; None for the whole value.
    """
    *path, name = column.split(".")
    owner: Any = record
    for step in path:
        owner = getattr(owner, step)
        if owner is None:
            return Cell("")
    if name == "state" or (name == "status" and hasattr(owner, "status")):
        state = states.state(owner)
        return Cell("") if state is None else status_cell(state, width)
    return field(name, getattr(owner, name), currency_of(owner), width)


def inside(record: BaseEntity, column: str, path: tuple[str | int, ...], width: int) -> Cell:
    """A part of a record's JSON with secrets masked; nothing if there is no such part.

    Args:
        record: the record.
        column: the field that holds the JSON, or one of a relation, such as `cart.metadata`.
        path: the keys and indexes that lead to the part.
        width: in cells.
    """
    value: Any = record
    for name in column.split("."):
        value = None if value is None else getattr(value, name)
    value = at_path(value, path, ABSENT)
    if value is ABSENT:
        return Cell("")
    whole = (column.rpartition(".")[2], *path)
    if not isinstance(value, str):
        part = shown(whole, value)[0]
        return part._replace(text=fit(part.text, width))
    from localpay.inspect.redact import redact_scalar  # noqa: PLC0415 - as in `shown`

    covered = redact_scalar(whole, value)
    return Cell(fit(covered, width), "text" if covered == value else "secret")


def field(name: str, value: Any, currency: str | None, width: int | None = None) -> Cell:
    """A field's value by itself.

    Args:
        name: the field's name.
        value: as the record holds it.
        currency: of the record's amounts, if known.
        width: in cells; None for the whole value.
    """
    shown = _field(name, value, currency, width)
    return shown._replace(text=one_line(shown.text) if width is None else fit(shown.text, width))


def value(path: Path, value: Any, currency: str | None = None, *, reveal: bool = False) -> Cell:
    """A field's value, or one within its JSON, on one line with secrets masked.

    Args:
        path: the field's name; within JSON followed by keys and indexes.
        value: the value; `ABSENT` for none.
        currency: of the record's amounts, if known.
        reveal: show secrets as they are.
    """
    return shown(path, value, currency, reveal=reveal)[0]


def shown(
    path: Path, value: Any, currency: str | None = None, *, reveal: bool = False
) -> tuple[Cell, Any]:
    """As `value`, with the whole value, of which the cell may show only the beginning."""
    # Compiling its patterns takes longer than drawing the list, which shows nothing secret.
    from localpay.inspect.redact import redact, redact_scalar  # noqa: PLC0415

    if value is ABSENT:
        return Cell("–", "faint"), value
    if isinstance(value, dict | list | tuple):
        part = _excerpt(value, [_EXCERPT])
        return Cell(one_line(dumps(part if reveal else redact(part, path))), "text"), value
    covered = value if reveal else redact_scalar(path, value)
    cell = scalar(covered) if len(path) > 1 else field(str(path[0]), covered, currency)
    return cell if covered == value else cell._replace(tone="secret"), covered


def _excerpt(value: JsonValue, left: list[int], depth: int = 0) -> JsonValue:
    """The beginning of JSON data: at most `left[0]` members, four levels deep."""
    if not isinstance(value, dict | list | tuple):
        return value
    if depth == 4 or left[0] <= 0:
        return ELLIPSIS if value else value
    members = list(islice(value.items() if isinstance(value, dict) else value, left[0]))
    left[0] -= len(members)
    if isinstance(value, dict):
        part = {key: _excerpt(member, left, depth + 1) for key, member in members}
        return part if len(part) == len(value) else {**part, ELLIPSIS: ELLIPSIS}
    parts = [_excerpt(member, left, depth + 1) for member in members]
    return parts if len(parts) == len(value) else [*parts, ELLIPSIS]


def line_up(rows: list[tuple[Cell, ...]], columns: int) -> list[tuple[Cell, ...]]:
    """Pad the first cells of some lines so that they line up."""
    widths = [
        max((cell_len(row[column].text) for row in rows if column < len(row)), default=0)
        for column in range(columns)
    ]
    return [
        (
            *(
                each._replace(text=_padded(each, width))
                for each, width in zip(row, widths, strict=False)
            ),
            *row[columns:],
        )
        for row in rows
    ]


def _padded(shown: Cell, width: int) -> str:
    padding = " " * (width - cell_len(shown.text))
    return padding + shown.text if shown.right else shown.text + padding


def _field(name: str, value: Any, currency: str | None, width: int | None) -> Cell:
    """A field's value before its text is made safe and cut."""
    shown = Cell(str(value))
    match value:
        case None:
            shown = Cell("–", "faint")
        case bool():
            shown = Cell(boolean(value), "plain" if value else "muted")
        case datetime():
            shown = Cell(instant(value, width))
        case dict() | list() | tuple():
            shown = Cell(summary(value), "muted")
        case int() if name in AMOUNTS:
            shown = Cell(amount(value, currency, width), right=True)
        case int() | float():
            shown = Cell(scalar(value).text, right=True)
    return shown
