"""The three lists and their columns, and which columns fit a width.

Column widths do not depend on the data, so that nothing has to be measured and nothing jumps
while scrolling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from localpay.tui import present

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.entities import BaseEntity, EntityName, ListName

GAP: Final = 2
"""Cells between two columns."""


class Column(NamedTuple):
    """One column of a list.

    Attributes:
        name: what it shows of a record, as `present.cell` takes it.
        label: its heading.
        rank: how dispensable it is: the highest ranks are left out first if the width is short.
        least: the narrowest useful width, in cells.
        best: the width at which nothing is cut off, in cells.
        sort: the field to sort by; None if the list cannot be sorted by it.
        right: whether it is aligned on the right.
        field: for a column that shows a part of JSON, the field that holds it.
        path: the keys and indexes that lead to this part.
    """

    name: str
    label: str
    rank: int
    least: int
    best: int
    sort: str | None = None
    right: bool = False
    field: str = ""
    path: tuple[str | int, ...] = ()

    def cell(self, record: BaseEntity, width: int) -> present.Cell:
        """What it shows of a record, cut to a width in cells."""
        if self.path:
            return present.inside(record, self.field, self.path, width)
        return present.cell(record, self.name, width)


class ListKind(NamedTuple):
    """One of the lists.

    Attributes:
        name: the name of the store's repository.
        label: its heading.
        one: one of its records, in words.
        entity: its records' table.
        columns: from left to right.
        expand: the relations that the columns need.
        example: a useful filter for it.
    """

    name: ListName
    label: str
    one: str
    entity: EntityName
    columns: tuple[Column, ...]
    expand: tuple[str, ...]
    example: str

    def counted(self, count: int) -> str:
        """A number of its records in words: "1 session", "1,204 sessions"."""
        return f"1 {self.one}" if count == 1 else f"{count:,} {self.label.lower()}"


_CREATED = Column("created_at", "Created", 3, 16, 19, "created_at")
_UPDATED = Column("updated_at", "Updated", 9, 16, 19, "updated_at")

SESSIONS: Final = ListKind(
    "sessions", "Sessions", "session", "payment_session",
    (
        Column("status", "Status", 0, 15, 15, "status"),
        Column("amount", "Amount", 1, 12, 16, "amount", right=True),
        Column("provider_id", "Provider", 2, 9, 14, "provider_id"),
        _CREATED,
        Column("is_selected", "Selected", 5, 8, 8, "is_selected"),
        Column("cart.email", "Email", 4, 16, 30, "cart.email"),
        Column("id", "Session", 6, 12, 29, "id"),
        Column("cart_id", "Cart", 7, 14, 31, "cart_id"),
        Column("payment_authorized_at", "Authorized", 8, 16, 19, "payment_authorized_at"),
        _UPDATED,
    ),
    ("cart",),
    "status:requires_more amount:>100 provider:stripe",
)  # fmt: skip

CARTS: Final = ListKind(
    "carts", "Carts", "cart", "cart",
    (
        Column("state", "State", 0, 12, 12, "state"),
        Column("total", "Total", 1, 12, 16, "total", right=True),
        Column("email", "Email", 2, 16, 30, "email"),
        _CREATED,
        Column("completed_at", "Completed", 5, 16, 19, "completed_at"),
        Column("region.name", "Region", 4, 8, 16),
        Column("id", "Cart", 6, 14, 31, "id"),
        Column("type", "Type", 8, 7, 12, "type"),
        Column("payment_authorized_at", "Authorized", 7, 16, 19, "payment_authorized_at"),
        _UPDATED,
    ),
    ("region",),
    "total:>100 email:*@example.com has:completed_at",
)  # fmt: skip

PAYMENTS: Final = ListKind(
    "payments", "Payments", "payment", "payment",
    (
        Column("state", "State", 0, 12, 20, "state"),
        Column("amount", "Amount", 1, 12, 16, "amount", right=True),
        Column("amount_refunded", "Refunded", 4, 12, 16, "amount_refunded", right=True),
        Column("provider_id", "Provider", 2, 9, 14, "provider_id"),
        _CREATED,
        Column("captured_at", "Captured", 5, 16, 19, "captured_at"),
        Column("cart.email", "Email", 6, 16, 30, "cart.email"),
        Column("id", "Payment", 7, 13, 30, "id"),
        Column("cart_id", "Cart", 8, 14, 31, "cart_id"),
        _UPDATED,
    ),
    ("cart",),
    "provider:stripe amount:>100 -has:captured_at",
)  # fmt: skip

LISTS: Final = (SESSIONS, CARTS, PAYMENTS)
BY_NAME: Final[dict[str, ListKind]] = {kind.name: kind for kind in LISTS}
BY_ENTITY: Final[dict[str, ListKind]] = {kind.entity: kind for kind in LISTS}


def fit(columns: Sequence[Column], width: int) -> list[tuple[Column, int]]:
    """The columns that fit, in their order, each with its width.

    The least important are left out until the others fit at their narrowest; the rest of the
    width goes to the most important first. If not even two fit, the first gets one cell.

    Args:
        columns: from left to right.
        width: of all of them with the gaps between them, in cells.
    """
    ranked = sorted(columns, key=lambda column: column.rank)
    least = {column.name: column.least for column in ranked}
    if len(ranked) > 1 and width < ranked[0].least + GAP + ranked[1].least:
        least[ranked[0].name] = 1
        least[ranked[1].name] = max(0, min(ranked[1].least, width - GAP - 1))
    chosen: list[Column] = []
    left = width + GAP
    for column in ranked:
        if left < least[column.name] + GAP:
            break
        chosen.append(column)
        left -= least[column.name] + GAP
    widths = {column.name: least[column.name] for column in chosen}
    for column in chosen:
        more = max(0, min(left, column.best - widths[column.name]))
        widths[column.name] += more
        left -= more
    return [(column, widths[column.name]) for column in columns if column.name in widths]
