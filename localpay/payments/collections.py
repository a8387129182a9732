"""Collections: amounts that are paid by sessions of their own, without a cart."""

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
    """`store.collections`: the records, and what their sessions go through.

    Beside what each says, all raise `BusyError` while another operation on the same collection is
    under way, `ChangedMeanwhileError` when its records change meanwhile, and for the
    idempotency key `IdempotencyError` if it was used for something else, `ArgumentError` if it is
    empty or no text.

    Args:
        operations: runs what is done here.
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
            fields: its values; `amount` and `region_id` are needed, the currency is the region's
                by default.

        Raises:
            RecordNotFoundError: there is no such region.
            FieldError: there is no such field, or it does not take the value.
            DuplicateRecordError: there is a collection of this id already.
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
        """Make these the collection's sessions, and start their payments.

        Args:
            collection_id: the collection.
            sessions: each with `provider_id` and `amount`, and with `session_id` if it is one
                there is. Those not named are removed.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such collection.
            CollectionStateError: it is being paid, or paid.
            CollectionSumError: the amounts do not add up to the collection's.
            ProviderNotOfferedError: its region does not offer a provider.
            FieldError: a session lacks its provider or amount.
            UnknownProviderError: a provider is not installed.
            ProviderError: a provider refuses, or fails.
        """
        wanted = checked_sessions(sessions)

        def work(operation: Operation) -> None:
            collection, present = self._open(operation, collection_id)
            offered = self._sessions.offered(collection)
            taken = [each for each in wanted if each["provider_id"] in offered]
            if self._rules.collections_stay_whole and len(taken) < len(wanted):
                refused = next(each for each in wanted if each not in taken)
                raise ProviderNotOfferedError(collection.region_id, refused["provider_id"], offered)
            given = sum(each["amount"] for each in taken)
            if given != collection.amount:
                raise CollectionSumError(collection.id, given, collection.amount)
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
        """Let one session pay the whole collection, the one there is of this provider if any.

        Args:
            collection_id: the collection.
            provider_id: its provider.
            idempotency_key: the caller's key.

        Raises:
            LocalpayError: as `set_sessions` does.
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
        """Make one of the collection's sessions anew, and start its payment anew.

        Args:
            collection_id: the collection.
            session_id: the session.
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such collection.
            SessionMissingError: it has no such session.
            CollectionStateError: the session is authorized.
            UnknownProviderError: its provider is not installed.
            ProviderError: its provider refuses, or fails.
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
        """Authorize some of the collection's sessions; there is a payment for each that is.

        Args:
            collection_id: the collection.
            session_ids: the sessions. Those authorized before count without a call.
            context: what the providers are to know of the request (JSON).
            idempotency_key: the caller's key.

        Raises:
            RecordNotFoundError: there is no such collection.
            NothingSelectedError: it has no session.
            SessionMissingError: it has no session of one of these ids.
            UnknownProviderError: a provider is not installed.
            ProviderError: a provider refuses, or fails; then none of them counts.
            FieldError: the ids are no list of texts.
            ArgumentError: the context is no object.
            JsonError: something in it has no JSON form.
        """
        wanted = checked_ids(session_ids)
        known = checked_context(context)

        def work(operation: Operation) -> None:
            self._authorize(operation, collection_id, wanted, known, idempotency_key)

        return self._run(
            "authorize", collection_id, work, idempotency_key, session_ids=wanted, context=known
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
            context: what the provider is to know of the request (JSON).
            idempotency_key: the caller's key.

        Raises:
            NotAuthorizedError: the provider answered something else, which is kept.
            LocalpayError: as `authorize` does.
        """
        collection = self.authorize(
            collection_id, [session_id], context=context, idempotency_key=idempotency_key
        )
        sessions = collection.payment_sessions or ()
        session = next((each for each in sessions if each.id == session_id), None)
        if session is None or session.status != "authorized":
            status = "missing" if session is None else session.status.replace("_", " ")
            raise NotAuthorizedError(
                "payment_collection",
                collection_id,
                f"session {session_id!r} of payment collection {collection_id!r} is {status}, "
                "not authorized; send it other data, or set another session",
            )
        return collection

    def mark_authorized(
        self, collection_id: str, *, idempotency_key: str | None = None
    ) -> PaymentCollection:
        """Note that the whole amount was authorized outside; no provider is called.

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
        """Remove a collection that is not being paid, with its sessions.

        Args:
            record_id: the collection.

        Raises:
            RecordNotFoundError: there is no such collection.
            CollectionStateError: it is being paid, or paid.
            UnknownProviderError: a session's provider is not installed.
            ProviderError: a session's provider refuses to give it up, or fails.
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
        """The collection and its sessions, provided that they may be changed."""
        collection = operation.get(PaymentCollection, collection_id)
        if collection.status != "not_paid":
            raise CollectionStateError(
                collection_id, collection.status, "its sessions cannot be set any more"
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
