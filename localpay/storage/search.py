"""The search index: which rows may contain a text. It is built on request, then kept up to date.

Without it, a search for text reads all records. SQLite's FTS5 can index which rows contain a run
of three characters. This tells in which rows a text *may* be, so there is always a condition on
the row itself too. The index makes writing slower, so a store has one only on request.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from localpay.query import fields
from localpay.storage import patterns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localpay.entities import EntityName
    from localpay.storage.database import Database

_TABLES: Final[tuple[EntityName, ...]] = ("payment_session", "cart", "payment")

_RUN, _RUNS = 3, 6
"""The length of a run, and how many runs of a text are looked up; six are selective enough."""

_COMMON, _COMMON_CARTS = 20_000, 2_500
"""From this number of rows, a text is common, and a page is found faster by reading all rows in
order. It is lower for carts, because the records of each have to be looked up."""

_PER_CART = 3
"""About how many sessions a cart has."""


class Candidates(NamedTuple):
    """The rows that may contain a text, if there are not too many.

    Attributes:
        rows: the numbers of the table's own rows, as a JSON array.
        carts: the numbers of the carts that may contain it, as a JSON array.
        walk: whether to go through all rows in order until a page is full, rather than read and
            sort these. With a million rows and 1400 matches, that takes 5 ms instead of 10.
    """

    rows: str
    carts: str
    walk: bool


class SearchIndex:
    """The search index of one store, which may not exist."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def exists(self) -> bool:
        """Whether the store has the index, and an older localpay did not build it differently."""
        made = self._database.rows("SELECT sql FROM sqlite_master WHERE name LIKE '%_search'")
        return {_create(table) for table in _TABLES} <= {sql for (sql,) in made}

    def build(self) -> None:
        """Build the index from all rows. An existing one is replaced.

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
        """What the index must match to find the rows that may contain any of some texts.

        Args:
            texts: each as the parts that a row must contain.

        Returns:
            The right side of FTS5's MATCH; None if there is no index, or if it is of no use because
            all parts of a text are too short.
        """
        alternatives = []
        spelled = (patterns.spellings(tuple(pieces), in_json=True) for pieces in texts)
        for parts in chain.from_iterable(spelled):
            runs = list(dict.fromkeys(run for part in parts for run in _runs(part)))
            if not runs:
                return None
            alternatives.append(" AND ".join(f'"{run}"' for run in runs))
        if not alternatives or not self.exists():
            return None
        return " OR ".join(f"({each})" for each in alternatives)

    def candidates(self, table: str, match: str) -> Candidates | None:
        """The rows that may contain a text; None if it is common.

        Args:
            table: the table of sessions, carts or payments.
            match: what `match` returned.
        """
        found, rows = self._numbers(table, match, _COMMON)
        if found == _COMMON:
            return None
        found_carts, carts = 0, "[]"
        if table != "cart":
            found_carts, carts = self._numbers("cart", match, _COMMON_CARTS)
            if found_carts == _COMMON_CARTS:
                return None
        # Reading n candidates takes 5 µs each. Finding 50 of them in order passes 50/n of all rows,
        # at 0.1 µs each, which takes less time if n squared exceeds the number of rows.
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
    """The statement that finds the numbers of the rows that a table's index matches."""
    return f"SELECT rowid FROM {_index(table)} WHERE {_index(table)} MATCH ?"


def _index(table: str) -> str:
    return f"{table}_search"


def _runs(part: str) -> list[str]:
    """Runs of three characters that cover a text; only the first few, for speed."""
    starts = [*range(0, len(part) - _RUN, _RUN), len(part) - _RUN] if len(part) >= _RUN else []
    return [part[start : start + _RUN].replace('"', '""') for start in starts[:_RUNS]]


_EVENTS = ("insert", "delete", "update")


def _columns(table: EntityName) -> list[str]:
    """The columns of a table that are searched for text."""
    return [each.column for each in fields.searched(table) if each.table == table]


def _create(table: EntityName) -> str:
    options = f"content='{table}', content_rowid='rid', tokenize='trigram', detail='none'"
    names = ", ".join(_columns(table))
    return f"CREATE VIRTUAL TABLE {_index(table)} USING fts5({names}, {options}, columnsize=0)"


def _build(table: EntityName) -> list[str]:
    """Statements that create the index of a table, fill it, and keep it up to date."""
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
