"""A sound store has no problems, and the sums of refunds are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.storage.columns import GREATEST, LEAST
from localpay.store import Store

if TYPE_CHECKING:
    from localpay.entities import Cart


@pytest.mark.parametrize(
    ("refunds", "told", "is_sound"),
    [
        ((300, 200), 500, True),
        ((300, 200), 501, False),
        ((GREATEST, 5, -5), GREATEST, True),
        ((GREATEST, 5), GREATEST, False),
        ((1 << 32,), 1 << 33, False),
        ((LEAST, LEAST), LEAST, False),
        ((-(1 << 40), 1), 1 - (1 << 40), True),
    ],
)
def test_refunds_have_to_add_up_to_what_their_payment_tells(
    store: Store, refunds: tuple[int, ...], told: int, is_sound: bool
) -> None:
    payment = store.payments.create(
        provider_id="manual", amount=GREATEST, amount_refunded=told, currency_code="eur"
    )
    for amount in refunds:
        store.refunds.create(payment_id=payment.id, amount=amount, reason="other")

    sentence = f"payment {payment.id}: its refunds do not add up to amount_refunded"
    assert store.check() == ([] if is_sound else [sentence])


@pytest.mark.parametrize("has_cart", [True, False], ids=["of another cart", "of no cart"])
def test_the_payment_of_a_cart_has_to_belong_to_it(
    store: Store, cart: Cart, *, has_cart: bool
) -> None:
    other = store.carts.create(region_id=cart.region_id)
    payment = store.payments.create(
        cart_id=other.id if has_cart else None,
        provider_id="manual",
        amount=1,
        currency_code="eur",
    )
    store.carts.update(other.id, payment_id=None)
    store.carts.update(cart.id, payment_id=payment.id)

    sentence = f"cart {cart.id} refers to a payment that does not belong to it"
    assert store.check() == [sentence]
