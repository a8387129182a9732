from __future__ import annotations

from typing import Any

import pytest

from localpay import errors
from localpay.entities import PaymentCollection
from localpay.store import Store
from tests.payments.paying import Watched

HALVES = [{"provider_id": "card", "amount": 600}, {"provider_id": "manual", "amount": 400}]


@pytest.fixture
def collection(store: Store) -> PaymentCollection:
    region = store.regions.create(name="EU", currency_code="eur", providers=["card", "manual"])
    return store.collections.create(amount=1000, region_id=region.id)


def test_a_collection_is_paid_in_parts(
    store: Store, collection: PaymentCollection, card: Watched
) -> None:
    collection = store.collections.set_sessions(collection.id, HALVES)
    first, second = collection.payment_sessions or ()
    assert (first.amount, first.cart_id, first.is_initiated) == (600, None, True)
    collection = store.collections.authorize(collection.id, [first.id])
    assert (collection.status, collection.authorized_amount) == ("partially_authorized", 600)
    collection = store.collections.authorize_session(collection.id, second.id)
    assert (collection.status, collection.authorized_amount) == ("authorized", 1000)
    assert [each.amount for each in collection.payments or ()] == [600, 400]
    payment = (collection.payments or ())[0]
    assert payment.currency_code == "eur"
    store.payments.capture(payment.id)
    store.payments.refund(payment.id, 600, "return")
    assert card.asked == ["initiate", "authorize", "retrieve", "capture", "refund"]
    assert store.check() == []


def test_one_session_pays_all(store: Store, collection: PaymentCollection, card: Watched) -> None:
    before = store.collections.set_session(collection.id, "card").payment_sessions or ()
    again = store.collections.set_session(collection.id, "card").payment_sessions or ()
    assert [each.id for each in again] == [each.id for each in before]
    other = store.collections.set_session(collection.id, "manual").payment_sessions or ()
    assert [each.provider_id for each in other] == ["manual"]
    assert card.asked == ["initiate", "update", "delete"]


@pytest.mark.parametrize(
    ("sessions", "error"),
    [
        ([{"provider_id": "card", "amount": 999}], errors.CollectionSumError),
        ([*HALVES, {"provider_id": "silent", "amount": 5}], errors.ProviderNotOfferedError),
        ([{"provider_id": "card"}], errors.FieldError),
        ([{"provider_id": "card", "amount": 10.5}], errors.FieldError),
        ([], errors.FieldError),
        ("x", errors.FieldError),
        ([7], errors.FieldError),
    ],
)
def test_sessions_that_do_not_fit_are_refused(
    store: Store,
    collection: PaymentCollection,
    card: Watched,
    sessions: Any,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        store.collections.set_sessions(collection.id, sessions)
    assert card.asked == []


def test_one_refusal_undoes_all_of_a_call(
    store: Store, collection: PaymentCollection, card: Watched
) -> None:
    collection = store.collections.set_sessions(collection.id, HALVES)
    card.refuses = {"authorize"}
    with pytest.raises(errors.ProviderRefusedError):
        store.collections.authorize(
            collection.id, [each.id for each in collection.payment_sessions or ()]
        )
    assert store.collections.get(collection.id) == collection


def test_a_session_that_is_not_authorized_keeps_the_answer(
    store: Store, collection: PaymentCollection
) -> None:
    collection = store.collections.set_session(collection.id, "card")
    session = (collection.payment_sessions or ())[0]
    store.sessions.update(session.id, data={**session.data, "outcome": "require_more"})
    with pytest.raises(errors.NotAuthorizedError, match="requires more"):
        store.collections.authorize_session(collection.id, session.id)
    assert store.sessions.get(session.id).status == "requires_more"
    assert store.collections.authorize_session(collection.id, session.id).status == "authorized"


def test_a_paid_collection_takes_no_other_sessions(
    store: Store, collection: PaymentCollection
) -> None:
    collection = store.collections.mark_authorized(collection.id)
    assert collection.authorized_amount == 1000
    with pytest.raises(errors.CollectionStateError, match="can no longer be set"):
        store.collections.set_sessions(collection.id, HALVES)
    with pytest.raises(errors.CollectionStateError, match="cannot be deleted"):
        store.collections.delete(collection.id)


def test_an_authorized_session_is_not_refreshed(
    store: Store, collection: PaymentCollection
) -> None:
    collection = store.collections.set_sessions(collection.id, HALVES)
    session = (collection.payment_sessions or ())[0]
    store.collections.authorize(collection.id, [session.id])
    with pytest.raises(errors.CollectionStateError, match="stays as it is"):
        store.collections.refresh(collection.id, session.id)


def test_nothing_can_be_authorized_without_a_session(
    store: Store, collection: PaymentCollection
) -> None:
    with pytest.raises(errors.NothingSelectedError):
        store.collections.authorize(collection.id, [])


def test_a_collection_of_nothing_is_authorized_at_once(store: Store) -> None:
    region = store.regions.create(name="EU", currency_code="eur", providers=["card"])
    collection = store.collections.create(amount=0, region_id=region.id)
    assert store.collections.authorize(collection.id, []).status == "authorized"


def test_a_collection_needs_a_region(store: Store) -> None:
    with pytest.raises(errors.RecordNotFoundError, match="region"):
        store.collections.create(amount=1, region_id="reg_none")
    with pytest.raises(errors.FieldError):
        store.collections.create(amount=1)
