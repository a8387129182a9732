"""The search index: which rows can hold a text at all, made on request and kept up to date.

Finding a text anywhere in a million records reads them all. SQLite's FTS5 can keep, for each run
of three characters, the rows that hold it. Such an index says where a text *may* stand; the
condition that looks into the row itself always stands beside it. It makes writing slower, so a
store has one only when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from localpay.storage.database import Database

SEARCHED: Final[dict[str, tuple[str, ...]]] = {
    "payment_session": ("id", "cart_id", "provider_id", "data"),
    "cart": ("id", "email", "customer_id", "payment_id", "context", "metadata"),
    "payment": ("id", "cart_id", "order_id", "provider_id", "data", "metadata"),
}
"""The columns of each table in which a bare word is looked for."""

_RUN = 3
_COMMON = 2000
"""From so many rows on a text is common: the first of them are found sooner by walking."""


class SearchIndex:
    """The index of one store, whether it has one or not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def exists(self) -> bool:
        """Whether the store has the index."""
        return (
            self._database.row("SELECT 1 FROM sqlite_master WHERE name = ?", (_index("cart"),))
            is not None
        )

    def build(self) -> None:
        """Make the index, from the rows there are. One that is there is made anew.

        Raises:
            ReadOnlyStoreError: the store is open for reading only.
        """
        with self._database.writing():
            self.drop()
            for table, columns in SEARCHED.items():
                for statement in _build(table, columns):
                    self._database.rows(statement)

    def drop(self) -> None:
        """Remove the index, if there is one.

        Raises:
            ReadOnlyStoreError: the store is open for reading only.
        """
        with self._database.writing():
            for table in SEARCHED:
                for event in _EVENTS:
                    self._database.rows(f"DROP TRIGGER IF EXISTS {_index(table)}_{event}")
                self._database.rows(f"DROP TABLE IF EXISTS {_index(table)}")

    def narrow(self, table: str, texts: Iterable[Sequence[str]], *, whole: bool) -> str | None:
        """What to match in a table's index to find the rows that can hold one of some texts.

        Args:
            table: one of `SEARCHED`.
            texts: each as the parts that have to stand in a row; any one text is enough.
            whole: whether all such rows will be read, and not the first few alone.

        Returns:
            The right side of FTS5's MATCH; None if the index is not there, or of no use because
            a text has no part long enough, or is so common that walking finds it sooner.
        """
        alternatives = []
        for parts in texts:
            runs = list(dict.fromkeys(run for part in parts for run in _runs(part)))
            if not runs:
                return None
            alternatives.append(" AND ".join(f'"{run}"' for run in runs))
        if not alternatives or not self.exists():
            return None
        match = " OR ".join(f"({each})" for each in alternatives)
        return None if not whole and self._is_common(table, match) else match

    def _is_common(self, table: str, match: str) -> bool:
        index = _index(table)
        some = f"SELECT 1 FROM {index} WHERE {index} MATCH ? LIMIT {_COMMON}"
        return bool(self._database.value(f"SELECT count(*) FROM ({some})", (match,)) == _COMMON)


def rows_that_match(table: str) -> str:
    """The statement that gives the numbers of a table's rows that its index matches."""
    return f"SELECT rowid FROM {_index(table)} WHERE {_index(table)} MATCH ?"


def _index(table: str) -> str:
    return f"{table}_search"


def _runs(part: str) -> list[str]:
    """Runs of three characters that cover a text; not all that there are, for speed."""
    starts = range(0, len(part) - _RUN + 1, _RUN)
    if len(part) < _RUN:
        return []
    last = part[-_RUN:]
    return [run.replace('"', '""') for run in [*(part[i : i + _RUN] for i in starts), last]]


_EVENTS = ("insert", "delete", "update")


def _build(table: str, columns: tuple[str, ...]) -> list[str]:
    """Statements that make a table's index, fill it, and keep it up to date from then on."""
    index = _index(table)
    names = ", ".join(columns)
    new = ", ".join(f"new.{name}" for name in columns)
    old = ", ".join(f"old.{name}" for name in columns)
    add = f"INSERT INTO {index}(rowid, {names}) VALUES (new.rid, {new});"
    remove = f"INSERT INTO {index}({index}, rowid, {names}) VALUES ('delete', old.rid, {old});"
    options = f"content='{table}', content_rowid='rid', tokenize='trigram', detail='none'"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5({names}, {options}, columnsize=0)",
        f"INSERT INTO {index}({index}) VALUES ('rebuild')",
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {remove} END",
        f"CREATE TRIGGER {index}_update AFTER UPDATE ON {table} BEGIN {remove} {add} END",
    ]
