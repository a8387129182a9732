"""What the readers of all formats give: rows of one table with the same columns, many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.transfer.values import Form


@frozen
class Batch:
    """Rows of one table, as they stand in a source.

    Attributes:
        table: the table's name.
        names: the columns that each row has; those that the table does not have are passed over.
        rows: their values.
        lines: the line on which each of them begins, from 1.
        form: what reads the values.
        aside: whether they only come along with other records, as the region does with a cart:
            then it is no conflict if the store has them already.
        documents: what each row was read from, where that is more than its columns.
    """

    table: str
    names: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    lines: Sequence[int]
    form: Form
    aside: bool = False
    documents: Sequence[Any] | None = None

    def document(self, number: int) -> Any:
        """What one of the rows was read from."""
        if self.documents is not None:
            return self.documents[number]
        return dict(zip(self.names, self.rows[number], strict=True))
