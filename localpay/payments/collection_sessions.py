"""Sessions of a payment collection: what happens to each, as part of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localpay.entities import PaymentCollection, PaymentSession
from localpay.errors import FieldError, ProviderRefusedError, SessionMissingError
from localpay.payments import attempts
from localpay.payments.requests import collection_request
from localpay.storage.arguments import is_list
from localpay.storage.models import PaymentCollectionPayment, PaymentCollectionSession
from localpay.storage.models import PaymentSession as SessionModel
from localpay.storage.relations import offered_providers
from localpay.storage.workspace import encoded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localpay.jsontext import JsonValue
    from localpay.payments.operation import Operation, Operations
    from localpay.payments.providers.protocol import Request


class CollectionSessions:
    """Changes the sessions of a payment collection, as part of an operation.

    Args:
        operations: the operations of the store.
    """

    def __init__(self, operations: Operations) -> None:
        self._rules = operations.rules
        self._workspace = operations.workspace

    def present(self, operation: Operation, collection_id: str) -> list[PaymentSession]:
        """Read a collection's sessions."""
        links = self._workspace.rows.select(
            PaymentCollectionSession, payment_collection_id=collection_id
        )
        return [operation.get(PaymentSession, each["payment_session_id"]) for each in links]

    def offered(self, collection: PaymentCollection) -> tuple[str, ...]:
        """The ids of the providers that the collection's region offers."""
        return offered_providers(self._workspace.database, collection.region_id)

    def bring_up(
        self,
        operation: Operation,
        collection: PaymentCollection,
        session: PaymentSession | None,
        provider_id: str,
        amount: int,
    ) -> None:
        """Bring a session up to an amount; make one if there is none."""
        if session is None:
            self.begin(operation, collection, provider_id, amount)
            return
        request = collection_request(collection, session.id, amount, session.data)
        attempts.bring_up(operation, session, request)

    def begin(
        self, operation: Operation, collection: PaymentCollection, provider_id: str, amount: int
    ) -> None:
        """Start a payment, and make its session."""
        new_id = operation.new_id(PaymentSession)
        request = collection_request(collection, new_id, amount, {})
        answer = operation.providers.ask("initiate", provider_id, request)
        self._add(operation, collection, provider_id, request, answer.data)

    def renew(
        self, operation: Operation, collection: PaymentCollection, session: PaymentSession
    ) -> None:
        """Replace a session by a new one, with a new payment at its provider."""
        new_id = operation.new_id(PaymentSession)
        new = collection_request(collection, new_id, session.amount or 0, {})
        data = attempts.restart(operation, session, _as_it_is(collection, session), new)
        self._add(operation, collection, session.provider_id, new, data)
        self.unlink(operation, collection, session)
        operation.delete(session)

    def drop(
        self,
        operation: Operation,
        collection: PaymentCollection,
        sessions: Iterable[PaymentSession],
    ) -> None:
        """Remove sessions, and delete them at their providers."""
        for session in sessions:
            self.unlink(operation, collection, session)
            try:
                attempts.give_up(operation, session, _as_it_is(collection, session))
            except ProviderRefusedError:
                if self._rules.collections_stay_whole:
                    raise
            else:
                operation.delete(session)

    def authorize(
        self,
        operation: Operation,
        collection: PaymentCollection,
        session: PaymentSession,
        context: Mapping[str, JsonValue],
        key: str | None,
    ) -> bool:
        """Ask a session's provider to authorize it, and make the payment if it does.

        Returns:
            Whether the session is authorized.
        """
        amount = session.amount or 0
        request = collection_request(
            collection, session.id, amount, session.data, context=context, key=key
        )
        _, payment_id = attempts.authorize(operation, session, request)
        if payment_id is None:
            return False
        operation.link(
            PaymentCollectionPayment, payment_collection_id=collection.id, payment_id=payment_id
        )
        return True

    @staticmethod
    def unlink(
        operation: Operation, collection: PaymentCollection, session: PaymentSession
    ) -> None:
        """Remove a session from the collection, but keep its row."""
        operation.unlink(
            PaymentCollectionSession,
            payment_collection_id=collection.id,
            payment_session_id=session.id,
        )

    @staticmethod
    def _add(
        operation: Operation,
        collection: PaymentCollection,
        provider_id: str,
        request: Request,
        data: JsonValue,
    ) -> None:
        """Make the session for a payment that was started with this request."""
        session_id = operation.insert(
            PaymentSession,
            id=request.session_id,
            provider_id=provider_id,
            is_initiated=True,
            data=data,
            amount=request.amount,
        )
        operation.link(
            PaymentCollectionSession,
            payment_collection_id=collection.id,
            payment_session_id=session_id,
        )


def named(collection_id: str, present: list[PaymentSession], session_id: str) -> PaymentSession:
    """The session of a collection that has this id.

    Raises:
        SessionMissingError: there is no such session.
    """
    for each in present:
        if each.id == session_id:
            return each
    raise SessionMissingError(
        "payment_collection",
        collection_id,
        f"payment collection {collection_id!r} has no session {session_id!r}",
    )


def checked_ids(session_ids: object) -> list[str]:
    """The session ids that a caller gave.

    Raises:
        FieldError: they are not a list of ids.
    """
    if not is_list(session_ids):
        raise FieldError("payment_collection", "session_ids", "takes a list of ids")
    return [str(SessionModel.columns()["id"].db_value(each)) for each in session_ids]


def checked_sessions(sessions: object) -> list[dict[str, Any]]:
    """The sessions that a caller wants for a collection.

    Raises:
        FieldError: they are not a list of sessions, each with its provider and amount.
    """
    if not is_list(sessions):
        raise FieldError("payment_collection", "payment_sessions", "takes a list of sessions")
    wanted = list(sessions)
    if not wanted:
        raise FieldError("payment_collection", "payment_sessions", "needs at least one session")
    for each in wanted:
        if not isinstance(each, Mapping):
            raise FieldError("payment_collection", "payment_sessions", "takes sessions as objects")
        for name in ("provider_id", "amount"):
            encoded(SessionModel, {name: each.get(name)})
        if each.get("session_id") is not None:
            encoded(SessionModel, {"id": each["session_id"]})
        if each.get("amount") is None:
            raise FieldError("payment_session", "amount", "needs a value")
    return [dict(each) for each in wanted]


def _as_it_is(collection: PaymentCollection, session: PaymentSession) -> Request:
    """A request with a session's present amount and data."""
    return collection_request(collection, session.id, session.amount or 0, session.data)
