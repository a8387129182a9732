from __future__ import annotations

from localpay import Store
from localpay.entities import currency_of


def test_a_record_has_its_own_currency_or_that_of_its_cart() -> None:
    with Store.open(":memory:") as store:
        region = store.regions.create(name="EU", currency_code="eur", providers=["manual"])
        cart = store.carts.create(region_id=region.id)
        session = store.sessions.create(cart_id=cart.id, provider_id="manual")

        assert currency_of(region) == currency_of(cart) == "eur"
        assert currency_of(store.sessions.get(session.id, expand=())) is None
        assert currency_of(store.sessions.get(session.id, expand=("cart",))) == "eur"
