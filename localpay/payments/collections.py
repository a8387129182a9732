"""Collections: amounts that are paid by their own sessions, without a cart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay.entities import PaymentCollection, PaymentSession
from localpay.errors import (
    CollectionStateError,
    CollectionSumError,
    NotAuthorizedError,
    NothingSelectedError,
    ProviderNotOfferedError,
    RecordNotFoundError,
    spoken,
)
from localpay.payments.collection_sessions import (
    CollectionSessions,
    checked_ids,
    checked_sessions,
    named,
)
from localpay.payments.idempotency import described
from localpay.payments.requests import checked_context
from localpay.payments.sessions import of_provider
from localpay.storage import collections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localpay.jsontext import JsonValue
    from localpay.payments.operation import Operation, Operations


class Collections(collections.Collections):
    """`store.collections`: the records, and what can be done with their sessions.

    In addition to the errors listed, every method raises `BusyError` if another operation on the
    same collection takes too long, `ChangedMeanwhileError` if somebody else changes its records
    while a provider is called, `IdempotencyError` if the idempotency key was used for something
    else, and `ArgumentError` if the key is empty or not text.

    Args:
        operations: runs the operations.
    """

    def __init__(self, operations: Operations) -> None:
        super().__init__(operations.workspace)
        self._operations = operations
        self._rules = operations.rules
        self._sessions = CollectionSessions(operations)

    def create(self, *, idempotency_key: str | None = None, **fields: Any) -> PaymentCollection:
        """Make a collection.

        Args:
            idempotency_key: the caller's key.
            fields: its values; `amount` and `region_id` are required, the currency is by default
                the region's.

        Raises:
            RecordNotFoundError: there is no such region.
            FieldError: there is no such field, or the value does not fit it.
            DuplicateRecordError: there is already a collection with this id.
        """
        new_id: str = fields.get("id") or self._workspace.ids.new(self.model.prefix)
        return self._operations.run(
            "collections.create",
            new_id,
            lambda _: self._make({**fields, "id": new_id}),
            read=lambda: self.get(new_id, expand=()),
            key=idempotency_key,
            arguments={"fields": described(fields)},
        )

    def set_sessions(
        self,
        collection_id: str,
        sessions: Iterable[Mapping[str, Any]],
        *,
        idempotency_key: str | None = None,
    ) -> PaymentCollection:
        """Set the collection's sessions, and start their payments.

        Args:
            collection_id: the collection.
            sessions: each with `provider_id` and `amount`, and with `session_id` to keep an
                existing session. Sessions that are not named are removed.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such collection.
            CollectionStateError: it is already being paid, or is paid.
            CollectionSumError: the amounts do not add up to the collection's amount.
            ProviderNotOfferedError: its region does not offer one of the providers.
            FieldError: a session has no provider or no amount.
            UnknownProviderError: a provider is not installed.
            ProviderError: a provider refuses or fails.
        """
        wanted = checked_sessions(sessions)

        def work(operation: Operation) -> None:
            collection, present = self._open(operation, collection_id)
            offered = self._sessions.offered(collection)
            taken = [each for each in wanted if each["provider_id"] in offered]
            if self._rules.collections_stay_whole and len(taken) < len(wanted):
                refused = next(each for each in wanted if each not in taken)
                raise ProviderNotOfferedError(collection.region_id, refused["provider_id"], offered)
            total = sum(each["amount"] for each in taken)
            if total != collection.amount:
                raise CollectionSumError(collection.id, total, collection.amount)
            by_id = {each.id: each for each in present}
            for each in taken:
                kept = by_id.pop(each.get("session_id") or "", None)
                self._sessions.bring_up(
                    operation, collection, kept, each["provider_id"], each["amount"]
                )
            self._sessions.drop(operation, collection, by_id.values())

        return self._run("set_sessions", collection_id, work, idempotency_key, sessions=wanted)

    def set_session(
        self, collection_id: str, provider_id: str, *, idempotency_key: str | None = None
    ) -> PaymentCollection:
        """Let one session pay the whole collection; the provider's existing session is kept.

        Args:
            collection_id: the collection.
            provider_id: the provider of the session.
            idempotency_key: the caller's key.

        Raises:
            LocalpayError: for the reasons listed at `set_sessions`.
        """

        def work(operation: Operation) -> None:
            collection, present = self._open(operation, collection_id)
            offered = self._sessions.offered(collection)
            if provider_id not in offered:
                raise ProviderNotOfferedError(collection.region_id, provider_id, offered)
            kept = of_provider(present, provider_id)
            self._sessions.bring_up(operation, collection, kept, provider_id, collection.amount)
            self._sessions.drop(
                operation, collection, [each for each in present if each is not kept]
            )

        return self._run(
            "set_session", collection_id, work, idempotency_key, provider_id=provider_id
        )

    def refresh(
        self, collection_id: str, session_id: str, *, idempotency_key: str | None = None
    ) -> PaymentCollection:
        """Replace one of the collection's sessions by a new one with a new payment.

        Args:
            collection_id: the collection.
            session_id: the session.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such collection.
            SessionMissingError: it has no such session.
            CollectionStateError: the session is authorized.
            UnknownProviderError: its provider is not installed.
            ProviderError: its provider refuses or fails.
        """

        def work(operation: Operation) -> None:
            collection = operation.get(PaymentCollection, collection_id)
            present = self._sessions.present(operation, collection_id)
            session = named(collection_id, present, session_id)
            if self._rules.collections_stay_whole:
                if session.payment_authorized_at is not None:
                    raise CollectionStateError(
                        collection_id, collection.status, "its authorized session stays as it is"
                    )
            else:
                for each in present:
                    if each is not session:
                        self._sessions.unlink(operation, collection, each)
            self._sessions.renew(operation, collection, session)
            if session.payment_authorized_at is not None and collection.authorized_amount:
                left = collection.authorized_amount - (session.amount or 0)
                operation.update(collection, authorized_amount=left)

        return self._run("refresh", collection_id, work, idempotency_key, session_id=session_id)

    def authorize(
        self,
        collection_id: str,
        session_ids: Iterable[str],
        *,
        context: Mapping[str, JsonValue] | None = None,
        idempotency_key: str | None = None,
    ) -> PaymentCollection:
        """Authorize some of the collection's sessions, and make a payment for each.

        Args:
            collection_id: the collection.
            session_ids: the sessions. Those already authorized count without another call.
            context: what to send the providers about the request, such as `ip` (JSON).
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such collection.
            NothingSelectedError: it has no session.
            SessionMissingError: it has no session with one of these ids.
            UnknownProviderError: a provider is not installed.
            ProviderError: a provider refuses or fails; then none of the sessions is authorized.
            FieldError: the ids are not a list of text.
            ArgumentError: the context is not a JSON object.
            JsonError: something in it has no JSON form.
        """
        wanted = checked_ids(session_ids)
        given = checked_context(context)

        def work(operation: Operation) -> None:
            self._authorize(operation, collection_id, wanted, given, idempotency_key)

        return self._run(
            "authorize", collection_id, work, idempotency_key, session_ids=wanted, context=given
        )

    def authorize_session(
        self,
        collection_id: str,
        session_id: str,
        *,
        context: Mapping[str, JsonValue] | None = None,
        idempotency_key: str | None = None,
    ) -> PaymentCollection:
        """Authorize one of the collection's sessions.

        Args:
            collection_id: the collection.
            session_id: the session.
            context: what to send the provider about the request, such as `ip` (JSON).
            idempotency_key: the caller's key.

        Raises:
            NotAuthorizedError: the provider gave another answer, which is kept on the session.
            LocalpayError: for the reasons listed at `authorize`.
        """
        collection = self.authorize(
            collection_id, [session_id], context=context, idempotency_key=idempotency_key
        )
        sessions = collection.payment_sessions or ()
        session = next((each for each in sessions if each.id == session_id), None)
        if session is None or session.status != "authorized":
            status = "missing" if session is None else spoken(session.status)
            raise NotAuthorizedError(
                "payment_collection",
                collection_id,
                f"session {session_id!r} of payment collection {collection_id!r} is {status}, "
                "not authorized; send different data or set another session",
            )
        return collection

    def mark_authorized(
        self, collection_id: str, *, idempotency_key: str | None = None
    ) -> PaymentCollection:
        """Record that the whole amount was authorized elsewhere, without calling a provider.

        Args:
            collection_id: the collection.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such collection.
        """

        def work(operation: Operation) -> None:
            collection = operation.get(PaymentCollection, collection_id)
            operation.update(collection, status="authorized", authorized_amount=collection.amount)

        return self._run("mark_authorized", collection_id, work, idempotency_key)

    def delete(self, record_id: str) -> None:
        """Remove a collection that is not being paid, together with its sessions.

        Args:
            record_id: the collection.

        Raises:
            RecordNotFoundError: there is no such collection.
            CollectionStateError: it is already being paid, or is paid.
            UnknownProviderError: a session's provider is not installed.
            ProviderError: a session's provider refuses to delete it, or fails.
        """

        def work(operation: Operation) -> None:
            collection = operation.get(PaymentCollection, record_id)
            if collection.status not in {"not_paid", "canceled"}:
                raise CollectionStateError(record_id, collection.status, "it cannot be deleted")
            present = self._sessions.present(operation, record_id)
            if self._rules.collections_stay_whole:
                self._sessions.drop(operation, collection, present)
            else:
                for each in present:
                    self._sessions.unlink(operation, collection, each)
            operation.delete(collection)

        self._operations.run("collections.delete", record_id, work, read=lambda: None)

    # How it is done

    def _make(self, fields: dict[str, Any]) -> None:
        region_id = fields.get("region_id")
        currency = self._database.value(
            "SELECT currency_code FROM region WHERE id = ?", (region_id,)
        )
        if currency is None and region_id is not None:
            raise RecordNotFoundError("region", str(region_id))
        self._created({"currency_code": currency, "created_by": "library", **fields})

    def _run(
        self,
        name: str,
        collection_id: str,
        work: Callable[[Operation], None],
        key: str | None,
        **arguments: JsonValue,
    ) -> PaymentCollection:
        return self._operations.run(
            f"collections.{name}",
            collection_id,
            work,
            read=lambda: self.get(collection_id),
            key=key,
            arguments={"collection_id": collection_id, **arguments},
        )

    def _open(
        self, operation: Operation, collection_id: str
    ) -> tuple[PaymentCollection, list[PaymentSession]]:
        """Read a collection whose sessions may still be changed, and its sessions."""
        collection = operation.get(PaymentCollection, collection_id)
        if collection.status != "not_paid":
            raise CollectionStateError(
                collection_id, collection.status, "its sessions can no longer be set"
            )
        return collection, self._sessions.present(operation, collection_id)

    def _authorize(
        self,
        operation: Operation,
        collection_id: str,
        wanted: list[str],
        context: Mapping[str, JsonValue],
        key: str | None,
    ) -> None:
        collection = operation.get(PaymentCollection, collection_id)
        if collection.amount <= 0:
            operation.update(collection, authorized_amount=0, status="authorized")
            return
        present = self._sessions.present(operation, collection_id)
        if not present:
            raise NothingSelectedError(
                "payment_collection",
                collection_id,
                f"payment collection {collection_id!r} has no session; set one to pay with",
            )
        if self._rules.collections_stay_whole:
            for session_id in wanted:
                named(collection_id, present, session_id)
            if not wanted:
                return
        authorized = 0
        for session in present:
            if session.payment_authorized_at is not None or (
                session.id in wanted
                and self._sessions.authorize(operation, collection, session, context, key)
            ):
                authorized += session.amount or 0
        status = "awaiting"
        if authorized:
            status = "authorized" if authorized == collection.amount else "partially_authorized"
        operation.update(collection, authorized_amount=authorized, status=status)
