"""Operations: changes that call payment providers, done completely or not at all.

**How a slow provider and all-or-nothing go together.** A provider may take seconds, and nobody
else can write to a file while its write lock is held. So an operation

1. begins with a transaction, in which it reads what it depends on. If it calls no provider, it
   ends in that transaction too;
2. puts a *claim* on its cart or payment into the file before its first call, and commits. The lock
   is free while providers are called. Another operation on the same cart, from any thread or
   program, finds the claim and waits, so money never moves twice;
3. checks afterwards, in a second transaction, that nobody changed what it read, writes
   everything, and releases the claim.

If anything fails, nothing is written except the calls that were made: they happened, so they go
into the journal as a step of their own. Inside `store.transaction()` the caller already holds the
lock, and the operation stays in that transaction; if the caller rolls it back, the calls are
written afterwards.
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from localpay import entities
from localpay.errors import BusyError, ChangedMeanwhileError, StoreError
from localpay.payments.calls import Caller
from localpay.payments.idempotency import Keys
from localpay.storage import statements
from localpay.storage.claims import Claims
from localpay.storage.loading import decoder
from localpay.storage.models import MODEL_OF
from localpay.storage.workspace import encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from localpay.jsontext import JsonValue
    from localpay.payments.idempotency import Ticket
    from localpay.payments.providers.registry import Registry
    from localpay.payments.rules import Rules
    from localpay.storage.journal import Journal, Stored
    from localpay.storage.models import BaseEntity, Row
    from localpay.storage.workspace import Workspace

E = TypeVar("E", bound=entities.BaseEntity)
T = TypeVar("T")

PATIENCE = 15.0
"""Seconds to wait for another operation on the same cart or payment."""
_PAUSE = 0.005


class _Write:
    """What will be written to one row."""

    __slots__ = ("fields", "kind", "model", "record_id", "touch")

    def __init__(
        self,
        kind: Literal["insert", "update", "delete"],
        model: type[BaseEntity],
        record_id: str,
        fields: dict[str, Any],
    ) -> None:
        self.kind = kind
        self.model = model
        self.record_id = record_id
        self.fields = fields
        self.touch = False


class Operations:
    """Runs the operations of one store.

    Args:
        workspace: the store's rows and ids.
        journal: its journal.
        providers: the providers that can be called.
        rules: which of Medusa's faults are repaired.
    """

    def __init__(
        self, workspace: Workspace, journal: Journal, providers: Registry, rules: Rules
    ) -> None:
        self.workspace = workspace
        self.journal = journal
        self.providers = providers
        self.rules = rules
        self.keys = Keys(workspace, rules)
        self.claims = Claims(workspace.database)

    def run(
        self,
        name: str,
        subject: str,
        work: Callable[[Operation], object],
        read: Callable[[], T],
        *,
        key: str | None = None,
        arguments: Mapping[str, JsonValue] | None = None,
        by_server: bool = False,
    ) -> T:
        """Run an operation, completely or not at all.

        Args:
            name: what it is called in messages and with its idempotency key.
            subject: the id of what no other operation may change at the same time: a cart, a
                collection, or a payment without a cart.
            work: reads what it needs, calls providers, and says what to write.
            read: reads the result once everything is written.
            key: the caller's idempotency key.
            arguments: what the key is bound to, besides the name (JSON).
            by_server: whether Medusa makes a key of its own for this operation.

        Returns:
            The result; if the key was used before, the result it has kept.

        Raises:
            BusyError: another operation on the same subject takes too long.
            ChangedMeanwhileError: somebody else changed a record while providers were called.
            ProviderError: a provider refused or failed.
            IdempotencyError: the key was used for something else.
            ArgumentError: the key is not text, or empty.
            JsonError: the arguments have no JSON form.
        """
        ticket: Ticket[T] | None = self.keys.ticket(key, name, arguments or {}, by_server=by_server)
        operation = Operation(self, name, subject, ticket)
        try:
            operation.begin()
            earlier = None if ticket is None else ticket.recall()
            if earlier is not None:
                operation.leave()
                return earlier
            work(operation)
            return operation.finish(read)
        except BaseException:
            operation.fail()
            raise


class Operation:
    """One operation while it runs: what it read, what it called, what it will write.

    Args:
        operations: the operations of the store.
        name: what it is called in messages.
        subject: the id of what no other operation may change at the same time.
        ticket: the use of its idempotency key, if there is one.

    Attributes:
        providers: calls providers; the calls are recorded even if the operation fails.
        rules: the store's rules.
        ticket: the use of its idempotency key, if there is one.
    """

    __slots__ = (
        "_changes", "_claim", "_database", "_joined", "_links", "_name", "_operations", "_read",
        "_stack", "_subjects", "_workspace", "_writes", "providers", "rules", "ticket",
    )  # fmt: skip

    def __init__(
        self, operations: Operations, name: str, subject: str, ticket: Ticket[Any] | None
    ) -> None:
        self.providers = Caller(operations.providers, before_call=self._step_out)
        self.rules = operations.rules
        self.ticket = ticket
        self._operations = operations
        self._workspace = operations.workspace
        self._database = operations.workspace.database
        self._name = name
        self._subjects = [subject] if ticket is None else [subject, ticket.subject]
        self._stack = ExitStack()
        self._joined = self._database.transaction is not None
        self._claim: str | None = None
        self._read: dict[tuple[type[BaseEntity], str], Stored] = {}
        self._changes: list[Callable[[], object]] = []
        self._writes: dict[tuple[type[BaseEntity], str], _Write] = {}
        self._links: list[tuple[type[Row], dict[str, str]]] = []

    # The frame

    def begin(self) -> None:
        """Wait until no other operation is in progress on the subject, and begin to read.

        Raises:
            BusyError: another operation takes too long.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            self._stack.enter_context(self._database.writing())
            underway = self._underway()
            if underway is None:
                return
            self._stack.close()
            while (underway := self._underway()) is not None:
                # Waiting inside a transaction would keep the other operation from finishing.
                if self._joined or time.monotonic() > deadline:
                    raise BusyError(*underway)
                time.sleep(_PAUSE)

    def leave(self) -> None:
        """End without writing anything."""
        self._stack.close()

    def finish(self, read: Callable[[], T]) -> T:
        """Write everything and return the result."""
        if self._claim is not None:
            self._stack.enter_context(self._database.writing())
            self._verify()
        transaction = self._database.transaction
        assert transaction is not None
        self._write_calls()
        for change in self._changes:
            change()
        for write in self._writes.values():
            self._write(write)
        for model, key in self._links:
            self._workspace.rows.insert(model, key)
        result = read()
        if self.ticket is not None:
            self.ticket.keep(result)
        if self._claim is not None:
            self._operations.claims.release(self._claim)
        if self._joined and self.providers.calls:
            transaction.on_rollback.append(self._record_calls)
        self._stack.close()
        return result

    def fail(self) -> None:
        """Undo everything after an exception, but record the calls that were made."""
        error = sys.exception()
        assert error is not None
        self._stack.__exit__(type(error), error, error.__traceback__)
        try:
            if self.rules.undo_at_provider:
                self.providers.take_back()
            if self.providers.calls or self._claim is not None:
                self._record_calls()
        except StoreError as trouble:
            error.add_note(f"the calls to providers could not be recorded: {trouble}")

    def _record_calls(self) -> None:
        """Write only the calls, because the operation itself is not written."""
        with self._database.writing() as transaction:
            self._write_calls()
            if self._claim is not None:
                self._operations.claims.release(self._claim)
            if transaction.depth:
                transaction.on_rollback.append(self._record_calls)

    def _write_calls(self) -> None:
        for call in self.providers.calls:
            self._operations.journal.record(
                "provider_call", call.entity, call.record_id, call.line()
            )

    def _underway(self) -> tuple[str, str] | None:
        """Another operation on one of the subjects, as the subject and the operation's name."""
        for subject in self._subjects:
            operation = self._operations.claims.underway(subject)
            if operation is not None:
                return subject, operation
        return None

    def _step_out(self) -> None:
        """Before the first call, claim the subjects and release the write lock."""
        if self._claim is None and not self._joined:
            self._claim = self._operations.claims.take(self._subjects, self._name)
            self._stack.close()

    def _verify(self) -> None:
        for (model, record_id), row in self._read.items():
            now = self._database.value(statements.select_one(model, "updated_at"), (record_id,))
            if now != row["updated_at"]:
                raise ChangedMeanwhileError(model.table(), record_id)

    def _write(self, write: _Write) -> None:
        match write.kind:
            case "insert":
                self._workspace.insert(write.model, write.fields)
            case "update":
                row = self._read[write.model, write.record_id]
                changes = encoded(write.model, write.fields)
                self._workspace.rows.update(write.model, row, changes, touch=write.touch)
            case "delete":
                self._workspace.rows.delete(write.model, self._read[write.model, write.record_id])

    # What an operation does

    @property
    def now(self) -> datetime:
        """The current instant."""
        return self._database.clock()

    def get(self, entity: type[E], record_id: str) -> E:
        """Read a record that must not change until the operation ends.

        Raises:
            RecordNotFoundError: there is no such record.
        """
        model = MODEL_OF[entity]
        return cast("E", self._noted(model, self._workspace.rows.get(model, record_id)))

    def select(self, entity: type[E], **by: Any) -> list[E]:
        """Read records that must not change until the operation ends, oldest first."""
        model = MODEL_OF[entity]
        return [self._noted(model, row) for row in self._workspace.rows.select(model, **by)]

    def trial(self, change: Callable[[], T]) -> T:
        """Make a change when the operation ends, and return now what it will return then."""
        self._changes.append(change)
        with self._database.trying():
            return change()

    def new_id(self, entity: type[entities.BaseEntity]) -> str:
        """A new id for a record that will be added."""
        return self._workspace.ids.new(MODEL_OF[entity].prefix)

    def insert(self, entity: type[entities.BaseEntity], **fields: Any) -> str:
        """Add a record when the operation ends.

        Returns:
            Its id.
        """
        model = MODEL_OF[entity]
        record_id: str = fields.get("id") or self.new_id(entity)
        fields["id"] = record_id
        self._writes[model, record_id] = _Write("insert", model, record_id, fields)
        return record_id

    def update(self, record: entities.BaseEntity, *, touch: bool = False, **changes: Any) -> None:
        """Change a record that was read, when the operation ends.

        Args:
            record: the record.
            touch: set `updated_at` even if nothing else changes.
            changes: the new values, added to those of earlier calls.
        """
        model = MODEL_OF[type(record)]
        write = self._writes.get((model, record.id))
        if write is None:
            write = self._writes[model, record.id] = _Write("update", model, record.id, {})
        write.fields.update(changes)
        write.touch = write.touch or touch

    def delete(self, record: entities.BaseEntity) -> None:
        """Remove a record that was read, when the operation ends."""
        model = MODEL_OF[type(record)]
        self._writes.pop((model, record.id), None)
        self._writes[model, record.id] = _Write("delete", model, record.id, {})

    def link(self, model: type[Row], **key: str) -> None:
        """Link two records when the operation ends.

        Args:
            model: the table of links.
            key: the ids of the two records, by column.
        """
        self._links.append((model, key))

    def unlink(self, model: type[Row], **key: str) -> None:
        """Remove a link when the operation ends. Takes what `link` takes."""
        row = self._workspace.rows.find(model, tuple(key[name] for name in model.key))
        if row is not None:
            self._changes.append(lambda: self._workspace.rows.delete(model, row))

    def _noted(self, model: type[BaseEntity], row: Stored) -> Any:
        self._read[model, row["id"]] = row
        return decoder(model)(tuple(row.values()))
