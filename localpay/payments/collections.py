"""Collections: amounts that are paid by sessions of their own, without a cart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from localpay.entities import Payment, PaymentCollection, PaymentSession
from localpay.errors import (
    CollectionStateError,
    CollectionSumError,
    FieldError,
    NotAuthorizedError,
    NothingSelectedError,
    ProviderNotOfferedError,
    ProviderRefusedError,
    RecordNotFoundError,
    SessionMissingError,
)
from localpay.payments.providers.protocol import Request
from localpay.storage import collections
from localpay.storage.models import PaymentCollectionPayment, PaymentCollectionSession
from localpay.storage.models import PaymentSession as SessionModel
from localpay.storage.records import encoded
from localpay.storage.relations import offered_providers

if TYPE_CHECKING:
    from collections.abc import Callable

    from localpay.jsontext import JsonValue
    from localpay.payments.idempotency import Ticket
    from localpay.payments.operation import Operation, Operations


class Collections(collections.Collections):
    """`store.collections`: the records, and what their sessions go through.

    Args:
        operations: runs what is done here.
    """

    def __init__(self, operations: Operations) -> None:
        super().__init__(operations.workspace)
        self._operations = operations
        self._rules = operations.rules

    def create(self, **fields: Any) -> PaymentCollection:
        """Make a collection.

        Args:
            fields: its values; `amount` and `region_id` are needed, the currency is the region's
                by default.

        Raises:
            RecordNotFoundError: there is no such region.
            FieldError: there is no such field, or it does not take the value.
            DuplicateRecordError: there is a collection of this id already.
        """
        with self._database.writing():
            region_id = fields.get("region_id")
            currency = self._database.value(
                "SELECT currency_code FROM region WHERE id = ?", (region_id,)
            )
            if currency is None and region_id is not None:
                raise RecordNotFoundError("region", str(region_id))
            fields.setdefault("currency_code", currency)
            fields.setdefault("created_by", "library")
            return self._created(fields)

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
        wanted = _checked(sessions)

        def work(operation: Operation) -> None:
            collection, present = self._open(operation, collection_id)
            offered = self._offered(collection)
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
                self._bring_up(operation, collection, kept, each["provider_id"], each["amount"])
            self._drop(operation, collection, by_id.values())

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
            offered = self._offered(collection)
            if provider_id not in offered:
                raise ProviderNotOfferedError(collection.region_id, provider_id, offered)
            kept = next((each for each in present if each.provider_id == provider_id), None)
            self._bring_up(operation, collection, kept, provider_id, collection.amount)
            self._drop(operation, collection, [each for each in present if each is not kept])

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
            present = self._sessions(operation, collection_id)
            session = _named(collection_id, present, session_id)
            is_whole = self._rules.collections_stay_whole
            if is_whole and session.payment_authorized_at is not None:
                raise CollectionStateError(
                    collection_id, collection.status, "its authorized session stays as it is"
                )
            amount = session.amount or 0
            if not self._rules.undo_at_provider:
                self._delete_at_provider(operation, collection, session)
            new_id = self._begin(operation, collection, session.provider_id, amount)
            if self._rules.undo_at_provider:
                self._delete_at_provider(operation, collection, session)
            for each in present:
                if each is session or not is_whole:
                    self._unlink(operation, collection_id, each.id)
            operation.delete(session)
            self._link(operation, collection_id, new_id)
            if session.payment_authorized_at is not None and collection.authorized_amount:
                left = collection.authorized_amount - amount
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
        """
        if isinstance(session_ids, str):
            raise FieldError("payment_collection", "session_ids", "takes a list of ids")
        named = list(session_ids)
        told = dict(context or {})

        def work(operation: Operation) -> None:
            self._authorize(operation, collection_id, named, told, idempotency_key)

        return self._run(
            "authorize", collection_id, work, idempotency_key, session_ids=named, context=told
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

        def work(operation: Operation) -> Callable[[], None]:
            collection = operation.get(PaymentCollection, record_id)
            if collection.status not in {"not_paid", "canceled"}:
                raise CollectionStateError(record_id, collection.status, "it cannot be deleted")
            present = self._sessions(operation, record_id)
            if self._rules.collections_stay_whole:
                self._drop(operation, collection, present)
            else:
                for each in present:
                    self._unlink(operation, record_id, each.id)
            operation.delete(collection)
            return lambda: None

        self._operations.run("delete", record_id, work)

    # How it is done

    def _run(
        self,
        name: str,
        collection_id: str,
        work: Callable[[Operation], None],
        key: str | None,
        **arguments: JsonValue,
    ) -> PaymentCollection:
        def whole(operation: Operation) -> Callable[[], PaymentCollection]:
            work(operation)
            return lambda: self.get(collection_id)

        ticket: Ticket[PaymentCollection] | None = self._operations.keys.ticket(
            key, f"collections.{name}", collection_id=collection_id, **arguments
        )
        return self._operations.run(name, collection_id, whole, ticket)

    def _open(
        self, operation: Operation, collection_id: str
    ) -> tuple[PaymentCollection, list[PaymentSession]]:
        """The collection and its sessions, provided that they may be changed."""
        collection = operation.get(PaymentCollection, collection_id)
        if collection.status != "not_paid":
            raise CollectionStateError(
                collection_id, collection.status, "its sessions cannot be set any more"
            )
        return collection, self._sessions(operation, collection_id)

    def _sessions(self, operation: Operation, collection_id: str) -> list[PaymentSession]:
        links = self._rows.select(PaymentCollectionSession, payment_collection_id=collection_id)
        return [operation.get(PaymentSession, each["payment_session_id"]) for each in links]

    def _offered(self, collection: PaymentCollection) -> tuple[str, ...]:
        return offered_providers(self._database, collection.region_id)

    def _bring_up(
        self,
        operation: Operation,
        collection: PaymentCollection,
        session: PaymentSession | None,
        provider_id: str,
        amount: int,
    ) -> None:
        """Bring a session up to its amount, or make one."""
        if session is None:
            new_id = self._begin(operation, collection, provider_id, amount)
            self._link(operation, collection.id, new_id)
            return
        request = _request(collection, session.id, amount, session.data)
        answer = operation.call("update", session.provider_id, request)
        if answer.data is not None:
            operation.update(session, data=answer.data, amount=amount)
        elif self._rules.amount_follows_total:
            operation.update(session, amount=amount)

    def _begin(
        self, operation: Operation, collection: PaymentCollection, provider_id: str, amount: int
    ) -> str:
        """Start a payment, and make its session. Gives the session's id."""
        new_id = operation.new_id(PaymentSession)
        answer = operation.call("initiate", provider_id, _request(collection, new_id, amount, {}))
        return operation.insert(
            PaymentSession,
            id=new_id,
            provider_id=provider_id,
            is_initiated=True,
            data=answer.data,
            amount=amount,
        )

    def _drop(
        self,
        operation: Operation,
        collection: PaymentCollection,
        sessions: Iterable[PaymentSession],
    ) -> None:
        """Remove sessions, and what was started for them."""
        for session in sessions:
            try:
                self._delete_at_provider(operation, collection, session)
            except ProviderRefusedError:
                if self._rules.collections_stay_whole:
                    raise
                self._unlink(operation, collection.id, session.id)
                continue
            self._unlink(operation, collection.id, session.id)
            operation.delete(session)

    def _delete_at_provider(
        self, operation: Operation, collection: PaymentCollection, session: PaymentSession
    ) -> None:
        if self._rules.leave_uninstalled and not operation.is_installed(session.provider_id):
            return
        request = _request(collection, session.id, session.amount or 0, session.data)
        operation.call("delete", session.provider_id, request)

    def _authorize(
        self,
        operation: Operation,
        collection_id: str,
        named: list[str],
        context: Mapping[str, JsonValue],
        key: str | None,
    ) -> None:
        collection = operation.get(PaymentCollection, collection_id)
        if collection.amount <= 0:
            operation.update(collection, authorized_amount=0, status="authorized")
            return
        present = self._sessions(operation, collection_id)
        if not present:
            raise NothingSelectedError(
                "payment_collection",
                collection_id,
                f"payment collection {collection_id!r} has no session; set one to pay with",
            )
        if self._rules.collections_stay_whole:
            for each in named:
                _named(collection_id, present, each)
        authorized, is_asked = 0, False
        for session in present:
            if session.payment_authorized_at is not None:
                authorized += session.amount or 0
            elif session.id in named:
                is_asked = True
                if self._authorized(operation, collection, session, context, key):
                    authorized += session.amount or 0
        if not authorized and not is_asked and self._rules.collections_stay_whole:
            return
        status = "awaiting"
        if authorized:
            status = "authorized" if authorized == collection.amount else "partially_authorized"
        operation.update(collection, authorized_amount=authorized, status=status)

    def _authorized(
        self,
        operation: Operation,
        collection: PaymentCollection,
        session: PaymentSession,
        context: Mapping[str, JsonValue],
        key: str | None,
    ) -> bool:
        """Ask to authorize one session, and make its payment if it is."""
        amount = session.amount or 0
        request = _request(collection, session.id, amount, session.data, context=context, key=key)
        answer = operation.authorize(session.provider_id, request)
        session = operation.update(session, data=answer.data, status=answer.status)
        if answer.status != "authorized":
            return False
        request = _request(collection, session.id, amount, answer.data)
        retrieved = operation.call("retrieve", session.provider_id, request)
        operation.update(session, payment_authorized_at=operation.now)
        payment_id = operation.insert(
            Payment,
            amount=amount,
            currency_code=collection.currency_code,
            provider_id=session.provider_id,
            data=retrieved.data,
        )
        operation.link(
            PaymentCollectionPayment,
            payment_collection_id=collection.id,
            payment_id=payment_id,
        )
        return True

    @staticmethod
    def _link(operation: Operation, collection_id: str, session_id: str) -> None:
        operation.link(
            PaymentCollectionSession,
            payment_collection_id=collection_id,
            payment_session_id=session_id,
        )

    @staticmethod
    def _unlink(operation: Operation, collection_id: str, session_id: str) -> None:
        operation.unlink(
            PaymentCollectionSession,
            payment_collection_id=collection_id,
            payment_session_id=session_id,
        )


def _request(
    collection: PaymentCollection,
    session_id: str,
    amount: int,
    data: JsonValue,
    *,
    context: Mapping[str, JsonValue] | None = None,
    key: str | None = None,
) -> Request:
    return Request(
        resource_id=collection.id,
        session_id=session_id,
        amount=amount,
        currency_code=collection.currency_code,
        data=data,
        context=context or {},
        idempotency_key=key,
    )


def _named(collection_id: str, present: list[PaymentSession], session_id: str) -> PaymentSession:
    for each in present:
        if each.id == session_id:
            return each
    raise SessionMissingError(
        "payment_collection",
        collection_id,
        f"payment collection {collection_id!r} has no session {session_id!r}",
    )


def _checked(sessions: object) -> list[dict[str, Any]]:
    """The sessions that a caller wants, if they are any."""
    if not isinstance(sessions, Iterable) or isinstance(sessions, str | Mapping):
        raise FieldError("payment_collection", "payment_sessions", "takes a list of sessions")
    wanted = list(sessions)
    if not wanted:
        raise FieldError("payment_collection", "payment_sessions", "needs a session")
    for each in wanted:
        if not isinstance(each, Mapping):
            raise FieldError("payment_collection", "payment_sessions", "takes sessions as objects")
        for name in ("provider_id", "amount"):
            encoded(SessionModel, {name: each.get(name)})
        if each.get("amount") is None:
            raise FieldError("payment_session", "amount", "needs a value")
    return [dict(each) for each in wanted]
