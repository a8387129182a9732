"""Money: integers in a currency's minor units, and their form with a decimal point.

How many decimals a currency has is ISO 4217's own figure. (Medusa's list differs: it takes MGA
for a currency without decimals, ISK for one with two, and knows none with three.)
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
        currency: ISO 4217's code in either case. An unknown one counts as having two.
    """
    return _DECIMALS.get(currency.lower(), 2)


def currencies_with(places: int) -> tuple[str, ...]:
    """The currencies with so many decimals, in lower case; of those with two, none is listed."""
    return tuple(_CURRENCIES_BY_DECIMALS.get(places, "").split())


def format_major(amount: int, currency: str) -> str:
    """Write an amount in major units, without the currency: 1250 in eur is "12.50".

    Args:
        amount: in minor units.
        currency: gives the number of decimals.
    """
    places = decimals(currency)
    if not places:
        return str(amount)
    digits = str(abs(amount)).rjust(places + 1, "0")
    return f"{'-' if amount < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def format_amount(amount: int | None, currency: str | None) -> str:
    """Write an amount for people: "12.50 EUR".

    Args:
        amount: in minor units; None is written as nothing.
        currency: None where it is not known: then the minor units stand as they are.
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
        currency: gives the number of decimals.

    Raises:
        AmountError: it is no number, or has more decimals than the currency.
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
        text: digits alone are minor units; a decimal point or a currency makes them major ones.
        currency: of an amount that names none.

    Returns:
        The amount in minor units, and its currency in lower case.

    Raises:
        AmountError: it is no amount, or has more decimals than the currency.
    """
    found = re.fullmatch(_EITHER, text.strip())
    if found is None:
        raise AmountError(
            f"{text[:40]!r} is no amount such as 1250 (minor units), 12.50 or 12.50eur"
        )
    number, fraction, named = found.groups()
    if fraction is None and named is None:
        return int(number), currency
    currency = (named or currency).lower()
    return parse_major(number, currency), currency
