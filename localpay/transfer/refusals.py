"""The rows that an import refuses because they break a rule of the data."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from localpay.errors import SourceError
from localpay.storage.journal import record_id_of
from localpay.storage.models import MODELS
from localpay.transfer.values import storable, storable_text

if TYPE_CHECKING:
    from datetime import datetime

    from localpay.storage.quarantine import Quarantine
    from localpay.transfer.batches import Batch

_KEPT_AT_ONCE = 1000


class Refusals:
    """Puts the rows that one import refuses into the quarantine, inside its transaction.

    Args:
        quarantine: the store's.
        now: the instant of the import.
        strict: whether a refused row is an error instead.

    Attributes:
        counts: how many rows were refused, by their table.
    """

    def __init__(self, quarantine: Quarantine, now: datetime, *, strict: bool) -> None:
        self.counts: Counter[str] = Counter()
        self._quarantine = quarantine
        self._now = now
        self._strict = strict
        self._last_before = quarantine.last()
        self._waiting: list[dict[str, Any]] = []

    def put(self, source: str, batch: Batch, number: int, reason: str) -> None:
        """Refuse a row of a batch.

        Args:
            source: the name of its source.
            batch: the batch it is in.
            number: its index in the batch.
            reason: the rule that it breaks, as a sentence.

        Raises:
            SourceError: refused rows are an error.
        """
        row = dict(zip(batch.names, batch.rows[number], strict=True))
        key = [row.get(name) for name in MODELS[batch.table].key]
        record_id = record_id_of(tuple(key)) if all(isinstance(part, str) for part in key) else None
        document = storable(batch.document(number))
        self.put_document(source, batch.lines[number], batch.table, record_id, reason, document)

    def put_document(
        self, source: str, line: int, table: str, record_id: str | None, reason: str, document: Any
    ) -> None:
        """Refuse a row whose source document can be stored as it is.

        Args:
            source: the name of its source.
            line: its line there, counted from 1.
            table: the table it was for.
            record_id: its id, if it has one.
            reason: the rule that it breaks, as a sentence.
            document: what it was read from, as JSON.

        Raises:
            SourceError: refused rows are an error.
        """
        if self._strict:
            raise SourceError(source, reason, line=line)
        self.counts[table] += 1
        self._waiting.append(
            {
                "at": self._now,
                "source": source,
                "line": line,
                "entity": table,
                "record_id": None if record_id is None else storable_text(record_id),
                "reason": storable_text(reason),
                "row": document,
            }
        )
        if len(self._waiting) >= _KEPT_AT_ONCE:
            self._keep()

    def finish(self) -> int:
        """Write the remaining rows, and remove those that an earlier import has already put in.

        Returns:
            How many rows were removed, including imported rows of an exported quarantine.
        """
        self._keep()
        return self._quarantine.drop_known(self._last_before)

    def _keep(self) -> None:
        self._quarantine.add(self._waiting)
        self._waiting.clear()
