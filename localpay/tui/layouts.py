"""The columns that a user chose for a list, in place of the default ones.

A choice is kept as text, "amount" or "amount 14", the width in cells. It may come from a file that
anybody wrote: what names no column is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from localpay.query import fields
from localpay.query.fields import Kind
from localpay.text import one_line
from localpay.tui.columns import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localpay.tui.columns import ListKind

MOST: Final = 60
"""The most columns that a list can have."""

WIDEST: Final = 200
"""The width of the widest column, in cells."""

_WIDTHS: Final = {
    Kind.TEXT: (12, 30), Kind.FOLDED: (8, 30), Kind.CHOICE: (15, 15), Kind.AMOUNT: (12, 16),
    Kind.INSTANT: (16, 19), Kind.BOOLEAN: (8, 8), Kind.JSON: (8, 24),
}  # fmt: skip
_LABELS: Final = {"id": "ID"}


class Shown(NamedTuple):
    """A column that the user chose.

    Attributes:
        name: a field, such as `amount` or `cart.email`, or a path such as `data.intent.id`.
        width: in cells; None to use the room there is.
    """

    name: str
    width: int | None = None

    def __str__(self) -> str:
        return self.name if self.width is None else f"{self.name} {self.width}"


def read(texts: Iterable[Any]) -> tuple[Shown, ...]:
    """Read choices that were kept; texts that are none are left out."""
    found: dict[str, Shown] = {}
    for text in texts:
        if isinstance(text, str) and len(found) < MOST:
            name, _, width = text.rpartition(" ")
            if name and width.isascii() and width.isdecimal() and len(width) < 4:
                found.setdefault(name, Shown(name, max(1, min(int(width), WIDEST))))
            else:
                found.setdefault(text, Shown(text))
    return tuple(found.values())


def column(kind: ListKind, name: str) -> Column | None:
    """The column of a name: a field, an alias or a path into JSON.

    Returns:
        None if there is no such column.
    """
    usual = next((each for each in kind.columns if each.name == name), None)
    if usual is not None:
        return usual
    entity = kind.entity
    resolved = fields.resolve(entity, name)
    if resolved is None or resolved[0].table not in {entity, "cart"}:
        return None
    field, path = resolved
    if not path and field.name != name:
        return column(kind, field.name)
    least, best = _WIDTHS[field.kind]
    return Column(
        name,
        one_line(str(path[-1])) if path else _label(field.name),
        rank=0,
        least=least,
        best=best,
        sort=None if field.kind is Kind.JSON else field.name,
        right=field.kind is Kind.AMOUNT,
        field=field.name,
        path=path,
    )


def columns(kind: ListKind, shown: Sequence[Shown]) -> tuple[Column, ...]:
    """The columns of a list: the chosen ones, or the default ones if there are none.

    If the width is too small for all chosen ones, the last ones are left out.
    """
    chosen: list[Column] = []
    for each in shown[:MOST]:
        found = column(kind, each.name)
        if found is not None:
            width = each.width
            least, best = (found.least, found.best) if width is None else (width, width)
            chosen.append(found._replace(rank=len(chosen), least=least, best=best))
    return tuple(chosen) or kind.columns


def offered(kind: ListKind) -> list[str]:
    """The names of all columns that a list can have except paths, the default ones first."""
    entity = kind.entity
    usual = [each.name for each in kind.columns]
    others = [each.name for each in fields.fields(entity) if each.table in {entity, "cart"}]
    return list(dict.fromkeys([*usual, *others]))


def _label(name: str) -> str:
    words = name.replace(".", " ").removesuffix("_at").removesuffix("_id").replace("_", " ")
    return _LABELS.get(name) or words[:1].upper() + words[1:]
