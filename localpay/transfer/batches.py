"""What the readers of all formats yield: batches of rows of one table, with the same columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.transfer.values import Form


@frozen
class Batch:
    """Rows of one table, as a source has them.

    Attributes:
        table: the table's name.
        names: the columns that each row has; those that the table does not have are ignored.
        rows: their values.
        lines: the line on which each row begins, counted from 1.
        form: how the values are read.
        aside: whether the rows only accompany other records, as a region accompanies its cart;
            then it is not a conflict if the store has them already.
        documents: what each row was read from, if that is more than its columns.
    """

    table: str
    names: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    lines: Sequence[int]
    form: Form
    aside: bool = False
    documents: Sequence[Any] | None = None

    def document(self, number: int) -> Any:
        """What one row was read from."""
        if self.documents is not None:
            return self.documents[number]
        return dict(zip(self.names, self.rows[number], strict=True))
