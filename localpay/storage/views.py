"""Saved views: filters with a sort and columns, kept in the store under a name.

They are settings of the people who use the store, not data of the shop, so the journal has no
lines about them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localpay import query as language
from localpay.entities import SavedView
from localpay.errors import ArgumentError, FieldError, ViewNotFoundError
from localpay.storage import models, statements
from localpay.storage.arguments import check_query, is_list
from localpay.storage.compile import ALIASES, sort_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.entities import EntityName
    from localpay.storage.database import Database

_COLUMNS = models.SavedView.columns()


class Views:
    """`store.views`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[SavedView]:
        """All views, in the order in which they were first saved."""
        everything = statements.select_every(models.SavedView)
        return [
            SavedView(name, entity, query, sort, _names(shown))
            for name, entity, query, sort, shown in self._database.rows(everything)
        ]

    def get(self, name: str) -> SavedView:
        """The view with this name.

        Raises:
            ViewNotFoundError: there is none.
        """
        views = self.all()
        for view in views:
            if view.name == name:
                return view
        raise ViewNotFoundError(name, [view.name for view in views])

    def save(
        self,
        name: str,
        entity: EntityName,
        *,
        query: str = "",
        sort: str = "-created_at",
        shown_columns: Sequence[str] = (),
    ) -> SavedView:
        """Save a view. It replaces a view with the same name, in the same position.

        Args:
            name: its name.
            entity: what it lists, by table name.
            query: the filter.
            sort: the fields to sort by.
            shown_columns: the columns to show, in order; empty for the usual ones.

        Raises:
            FieldError: the name is empty, or there is no such entity.
            QueryError: the query cannot be understood.
            SortError: the entity cannot be sorted by such a field.
            ArgumentError: the query, sort or columns have the wrong type.
        """
        check_query(query)
        if not isinstance(sort, str):
            raise ArgumentError("sort", "fields to sort by, in one text", sort)
        if not is_list(shown_columns):
            raise ArgumentError("shown_columns", "a list of columns", shown_columns)
        if not isinstance(entity, str) or entity not in ALIASES:
            raise FieldError("saved_view", "entity", f"takes one of {', '.join(ALIASES)}")
        language.parse(query, entity)
        sort_terms(entity, sort)
        view = SavedView(name, entity, query, sort, tuple(shown_columns))
        values = [name, entity, query, sort, list(shown_columns)]
        row = [
            column.db_value(value) for column, value in zip(_COLUMNS.values(), values, strict=True)
        ]
        with self._database.writing():
            if self._database.row(statements.select(models.SavedView), (name,)):
                replace = statements.update(models.SavedView, tuple(_COLUMNS)[1:])
                self._database.run(replace, (*row[1:], name))
            else:
                self._database.run(statements.insert(models.SavedView), row)
        return view

    def delete(self, name: str) -> None:
        """Delete a view.

        Raises:
            ViewNotFoundError: there is none with this name.
        """
        self.get(name)
        with self._database.writing():
            self._database.run(statements.delete(models.SavedView), (name,))


def _names(shown: str) -> tuple[str, ...]:
    """The columns of a view, or none if another program stored something else."""
    names = _COLUMNS["shown_columns"].python_value(shown)
    return tuple(map(str, names)) if isinstance(names, list) else ()
