"""The search index: which rows can hold a text at all, made on request and kept up to date.

Finding a text anywhere in a million records reads them all. SQLite's FTS5 can keep, for each run
of three characters, the rows that hold it. Such an index says where a text *may* stand; the
condition that looks into the row itself always stands beside it. It makes writing slower, so a
store has one only when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from localpay.query import fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localpay.entities import EntityName
    from localpay.storage.database import Database

_TABLES: Final[tuple[EntityName, ...]] = ("payment_session", "cart", "payment")

_RUN, _RUNS = 3, 6
"""Three characters are a run; the first six runs of a text say enough of where it can stand."""

_COMMON, _COMMON_CARTS = 20_000, 2_500
"""From so many rows on a text is common: the first of them are found sooner by walking. Of carts
fewer, as the records of each have to be looked up."""

_PER_CART = 3
"""About so many sessions a cart has."""


class Candidates(NamedTuple):
    """The rows that can hold a text, where they are not many.

    Attributes:
        rows: the numbers of the table's own rows, as a JSON array.
        carts: the numbers of the carts that can hold it, as a JSON array.
        walk: whether to go through all rows in order and look for these, or else to read these
            and sort them. At a million rows the first page of 1400 takes 5 ms or 10.
    """

    rows: str
    carts: str
    walk: bool


class SearchIndex:
    """The index of one store, whether it has one or not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def exists(self) -> bool:
        """Whether the store has the index. One of other columns, by an older localpay, is none."""
        made = self._database.rows("SELECT sql FROM sqlite_master WHERE name LIKE '%_search'")
        return {_create(table) for table in _TABLES} <= {sql for (sql,) in made}

    def build(self) -> None:
        """Make the index, from the rows there are. One that is there is made anew.

        Raises:
            ReadOnlyStoreError: the store is open for reading only.
        """
        with self._database.writing():
            self.drop()
            for table in _TABLES:
                for statement in _build(table):
                    self._database.run(statement)

    def drop(self) -> None:
        """Remove the index, if there is one.

        Raises:
            ReadOnlyStoreError: the store is open for reading only.
        """
        with self._database.writing():
            for table in _TABLES:
                for event in _EVENTS:
                    self._database.run(f"DROP TRIGGER IF EXISTS {_index(table)}_{event}")
                self._database.run(f"DROP TABLE IF EXISTS {_index(table)}")

    def match(self, texts: Iterable[Sequence[str]]) -> str | None:
        """What to match in the index to find the rows that can hold one of some texts.

        Args:
            texts: each as the parts that have to stand in a row; any one text is enough.

        Returns:
            The right side of FTS5's MATCH; None if the index is not there, or of no use because
            a text has no part long enough.
        """
        alternatives = []
        for parts in texts:
            runs = list(dict.fromkeys(run for part in parts for run in _runs(part)))
            if not runs:
                return None
            alternatives.append(" AND ".join(f'"{run}"' for run in runs))
        if not alternatives or not self.exists():
            return None
        return " OR ".join(f"({each})" for each in alternatives)

    def candidates(self, table: str, match: str) -> Candidates | None:
        """The rows that a text can stand in; None where it is common.

        Args:
            table: the table of sessions, carts or payments.
            match: as `match` gave it.
        """
        found, rows = self._numbers(table, match, _COMMON)
        if found == _COMMON:
            return None
        found_carts, carts = 0, "[]"
        if table != "cart":
            found_carts, carts = self._numbers("cart", match, _COMMON_CARTS)
            if found_carts == _COMMON_CARTS:
                return None
        # Reading n candidates takes 5 µs each. Walking until 50 of them are met passes 50 in n of
        # all rows, 0.1 µs each, which is less once n squared exceeds the number of rows.
        last = self._database.value(f"SELECT max(rid) FROM {table}") or 0
        return Candidates(rows, carts, (found + _PER_CART * found_carts) ** 2 > last)

    def _numbers(self, table: str, match: str, most: int) -> tuple[int, str]:
        found = self._database.row(
            f"SELECT count(*), json_group_array(rowid) FROM ({rows_that_match(table)} LIMIT ?)",
            (match, most),
        )
        assert found is not None
        return found[0], found[1]


def rows_that_match(table: str) -> str:
    """The statement that gives the numbers of a table's rows that its index matches."""
    return f"SELECT rowid FROM {_index(table)} WHERE {_index(table)} MATCH ?"


def _index(table: str) -> str:
    return f"{table}_search"


def _runs(part: str) -> list[str]:
    """Runs of three characters that a text consists of; not all that there are, for speed."""
    starts = [*range(0, len(part) - _RUN, _RUN), len(part) - _RUN] if len(part) >= _RUN else []
    return [part[start : start + _RUN].replace('"', '""') for start in starts[:_RUNS]]


_EVENTS = ("insert", "delete", "update")


def _columns(table: EntityName) -> list[str]:
    """The columns of a table in which a text is looked for."""
    return [each.column for each in fields.searched(table) if each.table == table]


def _create(table: EntityName) -> str:
    options = f"content='{table}', content_rowid='rid', tokenize='trigram', detail='none'"
    names = ", ".join(_columns(table))
    return f"CREATE VIRTUAL TABLE {_index(table)} USING fts5({names}, {options}, columnsize=0)"


def _build(table: EntityName) -> list[str]:
    """Statements that make a table's index, fill it, and keep it up to date from then on."""
    index, columns = _index(table), _columns(table)
    names = ", ".join(columns)
    new = ", ".join(f"new.{name}" for name in columns)
    old = ", ".join(f"old.{name}" for name in columns)
    add = f"INSERT INTO {index}(rowid, {names}) VALUES (new.rid, {new});"
    remove = f"INSERT INTO {index}({index}, rowid, {names}) VALUES ('delete', old.rid, {old});"
    return [
        _create(table),
        f"INSERT INTO {index}({index}) VALUES ('rebuild')",
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {remove} END",
        f"CREATE TRIGGER {index}_update AFTER UPDATE ON {table} BEGIN {remove} {add} END",
    ]
