"""What can be done to a record at its payment providers, what that takes, and doing it.

Whether an operation is of use, and what it would do, is seen by rehearsing it (see `rehearsal`):
the rules themselves are the store's alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from localpay import errors, jsontext, money
from localpay.entities import REFUND_REASONS, Cart, Payment, PaymentSession
from localpay.errors import InputError, LocalpayError
from localpay.providers import OUTCOMES
from localpay.tui.rehearsal import last_line, lines_after, look, rehearse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localpay.entities import Change
    from localpay.store import Store
    from localpay.tui.rehearsal import Outlook, Situation

Values: TypeAlias = "Mapping[str, Any]"
"""What was chosen and typed, by the names of the inputs."""

_SIMULATOR: Final = "simulator"


@dataclass(frozen=True, slots=True)
class Input:
    """Something that an operation has to be told.

    Attributes:
        name: what it is.
        choices: the values that it can have; none of them for a text.
        value: the value, or the text, to begin with.
        read: gives a text's value; raises an error of ours if it has none.
        hint: how it is written, or what it is for.
        provider_id: it is only asked for with this provider.
    """

    name: str
    choices: tuple[Any, ...] = ()
    value: Any = ""
    read: Callable[[str], Any] = str
    hint: str = ""
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that can be done to a record.

    Attributes:
        label: what to call it.
        verb: the word on its button.
        help: what it is for.
        act: does it to a store.
        inputs: what it has to be told.
        provider_id: the provider that it is about, unless an input tells it.
        idle: why it is of no use when it would change nothing.
        blocked: why it cannot be done at all; None if only the store can tell.
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
        """The inputs that count with these values."""
        provider_id = values.get("provider", self.provider_id)
        return [each for each in self.inputs if each.provider_id in {None, provider_id}]

    def defaults(self) -> dict[str, Any]:
        """The values to begin with."""
        return {
            each.name: each.value if each.choices else each.read(each.value) for each in self.inputs
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """An operation, and whether it is of use now.

    Attributes:
        operation: the operation.
        outlook: what it would do, with the values to begin with; None if it cannot be done at all.
        reason: why it is of no use, in a few words; None if it is.
    """

    operation: Operation
    outlook: Outlook | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an operation.

    Attributes:
        lines: the lines that the journal got for these records.
        situation: the records afterwards; None if they are gone, or cannot be read.
        error: why it was not done, or not to its end.
    """

    lines: tuple[Change, ...] = ()
    situation: Situation | None = None
    error: Exception | None = None


def operations(situation: Situation) -> list[Operation]:
    """What there is for a record, in the order in which it is used.

    There is nothing for a session without a cart, which is its collection's.
    """
    match situation.record:
        case Payment():
            return _of_payment(situation.record)
        case PaymentSession() if situation.cart is not None:
            return _of_session(situation, situation.cart, situation.record)
        case Cart():
            return _of_cart(situation, situation.record)
    return []


def offers(situation: Situation) -> list[Offer]:
    """The operations on a record, each rehearsed with the values to begin with."""
    return [_offer(situation, each) for each in operations(situation)]


def perform(store: Store, situation: Situation, act: Callable[[Store], object]) -> Outcome:
    """Do something, however long the providers take. Raises nothing: the outcome has the error.

    Args:
        store: where.
        situation: the records as they are before.
        act: does it.
    """
    outcome = Outcome()
    try:
        newest = last_line(store)
        error = _tried(store, act)
        outcome = Outcome(error=error)
        after = _look_again(store, situation)
        ids = {*situation.records, *(() if after is None else after.records)}
        lines = tuple(each for each in lines_after(store, newest) if each.record_id in ids)
    except LocalpayError as trouble:
        return outcome if outcome.error is not None else Outcome(error=trouble)
    return Outcome(lines, after, error)


def _tried(store: Store, act: Callable[[Store], object]) -> Exception | None:
    try:
        act(store)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told and not thrown away
        return error
    return None


def _look_again(store: Store, situation: Situation) -> Situation | None:
    """The records afterwards; a session may be gone and its cart there."""
    for record in (situation.record, situation.cart):
        if record is not None:
            try:
                return look(store, record)
            except errors.RecordNotFoundError:
                continue
    return None


_REASONS: Final[dict[type[LocalpayError], str]] = {
    errors.CartCompletedError: "the cart is completed",
    errors.CartIncompleteError: "the cart lacks items or a customer",
    errors.NothingSelectedError: "nothing is selected",
    errors.LivePaymentError: "a payment is authorized already",
    errors.SessionMissingError: "there is no such session",
    errors.ProviderNotOfferedError: "the region does not offer it",
    errors.PaymentCanceledError: "it is canceled",
    errors.PaymentCapturedError: "it is captured",
    errors.PaymentNotCapturedError: "it is not captured",
    errors.RefundAmountError: "nothing is left to refund",
}
"""Errors in a few words, for a line in a list."""


def _offer(situation: Situation, operation: Operation) -> Offer:
    if operation.blocked is not None:
        return Offer(operation, None, operation.blocked)
    values = operation.defaults()
    outlook = rehearse(situation, lambda copy: operation.act(copy, values))
    return Offer(operation, outlook, None if outlook.lines else _reason(operation, outlook.error))


def _reason(operation: Operation, error: LocalpayError | None) -> str:
    if isinstance(error, errors.UnknownProviderError):
        return f"{error.provider_id} is not installed"
    return operation.idle if error is None else _REASONS.get(type(error), str(error))


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
            "A session for each provider of the region, and those there are brought up to the cart",
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
    """Asks for a provider, beginning with one that can be called; an empty id where none is."""
    choices = tuple(dict.fromkeys(providers))
    wanted = [each for each in (*first, *choices) if each in choices]
    if not wanted:
        return ""
    installed = [each for each in wanted if situation.installed[each or ""]]
    return Input("provider", choices, (installed or wanted)[0], hint="← and → choose another one")


def _about(provider: Input | str, *inputs: Input) -> dict[str, Any]:
    """How an operation is told its provider: by an input, or because it has just that one."""
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
        told = _told(values, provider_id)
        if told:
            return store.checkout.update_data(cart.id, provider_id, told)
        return store.checkout.select(cart.id, provider_id)

    return Operation(
        "Select it" if _is_fixed(provider) else "Select a provider",
        "Select",
        "Start the payment at this provider, and give up the one chosen before",
        act,
        **_about(provider, *_outcome(situation)),
    )


def _send(situation: Situation, cart: Cart, provider: Input | str) -> Operation:
    def act(store: Store, values: Values) -> object:
        provider_id = _of(values, provider)
        data = {**values["data"], **_told(values, provider_id)}
        return store.checkout.update_data(cart.id, provider_id, data)

    data = Input(
        "data", value="{}", read=_object, hint='JSON, such as {"card": "4242424242424242"}'
    )
    return Operation(
        "Send data",
        "Send",
        "Send the provider data, which selects it; what it answers is merged into the session's",
        act,
        **_about(provider, data, *_outcome(situation)),
    )


def _refresh(cart: Cart, provider: Input | str) -> Operation:
    return Operation(
        "Refresh",
        "Refresh",
        "Make the session anew, and if it is selected start the payment anew",
        lambda store, values: store.checkout.refresh(cart.id, _of(values, provider)),
        idle="there is no session" if not provider else "it is as it should be",
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
        "Ask the selected provider to reserve the cart's total; if it does there is a payment",
        lambda store, values: _with_outcome(store, cart.id, values, store.checkout.authorize),
        _outcome(situation),
        None if selected is None else selected.provider_id,
        idle="it is authorized already",
        blocked=blocked,
    )


def _outcome(situation: Situation) -> tuple[Input, ...]:
    """Asks what the simulator is to do, where it is the simulator that ships."""
    if _SIMULATOR not in situation.known:
        return ()
    hint = "what the simulator makes of the payment; ← and → choose"
    return (Input("outcome", (None, *OUTCOMES), None, hint=hint, provider_id=_SIMULATOR),)


def _told(values: Values, provider_id: str) -> dict[str, Any]:
    """What the simulator is sent so that an outcome comes true."""
    outcome = values.get("outcome")
    if outcome is None or provider_id != _SIMULATOR:
        return {}
    # Whoever has confirmed once would not be asked again.
    return {"outcome": outcome, **({"confirmed": False} if outcome == "require_more" else {})}


def _with_outcome(
    store: Store, cart_id: str, values: Values, act: Callable[[str], object]
) -> object:
    """Tell the simulator the outcome, and then do what that is the outcome of."""
    if values.get("outcome") is not None:
        selected = store.carts.get(cart_id, expand=("payment_sessions",)).payment_session
        told = {} if selected is None else _told(values, selected.provider_id)
        if told:
            store.checkout.update_selected_data(cart_id, told)
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
            "Take the money that was authorized",
            lambda store, _: store.payments.capture(payment.id),
            provider_id=payment.provider_id,
            idle="it is captured already",
        ),
        Operation(
            "Refund",
            "Refund",
            "Give money back, all that is left or a part of it",
            refund,
            (
                Input(
                    "amount",
                    value=money.format_major(max(left, 0), currency),
                    read=partial(money.parse_amount, currency=currency),
                    hint=f"{shown} is left; {left} or {money.format_major(left, currency)}",
                ),
                Input("reason", REFUND_REASONS, "other", hint="← and → choose another one"),
                Input("note", hint="for people; may be empty"),
            ),
            payment.provider_id,
        ),
        Operation(
            "Cancel",
            "Cancel it",
            "Release the money that was authorized",
            lambda store, _: store.payments.cancel(payment.id),
            provider_id=payment.provider_id,
            idle="it is canceled already",
        ),
    ]
