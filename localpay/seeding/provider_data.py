"""What providers keep in a session's or a payment's `data`, as compact JSON text.

Structure and wording are the providers' own; the values are made up: no key, token or address in
them works.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from localpay.money import format_major

if TYPE_CHECKING:
    from collections.abc import Callable

    from localpay.seeding.markets import Market

Stage: TypeAlias = Literal[
    "pending", "requires_more", "error", "canceled", "authorized", "captured", "refunded"
]


class Attempt(NamedTuple):
    """What a provider knows about one attempt to pay.

    Attributes:
        cart_id: the cart to be paid.
        amount: in minor units of the market's currency.
        market: determines the currency, country and language.
        token: 32 hexadecimal digits, from which the provider's ids are made.
        seconds: when it was started, in seconds since 1970.
    """

    cart_id: str
    amount: int
    market: Market
    token: str
    seconds: int


def write(provider: str, stage: Stage, attempt: Attempt) -> str:
    """The data that a provider would keep.

    Args:
        provider: one of `PROVIDERS`.
        stage: the status of the session; for a payment also captured or refunded.
        attempt: the attempt that the data is about.
    """
    return PROVIDERS[provider](stage, attempt)


def _manual(stage: Stage, _: Attempt) -> str:
    return f'{{"status":"{stage}"}}'


_STRIPE_STATUS = {
    "pending": "requires_payment_method",
    "requires_more": "requires_action",
    "error": "requires_payment_method",
    "canceled": "canceled",
    "authorized": "requires_capture",
    "captured": "succeeded",
    "refunded": "succeeded",
}
_DECLINES = ("insufficient_funds", "card_declined", "expired_card", "do_not_honor")


def _stripe(stage: Stage, attempt: Attempt) -> str:
    cart_id, amount, market, token, seconds = attempt
    intent = f"pi_3{token[:23]}"
    trouble = ""
    if stage == "requires_more":
        trouble = (
            ',"next_action":{"type":"use_stripe_sdk","use_stripe_sdk":{"type":"three_d_secure_'
            f'redirect","source":"src_1{token[8:31]}"}}}}'
        )
    elif stage == "error":
        decline = _DECLINES[int(token[0], 16) % 4]
        trouble = (
            ',"last_payment_error":{"type":"card_error","code":"card_declined",'
            f'"decline_code":"{decline}","message":"Your card was declined."}}'
        )
    received = amount if stage in {"captured", "refunded"} else 0
    capturable = amount if stage == "authorized" else 0
    return (
        f'{{"id":"{intent}","object":"payment_intent","amount":{amount},'
        f'"amount_capturable":{capturable},"amount_received":{received},'
        f'"client_secret":"{intent}_secret_{token[7:32]}","created":{seconds},'
        f'"currency":"{market.currency}","livemode":false,'
        f'"metadata":{{"resource_id":"{cart_id}"}},"payment_method_types":["card"],'
        f'"status":"{_STRIPE_STATUS[stage]}"{trouble}}}'
    )


_PAYPAL_STATUS = {
    "pending": "CREATED",
    "requires_more": "PAYER_ACTION_REQUIRED",
    "error": "DECLINED",
    "canceled": "VOIDED",
    "authorized": "APPROVED",
    "captured": "COMPLETED",
    "refunded": "COMPLETED",
}


def _paypal(stage: Stage, attempt: Attempt) -> str:
    cart_id, amount, market, token, _ = attempt
    order = token[:17].upper()
    value = format_major(amount, market.currency)
    return (
        f'{{"id":"{order}","intent":"AUTHORIZE","status":"{_PAYPAL_STATUS[stage]}",'
        f'"purchase_units":[{{"custom_id":"{cart_id}",'
        f'"amount":{{"currency_code":"{market.currency.upper()}","value":"{value}"}}}}],'
        f'"links":[{{"href":"https://paypal.example.test/checkoutnow?token={order}",'
        '"rel":"approve","method":"GET"}]}'
    )


_KLARNA_STATUS = {
    "pending": "checkout_incomplete",
    "requires_more": "checkout_incomplete",
    "error": "REJECTED",
    "canceled": "CANCELLED",
    "authorized": "AUTHORIZED",
    "captured": "CAPTURED",
    "refunded": "CAPTURED",
}


def _klarna(stage: Stage, attempt: Attempt) -> str:
    cart_id, amount, market, token, _ = attempt
    order = f"{token[:8]}-{token[8:12]}-{token[12:16]}-{token[16:20]}-{token[20:]}"
    # The amount includes the tax.
    tax = amount * market.tax // (10_000 + market.tax)
    return (
        f'{{"order_id":"{order}","status":"{_KLARNA_STATUS[stage]}",'
        f'"locale":"{market.locale}","purchase_country":"{market.country}",'
        f'"purchase_currency":"{market.currency}","order_amount":{amount},'
        f'"order_tax_amount":{tax},"order_lines":[{{"type":"physical","name":"Order",'
        f'"quantity":1,"unit_price":{amount},"tax_rate":{market.tax},"total_amount":{amount},'
        f'"total_tax_amount":{tax}}}],"merchant_reference1":"{cart_id}"}}'
    )


_ADYEN_RESULT = {
    "pending": "Pending",
    "requires_more": "RedirectShopper",
    "error": "Refused",
    "canceled": "Cancelled",
    "authorized": "Authorised",
    "captured": "Authorised",
    "refunded": "Authorised",
}
_BRANDS = ("visa", "mc", "amex", "maestro")


def _adyen(stage: Stage, attempt: Attempt) -> str:
    cart_id, amount, market, token, seconds = attempt
    reason = ',"refusalReason":"Not enough balance","refusalReasonCode":"12"'
    return (
        f'{{"pspReference":"{token[:16].upper()}","resultCode":"{_ADYEN_RESULT[stage]}"'
        f"{reason if stage == 'error' else ''},"
        f'"amount":{{"currency":"{market.currency.upper()}","value":{amount}}},'
        f'"merchantReference":"{cart_id}","paymentMethod":{{"type":"scheme",'
        f'"brand":"{_BRANDS[int(token[1], 16) % 4]}"}},'
        f'"additionalData":{{"cardSummary":"{int(token[16:20], 16) % 10_000:04}",'
        f'"authCode":"{token[20:26]}"}},"sessionCreated":{seconds}}}'
    )


PROVIDERS: dict[str, Callable[[Stage, Attempt], str]] = {
    "stripe": _stripe,
    "paypal": _paypal,
    "klarna": _klarna,
    "adyen": _adyen,
    "manual": _manual,
}
"""The providers of a generated shop, and what writes their data."""
