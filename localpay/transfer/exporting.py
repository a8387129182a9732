"""Export: a whole store, or the records of one entity that a query matches.

An export shows the store at one moment, and needs no more memory for a larger store.
"""

from __future__ import annotations

from codecs import lookup
from io import BufferedIOBase, RawIOBase
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from localpay import jsontext
from localpay.entities import LISTS, BaseEntity, ListName
from localpay.errors import ArgumentError
from localpay.storage.bulk import count_rows, stream_rows
from localpay.storage.models import MODELS
from localpay.transfer import documents, ndjson, postgres_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TextIO

    from localpay.entities import EntityName
    from localpay.storage.database import Database
    from localpay.storage.repository import Repository

ExportFormat: TypeAlias = Literal["ndjson", "json", "csv"]

_PART = 1000


class Export:
    """The exports of one store.

    Args:
        database: the open file.
        records: gives the records of an entity.
    """

    def __init__(
        self, database: Database, records: Callable[[EntityName], Repository[BaseEntity]]
    ) -> None:
        self._database = database
        self._records = records

    def write(
        self,
        target: TextIO,
        file_format: ExportFormat,
        *,
        entity: ListName | None,
        query: str,
        excel_safe: bool,
    ) -> int:
        """Write records. See `Store.export`."""
        if file_format not in get_args(ExportFormat):
            raise ArgumentError("file_format", "ndjson, json or csv", file_format)
        if entity is not None and entity not in get_args(ListName):
            raise ArgumentError("entity", "sessions, carts or payments", entity)
        _check_target(target)
        with self._database.reading():
            if file_format == "ndjson" and entity is None and not query:
                return self._write_store(target)
            repository = self._records(LISTS[entity or "sessions"])
            if file_format == "json":
                return self._write_json(target, repository, query)
            return self._write_rows(target, file_format, repository, query, excel_safe=excel_safe)

    def _write_store(self, target: TextIO) -> int:
        """All rows of all tables as NDJSON."""
        total = sum(count_rows(self._database, table) for table in ndjson.TABLES)
        target.write(ndjson.header(total))
        for table in ndjson.TABLES:
            parts = stream_rows(self._database, table, ndjson.columns(table))
            target.writelines(ndjson.write(table, rows) for rows in parts)
        return total

    def document(self, record: BaseEntity) -> dict[str, Any]:
        """A record as Medusa's API would return it. See `Store.document`."""
        if not isinstance(record, BaseEntity):
            raise ArgumentError("record", "a record of a store", record)
        return documents.document(record, self._installed())

    def _write_json(self, target: TextIO, repository: Repository[BaseEntity], query: str) -> int:
        """An array with one record on each line, as Medusa's API would return it."""
        installed = self._installed()
        count = 0
        for record in repository.iterate(query, expand=repository.whole):
            target.write(",\n" if count else "[\n")
            target.write(jsontext.dumps_javascript(documents.document(record, installed)))
            count += 1
        target.write("\n]\n" if count else "[]\n")
        return count

    def _installed(self) -> dict[str, bool]:
        """Whether each payment provider is installed in the shop that the records come from."""
        parts = stream_rows(self._database, "payment_provider", ("id", "is_installed"))
        return {provider: bool(flag) for part in parts for provider, flag in part}

    def _write_rows(
        self,
        target: TextIO,
        file_format: ExportFormat,
        repository: Repository[BaseEntity],
        query: str,
        *,
        excel_safe: bool,
    ) -> int:
        """The records' own columns, as CSV or NDJSON."""
        table = repository.model.table()
        parts = _parts(_stored(table, repository.iterate(query)))
        first = list(islice(parts, 1))  # what cannot be answered has no header either
        if file_format == "csv":
            target.write(postgres_csv.header(table))
        else:
            target.write(ndjson.header(repository.count(query)))
        count = 0
        for rows in chain(first, parts):
            if file_format == "csv":
                target.write(postgres_csv.write(table, rows, excel_safe=excel_safe))
            else:
                target.write(ndjson.write(table, rows))
            count += len(rows)
        return count


def _check_target(target: object) -> None:
    is_binary = isinstance(target, BufferedIOBase | RawIOBase)
    if not hasattr(target, "write") or is_binary or getattr(target, "closed", False):
        raise ArgumentError("target", "a file that is open for writing text", target)
    encoding = getattr(target, "encoding", None)
    if isinstance(encoding, str) and not lookup(encoding).name.startswith("utf"):
        raise ArgumentError("target", "a file with UTF-8 as its encoding", encoding)


def _stored(table: str, records: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The columns of records in the file's form."""
    columns = MODELS[table].columns()
    for record in records:
        yield tuple(column.db_value(getattr(record, name)) for name, column in columns.items())


def _parts(rows: Iterator[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    while part := list(islice(rows, _PART)):
        yield part
