"""A provider of your own, as in the README."""

from __future__ import annotations

import pytest

from localpay.errors import ProviderRefusedError
from localpay.providers import Answer, Authorization, Manual, Refusal, Request
from localpay.store import Store


class Voucher(Manual):
    """Pays with vouchers that are worth a fixed amount."""

    id = "voucher"
    worth = 5000

    def initiate(self, request: Request) -> Answer | Refusal:  # noqa: ARG002
        return Answer({"voucher": None})

    def authorize(self, request: Request) -> Authorization | Refusal:
        if request.data["voucher"] is None:
            return Authorization("requires_more", {**request.data, "ask_for": "voucher"})
        if request.amount > self.worth:
            return Refusal("the voucher is not worth enough", code="too_little")
        return Authorization("authorized", {"voucher": request.data["voucher"]})


def test_a_store_can_be_given_a_provider_of_your_own() -> None:
    with Store.open(":memory:", providers=[Voucher()]) as store:
        region = store.regions.create(name="EU", currency_code="eur", providers=["voucher"])
        cart = store.carts.create(
            region_id=region.id,
            email="ada@example.com",
            items=[{"title": "Mug", "unit_price": 1250, "quantity": 2}],
        )
        store.checkout.create_sessions(cart.id)
        cart = store.checkout.complete(cart.id)
        assert cart.payment_session is not None
        assert cart.payment_session.status == "requires_more"
        store.checkout.update_selected_data(cart.id, {"voucher": "SPRING-26"})
        assert store.checkout.complete(cart.id).completed_at

        cart = store.carts.create(
            region_id=region.id,
            email="ada@example.com",
            items=[{"title": "Table", "unit_price": 90000, "quantity": 1}],
        )
        store.checkout.create_sessions(cart.id)
        store.checkout.update_selected_data(cart.id, {"voucher": "SPRING-26"})
        with pytest.raises(ProviderRefusedError, match="not worth enough"):
            store.checkout.complete(cart.id)
