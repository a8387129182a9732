from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from textual.containers import VerticalScroll
from textual.events import Paste
from textual.widgets import Input, TextArea

from localpay.store import Store
from localpay.tui.form import Field, write
from localpay.tui.screens.confirm import ConfirmScreen
from localpay.tui.screens.edit import EditScreen
from localpay.tui.widgets.editors import Choice
from localpay.tui.widgets.form_row import FormRow
from tests.hostile import HOSTILE, hostile_json
from tests.tui.stage import SIZES, Stage, drawn, on_stage, press, run, settle, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from localpay.entities import Cart, EntityName, PaymentSession

NOW = datetime(2026, 11, 22, 20, 33, 5, 475000, UTC)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:", actor="tui", clock=lambda: NOW) as store:
        yield store


@pytest.fixture
def cart(store: Store) -> Cart:
    region = store.regions.create(name="Europe", currency_code="eur", providers=["stripe"])
    item = {"title": "Mug", "unit_price": 1250, "quantity": 2}
    return store.carts.create(region_id=region.id, email="ada@example.com", items=[item])


@pytest.fixture
def session(store: Store, cart: Cart) -> PaymentSession:
    return store.sessions.create(
        cart_id=cart.id,
        provider_id="stripe",
        data={"id": "pi_1", "client_secret": "pi_1_secret_abcdefgh1234", "attempts": [1, 2],
              "note": "the buyer came back twice"},
    )  # fmt: skip


class Form:
    """An edit screen and the hands that use it."""

    def __init__(self, screen: EditScreen, app: Stage, pilot: Pilot[Any]) -> None:
        self.screen = screen
        self.app = app
        self.pilot = pilot

    def row(self, name: str) -> FormRow:
        return next(row for row in self.screen._rows if row.field.name == name)

    async def type(self, name: str, text: str) -> FormRow:
        """Put a text into a field, as if it had been typed."""
        row = self.row(name)
        editor = row._editor
        assert isinstance(editor, Input | TextArea)
        if isinstance(editor, Input):
            editor.value = text
        else:
            editor.text = text
        await settle(self.pilot)
        return row

    async def press(self, *keys: str) -> None:
        await press(self.pilot, *keys)

    async def review(self) -> ConfirmScreen:
        await self.press("ctrl+s")
        assert isinstance(self.app.screen, ConfirmScreen), self.message
        return self.app.screen

    async def save(self) -> None:
        await self.review()
        await self.press("y")
        await until(lambda: not self.screen._saving)
        await settle(self.pilot)

    @property
    def message(self) -> str:
        return str(self.screen.query_one("#message").render())


@asynccontextmanager
async def editing(
    store: Store, entity: EntityName, record_id: str, size: tuple[int, int] = (100, 40)
) -> AsyncIterator[Form]:
    screen = EditScreen(store, entity, record_id)
    async with on_stage(screen, size) as (app, pilot):
        await settle(pilot)
        yield Form(screen, app, pilot)


def test_changes_are_shown_as_a_difference_and_saved_as_one_step(
    store: Store, session: PaymentSession
) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            assert "id                       ps_" in drawn(form.app)
            await form.type("provider_id", "paypal")
            await form.press(*["down"] * 4, "right")
            await form.type("data", form.row("data")._written.replace("    2", "    2,\n    3"))
            assert "3 fields changed" in form.message
            await form.review()
            shown = drawn(form.app)
            for words in (
                "Save these changes?", "provider_id  stripe  →  paypal",
                "status  pending  →  requires_more", "data.attempts[2]  –  →  3",
            ):  # fmt: skip
                assert words in shown
            await form.press("enter")
            await until(lambda: form.app.answers)
        assert form.app.answers == [True]
        saved = store.sessions.get(session.id)
        assert (saved.provider_id, saved.status) == ("paypal", "requires_more")
        assert saved.data == {**session.data, "attempts": [1, 2, 3]}
        step = [change for change in store.history() if change.actor == "tui"][:1]
        assert set(step[0].after or {}) == {"updated_at", "provider_id", "status", "data"}
        store.undo()
        assert store.sessions.get(session.id).data == session.data

    run(act())


def test_every_kind_of_field_is_edited_by_keys(store: Store, session: PaymentSession) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            # A key that moves on takes a moment: what is typed meanwhile still goes to the field.
            for keys in ("x", "space", "l", "left", "", "key", "0", "2026-01-02"):
                await form.press("tab")
                await form.press(*([keys] if keys in ("space", "left") else keys))
            await form.save()
        assert form.app.answers == [True]
        saved = store.sessions.get(session.id)
        assert saved.provider_id == "stripex"
        assert saved.is_selected is True
        assert saved.is_initiated is True
        assert saved.status == "authorized"
        assert saved.idempotency_key == "key"
        assert saved.amount == 25000
        assert saved.payment_authorized_at == datetime(2026, 1, 2, tzinfo=UTC)

    run(act())


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("provider_id", "", "must not be empty"),
        ("amount", "12.50", "takes a whole number of minor units"),
        ("amount", str(2**63), "more than 64 bits"),
        ("payment_authorized_at", "soon", "is not an instant"),
        ("data", '{\n"a": }', "line 2, column 6"),
        ("idempotency_key", '"open', "line 1, column 1"),
    ],
)
def test_an_error_is_shown_at_its_field_and_nothing_typed_is_lost(
    store: Store, session: PaymentSession, name: str, typed: str, message: str
) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id, (120, 50)) as form:
            row = await form.type(name, typed)
            assert message in (row.error or "")
            assert message in drawn(form.app)
            assert "1 of them wrong" in form.message
            await form.press("ctrl+s")
            assert form.app.screen is form.screen
            assert row.has_focus_within
            assert message in form.message
            editor = row._editor
            assert typed == (
                editor.value if isinstance(editor, Input) else getattr(editor, "text", 0)
            )
            await form.type(name, form.row(name)._written)
            assert row.error is None
            assert not row.changed

    run(act())


def test_an_amount_is_typed_in_minor_units_and_shown_in_major_ones(
    store: Store, session: PaymentSession
) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            form.row("amount").focus_editor()
            await form.press("backspace")
            assert "was 25.00 EUR" in drawn(form.app)
            assert "amount: in minor units: 2.50 EUR" in drawn(form.app)
            await form.type("amount", "")
            await form.save()
        assert store.sessions.get(session.id).amount is None

    run(act())


def test_a_form_without_changes_closes_and_saves_nothing(
    store: Store, session: PaymentSession
) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            await form.press("ctrl+s")
            assert "Nothing was changed" in form.message
            await form.press("escape")
            assert form.app.answers == [False]
        assert store.sessions.get(session.id) == session

    run(act())


def test_closing_with_changes_asks_first(store: Store, session: PaymentSession) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            await form.type("provider_id", "paypal")
            await form.type("amount", "x")
            await form.press("escape")
            assert "Changed: provider_id, amount" in drawn(form.app)
            await form.press("n")
            assert form.row("provider_id").value == "paypal"
            await form.press("escape")
            await form.press("y")
            assert form.app.answers == [False]
        assert store.sessions.get(session.id) == session

    run(act())


def test_a_broken_rule_is_reported_and_the_form_stays(
    store: Store, session: PaymentSession
) -> None:
    store.sessions.create(cart_id=session.cart_id, provider_id="paypal", is_selected=True)

    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            form.row("is_selected").query_one(Choice).action_step(1)
            await settle(form.pilot)
            await form.save()
            assert form.message.startswith("Not saved: payment session ")
            assert form.app.answers == []
            assert form.row("is_selected").value is True
            await form.type("provider_id", "klarna")
            form.row("is_selected").query_one(Choice).action_step(-1)
            await settle(form.pilot)
            await form.save()
        assert form.app.answers == [True]
        assert store.sessions.get(session.id).provider_id == "klarna"

    run(act())


def test_a_record_changed_meanwhile_is_only_written_once_the_user_has_seen_how(
    store: Store, session: PaymentSession
) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            await form.type("amount", "100")
            store.sessions.update(session.id, amount=200, status="error")
            await form.save()
            shown = drawn(form.app)
            assert "The record was changed meanwhile" in shown
            assert "status  pending  →  error" in shown
            assert "amount  2.00 EUR  →  1.00 EUR" in shown
            await form.press("n")
            assert "changed meanwhile" in form.message
            assert store.sessions.get(session.id).amount == 200
            await form.save()
            await form.press("y")
            await until(lambda: form.app.answers)
        saved = store.sessions.get(session.id)
        assert (saved.amount, saved.status) == (100, "error")

    run(act())


def test_a_record_deleted_meanwhile_is_reported(store: Store, session: PaymentSession) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            await form.type("amount", "100")
            store.sessions.delete(session.id)
            await form.save()
            assert "there is no payment session" in form.message
            assert form.row("amount").value == 100
        async with editing(store, "payment_session", session.id) as form:
            assert "there is no payment session" in form.message
            await form.press("ctrl+s", "ctrl+r", "up", "pagedown", "escape")
            assert form.app.answers == [False]

    run(act())


def test_a_store_open_read_only_refuses_in_words(tmp_path: Path) -> None:
    with Store.open(tmp_path / "shop.localpay") as store:
        session = store.sessions.create(provider_id="manual")

    async def act() -> None:
        with Store.open(tmp_path / "shop.localpay", read_only=True) as store:
            async with editing(store, "payment_session", session.id) as form:
                await form.type("provider_id", "paypal")
                await form.save()
                assert "read-only" in form.message

    run(act())


def test_secrets_are_covered_until_they_are_revealed_and_kept_either_way(
    store: Store, session: PaymentSession
) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            assert "••••1234" in drawn(form.app)
            assert "abcdefgh" not in drawn(form.app)
            row = await form.type("data", form.row("data")._written.replace("pi_1", "pi_2"))
            await form.press("ctrl+r")
            assert "pi_1_secret_abcdefgh1234" in drawn(form.app)
            assert '"id": "pi_2"' in drawn(form.app)
            await form.press("ctrl+r")
            assert "abcdefgh" not in drawn(form.app)
            await form.type("data", row.query_one(TextArea).text.replace("client_", "other_"))
            assert "a masked secret was moved to data.other_secret" in (row.error or "")
            await form.press("ctrl+r")
            await form.type("data", '{"client_secret": "new-secret-1234"}')
            await form.review()
            assert "new-secret-1234" in drawn(form.app)
            await form.press("n", "ctrl+r")
            assert "new-secret" not in drawn(form.app)
            await form.review()
            assert "new-secret" not in drawn(form.app)
            await form.press("y")
            await until(lambda: form.app.answers)
        assert store.sessions.get(session.id).data == {"client_secret": "new-secret-1234"}

    run(act())


def test_carts_and_payments_have_forms_too(store: Store, cart: Cart) -> None:
    payment = store.payments.create(cart_id=cart.id, amount=2500, provider_id="stripe")

    async def act() -> None:
        async with editing(store, "cart", cart.id, (100, 60)) as form:
            assert "2 × Mug  12.50 EUR" in drawn(form.app)
            await form.type("email", "")
            await form.type("shipping_total", "500")
            await form.type("metadata", '{"a": 1}')
            await form.save()
        changed = store.carts.get(cart.id)
        assert (changed.email, changed.total, changed.metadata) == (None, 3000, {"a": 1})
        assert changed.items == cart.items
        async with editing(store, "payment", payment.id) as form:
            await form.type("captured_at", "2026-11-22T20:33:05.475Z")
            await form.save()
        assert store.payments.get(payment.id).captured_at == NOW

    run(act())


def test_choices_go_round_and_take_clicks(store: Store, session: PaymentSession) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            choice = form.row("is_selected").query_one(Choice)
            assert choice.value is None
            seen = [choice.value]
            await form.pilot.click(choice)
            seen.append(choice.value)
            await form.press("left", "left")
            seen.append(choice.value)
            assert seen == [None, True, False]
            assert form.row("is_selected").changed

    run(act())


def test_very_large_values_are_shown_as_such_and_left_alone(store: Store) -> None:
    session = store.sessions.create(provider_id="manual", data={"a": "x" * 300_000})

    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            assert "too many to edit here" in drawn(form.app)
            await form.type("provider_id", "other")
            await form.press("ctrl+r")
            await form.save()
        assert store.sessions.get(session.id).data == session.data

    run(act())


def test_what_is_pasted_is_made_safe_to_show(store: Store, session: PaymentSession) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            editors = [form.row(name)._editor for name in ("cart_id", "data")]
            for editor, text in zip(editors, ("a\nb\x1b[2Jc", "\x9b31m\r\n\x00"), strict=True):
                assert editor is not None
                editor.focus()
                editor.post_message(Paste(text))
                await settle(form.pilot)
                drawn(form.app)
            assert "a b␛[2Jc" in str(getattr(editors[0], "value", ""))

    run(act())


def test_what_was_copied_is_made_safe_to_show_too(store: Store, session: PaymentSession) -> None:
    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            form.app.copy_to_clipboard("\x1b[2J\x9b31m")
            for name in ("cart_id", "data"):
                editor = form.row(name)._editor
                assert editor is not None
                editor.focus()
                await press(form.pilot, "ctrl+v")
                assert "␛[2J\\u009b31m" in drawn(form.app)

    run(act())


def test_hostile_texts_are_edited_in_print_and_read_as_they_were() -> None:
    fields = [Field("note", "text", nullable=True), Field("data", "json", nullable=False)]
    texts = [text for text in HOSTILE.values() if len(text) < 1000]

    async def act() -> None:
        async with on_stage(VerticalScroll(), (60, 90)) as (app, pilot):
            rows = [
                FormRow(field, text, write(field, text), "eur", lambda _name, _value: None)
                for text in texts
                for field in fields
            ]
            await app.part.mount_all(rows)
            await settle(pilot)
            drawn(app)
            assert not any(row.changed for row in rows)
            for row in rows:
                editor = row._editor
                assert isinstance(editor, Input | TextArea)
                editor.focus()
                editor.post_message(Paste("x"))
            await settle(pilot)
            drawn(app)
            assert all(row.changed for row in rows)

    run(act())


def test_hostile_texts_in_a_record_are_compared_and_saved_unharmed(store: Store) -> None:
    nope, title = HOSTILE["closing tag"], HOSTILE["window title"]
    payment = store.payments.create(
        amount=1, currency_code="eur", provider_id=nope, order_id=title, swap_id=title,
        data=hostile_json()["keys"], metadata=hostile_json()["values"],
    )  # fmt: skip

    async def act() -> None:
        async with editing(store, "payment", payment.id, (60, 60)) as form:
            drawn(form.app)
            assert not any(row.changed for row in form.screen._rows)
            await form.type("data", "{}")
            await form.type("order_id", nope)
            await form.review()
            for _ in range(3):
                await form.press(*["pagedown"] * 30)
                drawn(form.app)
            await form.press("y")
            await until(lambda: form.app.answers)
        saved = store.payments.get(payment.id)
        assert (saved.data, saved.order_id) == ({}, nope)
        assert (saved.metadata, saved.swap_id) == (payment.metadata, title)

    run(act())


@pytest.mark.parametrize("name", ["very long", "very long word", "very long and wide"])
def test_very_long_texts_are_shown(store: Store, name: str) -> None:
    text = HOSTILE[name]
    payment = store.payments.create(
        amount=1, currency_code="eur", provider_id="a", order_id=text, data=[text], metadata=text
    )

    async def act() -> None:
        async with editing(store, "payment", payment.id, (60, 20)) as form:
            await form.press("ctrl+r", "pagedown")
            drawn(form.app)
            assert not any(row.changed for row in form.screen._rows)

    run(act())


def test_every_size_is_drawn(store: Store) -> None:
    session = store.sessions.create(provider_id="manual", data=hostile_json()["values"])

    async def act() -> None:
        async with editing(store, "payment_session", session.id) as form:
            await form.type("amount", "wrong")
            for size in SIZES:
                await form.pilot.resize_terminal(*size)
                await form.press("down", "x")
                drawn(form.app)

    run(act())
