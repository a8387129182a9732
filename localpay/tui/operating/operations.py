"""What can be done with a record at its payment providers, and the inputs each operation needs.

Whether an operation makes sense now is decided by the store's rules alone, see `offers`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from localpay import jsontext, money
from localpay.entities import REFUND_REASONS, Cart, Payment, PaymentSession
from localpay.errors import InputError
from localpay.frozen import frozen
from localpay.providers import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localpay.store import Store
    from localpay.tui.operating.rehearsal import Situation

Values: TypeAlias = "Mapping[str, Any]"
"""What the user chose and typed, by the names of the inputs."""

_SIMULATOR: Final = "simulator"


@frozen
class Input:
    """Something that an operation needs to know.

    Attributes:
        name: its name.
        choices: the values to choose from; empty if text is typed.
        value: the default: a value, or a text.
        read: turns a text into a value; raises one of our errors if it cannot.
        hint: how it is written, or what it is for.
        provider_id: the only provider that it is asked for; None for all.
    """

    name: str
    choices: tuple[Any, ...] = ()
    value: Any = ""
    read: Callable[[str], Any] = str
    hint: str = ""
    provider_id: str | None = None


@frozen
class Operation:
    """Something that can be done with a record.

    Attributes:
        label: its name.
        verb: the word on its button.
        help: what it is for.
        act: does it in a store.
        inputs: what it needs to know.
        provider_id: its provider, unless one of the inputs is the provider.
        idle: why it makes no sense if it would change nothing.
        blocked: why it cannot be done at all; None to leave that to the store.
    """

    label: str
    verb: str
    help: str
    act: Callable[[Store, Values], object]
    inputs: tuple[Input, ...] = ()
    provider_id: str | None = None
    idle: str = "nothing would change"
    blocked: str | None = None

    def asked(self, values: Values) -> list[Input]:
        """The inputs that are needed with these values."""
        provider_id = values.get("provider", self.provider_id)
        return [each for each in self.inputs if each.provider_id in {None, provider_id}]

    def defaults(self) -> dict[str, Any]:
        """The default values."""
        return {
            each.name: each.value if each.choices else each.read(each.value) for each in self.inputs
        }


def operations(situation: Situation) -> list[Operation]:
    """The operations on a record, in the order in which they are used.

    A session without a cart has none: it belongs to a payment collection.
    """
    match situation.record:
        case Payment():
            return _of_payment(situation.record)
        case PaymentSession() if situation.cart is not None:
            return _of_session(situation, situation.cart, situation.record)
        case Cart():
            return _of_cart(situation, situation.record)
    return []


# Carts and their sessions


def _of_cart(situation: Situation, cart: Cart) -> list[Operation]:
    held = [each.provider_id for each in situation.sessions]
    selected = situation.selected
    chosen = None if selected is None else selected.provider_id
    others = [each for each in situation.offered if each != chosen]
    return [
        Operation(
            "Create sessions",
            "Create",
            "Create a session for each provider of the region, and update those that exist",
            lambda store, _: store.checkout.create_sessions(cart.id),
        ),
        _select(situation, cart, _provider(situation, situation.offered, others)),
        _send(situation, cart, _provider(situation, held, [chosen])),
        _refresh(cart, _provider(situation, held, [chosen])),
        _delete(cart, _provider(situation, held, [])),
        _authorize(situation, cart),
        Operation(
            "Complete the cart",
            "Complete",
            "Authorize at the selected provider, and close the checkout",
            lambda store, values: _with_outcome(store, cart.id, values, store.checkout.complete),
            _outcome(situation),
            chosen,
            idle="the cart is completed already",
        ),
    ]


def _of_session(situation: Situation, cart: Cart, session: PaymentSession) -> list[Operation]:
    provider_id = session.provider_id
    return [
        _select(situation, cart, provider_id),
        _send(situation, cart, provider_id),
        _refresh(cart, provider_id),
        _delete(cart, provider_id),
        _authorize(situation, cart, None if session.is_selected else "it is not selected"),
    ]


def _provider(
    situation: Situation, providers: Iterable[str], first: Iterable[str | None]
) -> Input | str:
    """An input for the provider, with one that is installed as default; "" if there is none."""
    choices = tuple(dict.fromkeys(providers))
    wanted = [each for each in (*first, *choices) if each in choices]
    if not wanted:
        return ""
    installed = [each for each in wanted if situation.installed[each or ""]]
    return Input("provider", choices, (installed or wanted)[0], hint="← and → choose another one")


def _about(provider: Input | str, *inputs: Input) -> dict[str, Any]:
    """How an operation gets its provider: from an input, or fixed."""
    if isinstance(provider, Input):
        return {"inputs": (provider, *inputs), "provider_id": provider.value}
    return {"inputs": inputs, "provider_id": provider}


def _is_fixed(provider: Input | str) -> bool:
    return isinstance(provider, str) and provider != ""


def _of(values: Values, provider: Input | str) -> str:
    return str(values["provider"]) if isinstance(provider, Input) else provider


def _select(situation: Situation, cart: Cart, provider: Input | str) -> Operation:
    def act(store: Store, values: Values) -> object:
        provider_id = _of(values, provider)
        sent = _sent(values, provider_id)
        if sent:
            return store.checkout.update_data(cart.id, provider_id, sent)
        return store.checkout.select(cart.id, provider_id)

    return Operation(
        "Select it" if _is_fixed(provider) else "Select a provider",
        "Select",
        "Start the payment at this provider, and drop the one selected before",
        act,
        **_about(provider, *_outcome(situation)),
    )


def _send(situation: Situation, cart: Cart, provider: Input | str) -> Operation:
    def act(store: Store, values: Values) -> object:
        provider_id = _of(values, provider)
        data = {**values["data"], **_sent(values, provider_id)}
        return store.checkout.update_data(cart.id, provider_id, data)

    data = Input(
        "data", value="{}", read=_object, hint='JSON, such as {"card": "4242424242424242"}'
    )
    return Operation(
        "Send data",
        "Send",
        "Send data to the provider and select it; its answer is merged into the session's data",
        act,
        **_about(provider, data, *_outcome(situation)),
    )


def _refresh(cart: Cart, provider: Input | str) -> Operation:
    return Operation(
        "Refresh",
        "Refresh",
        "Replace the session; if it is selected, start the payment again",
        lambda store, values: store.checkout.refresh(cart.id, _of(values, provider)),
        idle="there is no session" if not provider else "it is up to date",
        **_about(provider),
    )


def _delete(cart: Cart, provider: Input | str) -> Operation:
    return Operation(
        "Delete it" if _is_fixed(provider) else "Delete a session",
        "Delete",
        "Remove the session, here and at its provider",
        lambda store, values: store.checkout.delete(cart.id, _of(values, provider)),
        idle="there is no session",
        **_about(provider),
    )


def _authorize(situation: Situation, cart: Cart, blocked: str | None = None) -> Operation:
    selected = situation.selected
    return Operation(
        "Authorize the cart",
        "Authorize",
        "Ask the selected provider to reserve the cart's total; if it agrees, there is a payment",
        lambda store, values: _with_outcome(store, cart.id, values, store.checkout.authorize),
        _outcome(situation),
        None if selected is None else selected.provider_id,
        idle="it is authorized already",
        blocked=blocked,
    )


def _outcome(situation: Situation) -> tuple[Input, ...]:
    """An input for the simulator's outcome, if it is the simulator that ships."""
    if _SIMULATOR not in situation.known:
        return ()
    hint = "what the simulator does with the payment; ← and → choose"
    return (Input("outcome", (None, *OUTCOMES), None, hint=hint, provider_id=_SIMULATOR),)


def _sent(values: Values, provider_id: str) -> dict[str, Any]:
    """The data to send to the simulator for the chosen outcome."""
    outcome = values.get("outcome")
    if outcome is None or provider_id != _SIMULATOR:
        return {}
    # Once confirmed, the simulator would not ask again.
    return {"outcome": outcome, **({"confirmed": False} if outcome == "require_more" else {})}


def _with_outcome(
    store: Store, cart_id: str, values: Values, act: Callable[[str], object]
) -> object:
    """Send the chosen outcome to the simulator, then act."""
    if values.get("outcome") is not None:
        selected = store.carts.get(cart_id, expand=("payment_sessions",)).payment_session
        sent = {} if selected is None else _sent(values, selected.provider_id)
        if sent:
            store.checkout.update_selected_data(cart_id, sent)
    return act(cart_id)


def _object(typed: str) -> dict[str, Any]:
    value = jsontext.loads(typed) if typed.strip() else {}
    if not isinstance(value, dict):
        raise InputError('takes a JSON object, such as {"card": "4242424242424242"}')
    return value


# Payments


def _of_payment(payment: Payment) -> list[Operation]:
    currency = payment.currency_code
    left = payment.amount - payment.amount_refunded
    shown = money.format_amount(left, currency)

    def refund(store: Store, values: Values) -> object:
        units, named = values["amount"]
        return store.payments.refund(
            payment.id, units, values["reason"], values["note"] or None, currency_code=named
        )

    return [
        Operation(
            "Capture",
            "Capture",
            "Collect the authorized money",
            lambda store, _: store.payments.capture(payment.id),
            provider_id=payment.provider_id,
            idle="it is captured already",
        ),
        Operation(
            "Refund",
            "Refund",
            "Give back all that is left, or a part of it",
            refund,
            (
                Input(
                    "amount",
                    value=money.format_major(max(left, 0), currency),
                    read=partial(money.parse_amount, currency=currency),
                    hint=f"{shown} is left; {left} or {money.format_major(left, currency)}",
                ),
                Input("reason", REFUND_REASONS, "other", hint="← and → choose another one"),
                Input("note", hint="free text; may be empty"),
            ),
            payment.provider_id,
        ),
        Operation(
            "Cancel",
            "Cancel it",
            "Release the authorized money",
            lambda store, _: store.payments.cancel(payment.id),
            provider_id=payment.provider_id,
            idle="it is canceled already",
        ),
    ]
