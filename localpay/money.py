"""Money: integers in a currency's minor units, and their form with a decimal point.

The number of decimals of a currency is that of ISO 4217. (Medusa's list differs: MGA has none
there, ISK has two, and no currency has three.)
"""

from __future__ import annotations

import re

from localpay.errors import AmountError

_CURRENCIES_BY_DECIMALS = {
    0: "bif clp djf gnf isk jpy kmf krw pyg rwf ugx uyi vnd vuv xaf xof xpf",
    3: "bhd iqd jod kwd lyd omr tnd",
    4: "clf uyw",
}
_DECIMALS = {
    currency: places
    for places, known in _CURRENCIES_BY_DECIMALS.items()
    for currency in known.split()
}
_MAJOR = r"([+-]?)([0-9]+)(?:\.([0-9]+))?"
_EITHER = r"([+-]?[0-9]{1,30}(\.[0-9]{1,20})?)\s?([A-Za-z]{3})?"


def decimals(currency: str) -> int:
    """How many decimals a currency has: 0 for jpy, 2 for eur, 3 for kwd.

    Args:
        currency: the ISO 4217 code in either case; an unknown one has two.
    """
    return _DECIMALS.get(currency.lower(), 2)


def currencies_with(places: int) -> tuple[str, ...]:
    """The currencies with that many decimals, in lower case; those with two are not listed."""
    return tuple(_CURRENCIES_BY_DECIMALS.get(places, "").split())


def format_major(amount: int, currency: str) -> str:
    """Write an amount in major units, without the currency: 1250 in eur is "12.50".

    Args:
        amount: in minor units.
        currency: determines the number of decimals.
    """
    places = decimals(currency)
    if not places:
        return str(amount)
    digits = str(abs(amount)).rjust(places + 1, "0")
    return f"{'-' if amount < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def format_amount(amount: int | None, currency: str | None) -> str:
    """Write an amount for people: "12.50 EUR".

    Args:
        amount: in minor units; None gives an empty text.
        currency: None if it is not known; then the minor units are written as they are.
    """
    if amount is None:
        return ""
    if not currency:
        return str(amount)
    return f"{format_major(amount, currency)} {currency.upper()}"


def parse_major(text: str, currency: str) -> int:
    """Read an amount in major units: "12.5" in eur is 1250.

    Args:
        text: digits with an optional sign and decimal point; no grouping.
        currency: determines the number of decimals.

    Raises:
        AmountError: it is not a number, or has more decimals than the currency.
    """
    found = re.fullmatch(_MAJOR, text.strip())
    if found is None:
        raise AmountError(f"{text[:40]!r} is not an amount such as 12.50")
    sign, whole, fraction = found.groups()
    places = decimals(currency)
    fraction = (fraction or "").rstrip("0")
    if len(fraction) > places:
        raise AmountError(
            f"{text[:40]!r} has more than the {places} decimals of {currency.upper()}"
        )
    amount = int(whole + fraction.ljust(places, "0"))
    return -amount if sign == "-" else amount


def parse_amount(text: str, currency: str) -> tuple[int, str]:
    """Read an amount as people type it: "1250", or "12.50", or "12eur".

    Args:
        text: digits alone are minor units; with a decimal point or a currency they are major units.
        currency: the currency of an amount without one.

    Returns:
        The amount in minor units, and its currency in lower case.

    Raises:
        AmountError: it is not an amount, or has more decimals than the currency.
    """
    found = re.fullmatch(_EITHER, text.strip())
    if found is None:
        raise AmountError(
            f"{text[:40]!r} is not an amount such as 1250 (minor units), 12.50 or 12.50eur"
        )
    number, fraction, named = found.groups()
    if fraction is None and named is None:
        return int(number), currency
    currency = (named or currency).lower()
    return parse_major(number, currency), currency
