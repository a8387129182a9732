"""Idempotency keys: an operation that is repeated with its key returns the earlier result.

Keys are rows of Medusa's own table: the operation and its arguments are in `request_path` and
`request_params`, the result is in `response_body`. A row is written in the same transaction as
the operation's changes, so the key is there if, and only if, the operation was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from localpay import clock, entities, jsontext
from localpay.errors import ArgumentError, IdempotencyError
from localpay.storage.models import MODEL_OF, MODELS, BaseEntity, IdempotencyKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localpay.jsontext import JsonValue
    from localpay.payments.rules import Rules
    from localpay.storage.journal import Stored
    from localpay.storage.workspace import Workspace

T = TypeVar("T")

STARTED = "started"
AUTHORIZED = "payment_authorized"
FINISHED = "finished"


class Ticket(Generic[T]):
    """The use of one key for one operation.

    Args:
        workspace: the store's rows.
        key: the caller's key, or one made here.
        operation: the operation's name, such as "capture".
        arguments: the operation's arguments (JSON).
        is_bound: whether the key is valid only for this operation with these arguments.

    Attributes:
        key: the key.
        point: the recovery point to keep next; None to keep nothing yet.
    """

    def __init__(
        self,
        workspace: Workspace,
        key: str,
        operation: str,
        arguments: JsonValue,
        *,
        is_bound: bool,
    ) -> None:
        self._workspace = workspace
        self.key = key
        self._operation = operation
        self._arguments = arguments
        self._is_bound = is_bound
        self._row: Stored | None = None
        self.point: str | None = FINISHED

    @property
    def subject(self) -> str:
        """What an operation claims so that no other one uses the key at the same time."""
        return f"idempotency key {self.key!r}"

    @property
    def reached(self) -> str:
        """The recovery point that the operation reached under this key, as `recall` read it."""
        return STARTED if self._row is None else str(self._row["recovery_point"])

    def recall(self) -> T | None:
        """Read what is stored under the key.

        Returns:
            The earlier result; None if the operation was not finished under this key.

        Raises:
            IdempotencyError: the key was used for something else.
        """
        self._row = self._workspace.rows.find(IdempotencyKey, (self.key,))
        if self._row is None:
            return None
        asked = (self._operation, jsontext.dumps(self._arguments))
        if self._is_bound and asked != (self._row["request_path"], self._row["request_params"]):
            raise IdempotencyError(self.key, str(self._row["request_path"]))
        if self._row["recovery_point"] != FINISHED:
            return None
        result: T = _unpacked(jsontext.loads(self._row["response_body"]))
        return result

    def keep(self, result: T) -> None:
        """Store the key, with the result if the operation is finished."""
        if self.point is None:
            return
        transaction = self._workspace.database.transaction
        assert transaction is not None
        is_finished = self.point == FINISHED
        outcome = {
            "response_code": 200 if is_finished else None,
            "response_body": jsontext.dumps(_packed(result)) if is_finished else None,
            "recovery_point": self.point,
        }
        if self._row is not None:
            self._row = self._workspace.rows.update(IdempotencyKey, self._row, outcome)
            return
        self._row = {
            "id": self._workspace.ids.new("ikey"),
            "idempotency_key": self.key,
            "created_at": clock.to_text(transaction.now),
            "locked_at": None,
            "request_method": "POST",
            "request_params": jsontext.dumps(self._arguments),
            "request_path": self._operation,
            **outcome,
        }
        self._workspace.rows.insert(IdempotencyKey, self._row)


class Keys:
    """The keys of one store."""

    def __init__(self, workspace: Workspace, rules: Rules) -> None:
        self._workspace = workspace
        self._rules = rules

    def ticket(
        self,
        key: str | None,
        operation: str,
        arguments: Mapping[str, JsonValue],
        *,
        by_server: bool = False,
    ) -> Ticket[Any] | None:
        """The use of a key for an operation; None if no key applies to it.

        Args:
            key: the caller's key, if there is one.
            operation: the operation's name.
            arguments: the operation's arguments (JSON).
            by_server: whether Medusa makes a key of its own for this operation.

        Raises:
            ArgumentError: the key is not text, or is empty, which all callers would share.
            JsonError: the arguments have no JSON form.
        """
        if key is not None and not isinstance(key, str):
            raise ArgumentError("idempotency_key", "text", key)
        if self._rules.keys_are_bound:
            if key is None:
                return None
            if not key:
                raise ArgumentError("idempotency_key", "text that differs for each request", key)
            jsontext.dumps(arguments)
            return Ticket(self._workspace, key, operation, arguments, is_bound=True)
        if not by_server:
            return None
        if key is None or self._workspace.rows.find(IdempotencyKey, (key,)) is None:
            key = self._workspace.ids.new("key")
        return Ticket(self._workspace, key, operation, arguments, is_bound=False)


def described(values: Mapping[str, Any]) -> dict[str, str]:
    """Values of any kind as text, which can be stored with a key and compared.

    Raises:
        ArgumentError: a value is too large, or too deeply nested, to be written as text.
    """
    written: dict[str, str] = {}
    for name, value in values.items():
        try:
            written[name] = repr(value)
        except (ValueError, RecursionError):
            raise ArgumentError(name, "what a record can hold", value) from None
    return written


def _packed(record: Any) -> JsonValue:
    """A record and its relations as JSON."""
    if isinstance(record, tuple):
        return [_packed(each) for each in record]
    if not isinstance(record, entities.BaseEntity):
        return record
    entity = type(record)
    model = MODEL_OF[entity]
    columns = model.columns()
    relations = entities.relations_of(entity)
    return {
        "entity": model.table(),
        "fields": {name: each.db_value(getattr(record, name)) for name, each in columns.items()},
        "relations": {name: _packed(getattr(record, name)) for name in relations},
    }


def _unpacked(packed: JsonValue) -> Any:
    if isinstance(packed, list):
        return tuple(_unpacked(each) for each in packed)
    if not isinstance(packed, dict):
        return packed
    model = MODELS[packed["entity"]]
    assert issubclass(model, BaseEntity)
    columns = model.columns()
    stored = {name: each.python_value(packed["fields"][name]) for name, each in columns.items()}
    related = {name: _unpacked(each) for name, each in packed["relations"].items()}
    return model.entity(**stored, **related)
