"""What the repositories of one store share, and how new rows are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay.errors import FieldError
from localpay.spelling import suggestion
from localpay.storage.defaults import defaults, needed
from localpay.storage.search import SearchIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localpay.ids import Ids
    from localpay.storage.database import Database
    from localpay.storage.journal import Stored
    from localpay.storage.models import BaseEntity
    from localpay.storage.rows import Rows


class Workspace:
    """What the repositories of one store share.

    Attributes:
        database: the open file.
        rows: its rows, with the journal.
        ids: the source of new ids.
        index: its search index.
    """

    def __init__(self, database: Database, rows: Rows, ids: Ids) -> None:
        self.database = database
        self.rows = rows
        self.ids = ids
        self.index = SearchIndex(database)

    def insert(self, model: type[BaseEntity], fields: Mapping[str, Any]) -> Stored:
        """Add a row; values that are not given get their defaults, instants and an id.

        Args:
            model: the table.
            fields: values in the callers' form.

        Returns:
            The row in the file's form.

        Raises:
            FieldError: there is no such field, or it does not accept the value.
            DuplicateRecordError: a record with this id exists already.
            RuleError: it would break a rule of the data.
        """
        transaction = self.database.transaction
        assert transaction is not None
        values = dict(fields)
        model.before_insert(values, self.ids)
        for name in ("created_at", "updated_at"):
            values[name] = values.get(name) or transaction.now
        stored = defaults(model) | encoded(model, values)
        for name in needed(model):
            if stored[name] is None:
                raise model.columns()[name].refusal("needs a value")
        self.rows.insert(model, stored)
        return stored


def encoded(model: type[BaseEntity], changes: Mapping[str, Any]) -> Stored:
    """Values of fields in the file's form.

    Raises:
        FieldError: there is no such field, or it does not accept the value.
    """
    _refuse_unknown(model, changes)
    columns = model.columns()
    return {name: columns[name].db_value(value) for name, value in changes.items()}


def _refuse_unknown(model: type[BaseEntity], fields: Iterable[str]) -> None:
    columns = model.columns()
    for name in fields:
        if name not in columns:
            raise FieldError(model.table(), name, f"is not a field{suggestion(name, columns)}")
