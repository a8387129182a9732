from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from localpay.store import Store
from localpay.tui.widgets.detail import DetailPane
from localpay.tui.widgets.lines import line_of
from tests.hostile import HOSTILE, RAW, hostile_json
from tests.tui.stage import SIZES, Stage, drawn, on_stage, press, run, settle, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.entities import BaseEntity, Cart, Payment, PaymentSession

NOW = datetime(2026, 11, 22, 20, 33, 5, 475000, UTC)


class Shop:
    """A store with one cart, paid and refunded in part, and two sessions."""

    def __init__(self, store: Store) -> None:
        self.store = store
        region = store.regions.create(name="Europe", currency_code="eur", providers=["a", "b"])
        self.cart: Cart = store.carts.create(
            region_id=region.id,
            email="ada@example.com",
            items=[{"title": "Mug", "unit_price": 1250, "quantity": 2}],
            context={"ip": "127.0.0.1"},
        )
        self.session: PaymentSession = store.sessions.create(
            cart_id=self.cart.id,
            provider_id="stripe",
            is_selected=True,
            data={"id": "pi_1", "client_secret": "pi_1_secret_abcdefgh1234", "deep": {"a": [1]}},
        )
        self.other: PaymentSession = store.sessions.create(
            cart_id=self.cart.id, provider_id="manual", status="canceled"
        )
        self.payment: Payment = store.payments.create(
            cart_id=self.cart.id, amount=2500, provider_id="stripe", captured_at=NOW,
            amount_refunded=500, data={"token": "tok_abcdefgh1234"},
        )  # fmt: skip
        store.refunds.create(payment_id=self.payment.id, amount=500, reason="return", note="chip")


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Store.open(":memory:", clock=lambda: NOW) as store:
        yield Shop(store)


async def show(pane: DetailPane, record: BaseEntity | None) -> str:
    pane.show(record)
    await until(lambda: not pane.gathering)
    return " ".join(pane.text.split())


def test_a_session_is_shown_with_all_that_belongs_to_it(shop: Shop) -> None:
    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store), (100, 80)) as (app, _):
            text = await show(pane, shop.session)
            for words in (
                "payment session ○ pending 25.00 EUR stripe",
                f"id {shop.session.id}", "created_at 2026-11-22 20:33:05.475",
                f"cart_id {shop.cart.id} →", "is_selected yes", "is_initiated no",
                "idempotency_key –", "amount 25.00 EUR 2500", "payment_authorized_at –",
                "data {3 keys}", 'id "pi_1"', 'client_secret "••••1234"', "▸ deep {1 key}",
                "cart ◇ open 25.00 EUR ada@example.com", "region Europe",
                "2 × Mug 25.00 EUR", "subtotal 25.00 EUR 2500", "total 25.00 EUR 2500",
                "sessions 2", "stripe ○ pending 25.00 EUR selected this one",
                "manual ⊘ canceled 25.00 EUR →",
                "payment ◒ partially refunded 25.00 EUR stripe",
                "refunds 5.00 EUR", "return 5.00 EUR 2026-11-22 20:33:05",
                "timeline", "2026-11-22", "session stripe + created ○ pending library",
            ):  # fmt: skip
                assert words in text, words
            pane.action_unfold_all()
            assert "note chip" in " ".join(pane.text.split())
            assert "payment session" in drawn(app)

    run(act())


def test_carts_and_payments_are_shown_by_their_own_fields(shop: Shop) -> None:
    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store), (100, 80)):
            text = await show(pane, shop.cart)
            for words in (
                "cart ◇ open 25.00 EUR ada@example.com", "email ada@example.com", "type default",
                "items 1", "totals 25.00 EUR", "gift_card_total 0.00 EUR 0",
                'context {1 key} ip "127.0.0.1"', "metadata –", "sessions 2",
                "stripe ○ pending 25.00 EUR selected →",
            ):  # fmt: skip
                assert words in text, words
            text = await show(pane, shop.payment)
            for words in (
                "payment ◒ partially refunded 25.00 EUR stripe", "amount_refunded 5.00 EUR 500",
                "captured_at 2026-11-22 20:33:05.475", 'token "••••1234"',
                "cart ◇ open 25.00 EUR ada@example.com", "sessions 2", "refund + created",
            ):  # fmt: skip
                assert words in text, words

    run(act())


def test_secrets_are_covered_until_they_are_revealed_and_copied_whole(shop: Shop) -> None:
    secret = "pi_1_secret_abcdefgh1234"
    shop.store.sessions.update(shop.session.id, data={"client_secret": secret, "token": "new-tok"})

    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store)):
            await show(pane, shop.session)
            pane.action_unfold_all()
            for text in (pane.text, drawn(pane.app)):
                assert secret not in text
                assert "abcdefgh" not in text
                assert "new-tok" not in text
            assert pane.toggle_secrets()
            assert pane.text.count(secret) == 2  # in the data, and in the timeline's first line
            assert "new-tok" in pane.text
            assert not pane.toggle_secrets()
            assert secret not in pane.text
            copied = []
            for number in range(len(pane._lines)):
                pane._move(number)
                copied.append(pane.copy_value())
            assert secret in copied

    run(act())


def test_copying_gives_the_whole_value_as_it_is(shop: Shop) -> None:
    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store), (30, 20)) as (_, pilot):
            assert pane.copy_value() is None
            await show(pane, shop.session)
            copied = {}
            await press(pilot, "9")
            for number, line in enumerate(pane._lines):
                if line.node is not None:
                    pane._move(number)
                    copied[line.way] = pane.copy_value()
            assert copied["record",] == copied["record", "id"] == shop.session.id
            assert copied["record", "created_at"] == "2026-11-22T20:33:05.475000Z"
            assert copied["record", "amount"] == "2500"
            assert copied["record", "is_selected"] == "true"
            assert copied["record", "idempotency_key"] == "null"
            assert copied["data", "deep"] == '{"a":[1]}'
            assert copied["data", "id"] == "pi_1"
            assert copied["timeline",] is None

    run(act())


def test_links_lead_to_cart_siblings_and_payment(shop: Shop) -> None:
    async def follow(app: Stage, pane: DetailPane, way: tuple[Any, ...]) -> Any:
        pane._move(line_of(pane._lines, way))
        assert pane.cursor_way == way
        pane.action_activate()
        await until(lambda: app.heard)
        message = app.heard.pop()
        assert isinstance(message, DetailPane.Jump)
        return message.entity, message.record_id

    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store)) as (app, pilot):
            cart = ("cart", shop.cart.id)
            await show(pane, shop.session)
            assert await follow(app, pane, ("record", "cart_id")) == cart
            assert await follow(app, pane, ("cart", "id")) == cart
            assert await follow(app, pane, ("payment", "id")) == ("payment", shop.payment.id)
            sibling = ("payment_session", shop.other.id)
            assert await follow(app, pane, ("sessions", shop.other.id)) == sibling
            await show(pane, shop.cart)
            assert await follow(app, pane, ("sessions", shop.other.id)) == sibling
            await show(pane, shop.payment)
            assert await follow(app, pane, ("record", "cart_id")) == cart
            await press(pilot, "enter")
            assert len(app.heard) == 1

    run(act())


def test_of_many_records_in_a_row_the_last_one_is_shown(shop: Shop) -> None:
    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store)) as (_, pilot):
            for _ in range(20):
                for record in (shop.cart, shop.session, shop.payment, shop.other):
                    pane.show(record)
            await until(lambda: not pane.gathering)
            await settle(pilot)
            assert shop.other.id in pane.text.split("\n")[1]
            pane.show(shop.cart)
            pane.show(None)
            await settle(pilot)
            assert "Choose one in the list" in pane.text

    run(act())


def test_the_same_place_stays_folded_and_under_the_cursor(shop: Shop) -> None:
    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store), (100, 20)) as (_, pilot):
            await show(pane, shop.session)
            await press(pilot, "left")
            await press(pilot, "n", "j", "j", "j", "right", "n")
            assert pane.cursor_way == ("cart",)
            text, scroll = pane.text, pane.scroll_offset.y
            await show(pane, shop.cart)
            assert pane.cursor_way != ("cart",)
            await show(pane, shop.session)
            assert (pane.text, pane.cursor_way) == (text, ("cart",))
            assert scroll - 1 <= pane.scroll_offset.y <= scroll

    run(act())


def test_a_change_is_seen_once_the_record_is_shown_again(shop: Shop) -> None:
    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store)):
            before = await show(pane, shop.session)
            data: dict[str, Any] = {**shop.session.data, "deep": {"a": [2]}, "token": "abc"}
            shop.store.sessions.update(shop.session.id, status="error", data=data)
            shop.store.sessions.update(shop.session.id, amount=1)
            shop.store.undo()
            after = await show(pane, shop.session)
            assert "✗ error" not in before
            assert "payment session ✗ error" in after
            assert "session stripe ✗ error library" in after
            assert "session stripe ~ amount undo" in after
            pane.action_unfold_all()
            text = " ".join(pane.text.split())
            assert "status ○ pending" not in text
            assert "status pending → error" in text
            assert "data.deep.a[0] 1 → 2" in text
            assert 'data.token – → "••••"' in text

    run(act())


def test_imported_records_tell_their_story_by_their_instants() -> None:
    async def act() -> None:
        with Store.open(":memory:", clock=lambda: NOW) as store:
            then = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
            payment = store.payments.create(
                amount=5, currency_code="jpy", provider_id="a", created_at=then, captured_at=then
            )
            store._database.rows("DELETE FROM change")
            async with on_stage(pane := DetailPane(store)):
                text = await show(pane, payment)
                assert "timeline 2 2026-01-02 03:04:05.000 payment + created" in text
                assert "03:04:05.000 payment ● captured" in text

    run(act())


def test_provider_calls_are_part_of_the_timeline(shop: Shop) -> None:
    call = {"provider": "stripe", "call": "authorizePayment", "outcome": "[/x]", "milliseconds": 3}
    with shop.store.transaction():
        shop.store._journal.write("provider_call", "payment_session", shop.session.id, None, call)

    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store)):
            text = await show(pane, shop.session)
            assert "session stripe ⇄ authorizePayment → [/x] 3 ms library" in text
            pane.action_unfold_all()
            assert "provider stripe" in " ".join(pane.text.split())

    run(act())


def test_a_record_that_is_gone_is_said_to_be(shop: Shop) -> None:
    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store)):
            shop.store.sessions.delete(shop.other.id)
            assert "is gone" in await show(pane, shop.other)
            assert "Europe" in await show(pane, shop.store.regions.list()[0])

    run(act())


def test_a_session_without_a_cart_and_of_a_deleted_cart_is_shown(shop: Shop) -> None:
    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store)):
            session = shop.store.sessions.create(provider_id="manual", amount=100)
            text = await show(pane, session)
            assert "cart_id –" in text
            assert "amount 100 " in text
            assert "sessions" not in text

    run(act())


def test_hostile_texts_in_every_field_are_shown_and_not_obeyed() -> None:
    async def act() -> None:
        with Store.open(":memory:", clock=lambda: NOW) as store:
            async with on_stage(pane := DetailPane(store), (80, 24)) as (app, pilot):
                pane.action_unfold_all()
                for name, text in HOSTILE.items():
                    filled = text or "-"
                    region = store.regions.create(
                        name=filled, currency_code=filled, providers=[], metadata={text: text}
                    )
                    cart = store.carts.create(
                        region_id=region.id, email=text, customer_id=text, idempotency_key=text,
                        context={text: [text]}, metadata=text,
                        items=[{"title": text, "unit_price": 1, "quantity": 1, "metadata": text}],
                    )  # fmt: skip
                    session = store.sessions.create(
                        id=f"ps_{filled}", cart_id=cart.id, provider_id=filled, data={text: text},
                        idempotency_key=text,
                    )  # fmt: skip
                    payment = store.payments.create(
                        cart_id=cart.id, provider_id=filled, amount=1, data=text, order_id=text
                    )
                    store.refunds.create(payment_id=payment.id, amount=1, reason="other", note=text)
                    store.sessions.update(session.id, data={text: [text]})
                    # A session's sections hold all fields of its cart and payment too.
                    for record in (session, cart, payment) if len(text) < 100 else (session,):
                        pane.show(record)
                        await until(lambda: not pane.gathering)
                        for number in range(0, len(pane._lines), 3):
                            assert not RAW & set(pane._strip(number).text), name
                    await pilot.pause()
                    drawn(app)
                assert app.is_running

    run(act())


def test_every_size_is_drawn(shop: Shop) -> None:
    shop.store.sessions.update(shop.session.id, data=hostile_json())

    async def act() -> None:
        async with on_stage(pane := DetailPane(shop.store)) as (app, pilot):
            for size in SIZES:
                await pilot.resize_terminal(*size)
                await show(pane, shop.session)
                await press(pilot, "n", "j", "l", "j", "plus", "minus", "G", "enter", "g")
                drawn(app)

    run(act())
