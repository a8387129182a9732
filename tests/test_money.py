from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.errors import AmountError
from localpay.money import decimals, format_amount, format_major, parse_amount, parse_major


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1250, "eur", "12.50 EUR"),
        (5, "usd", "0.05 USD"),
        (-5, "usd", "-0.05 USD"),
        (0, "EUR", "0.00 EUR"),
        (1250, "jpy", "1250 JPY"),
        (1250, "kwd", "1.250 KWD"),
        (12345, "clf", "1.2345 CLF"),
        (10**20, "eur", "1000000000000000000.00 EUR"),
        (1250, None, "1250"),
        (None, "eur", ""),
    ],
)
def test_an_amount_is_written_with_its_currencys_decimals(
    amount: int | None, currency: str | None, text: str
) -> None:
    assert format_amount(amount, currency) == text


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("12.5", "eur", 1250), ("12", "eur", 1200), ("-0.05", "usd", -5), ("7.100", "eur", 710),
     ("1250", "jpy", 1250), ("1.250", "kwd", 1250), (" 3.00 ", "jpy", 3)],
)  # fmt: skip
def test_an_amount_in_major_units_is_read(text: str, currency: str, amount: int) -> None:
    assert parse_major(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [("", "eur"), ("twelve", "eur"), ("1,250.00", "eur"), ("12.505", "eur"), ("1.5", "jpy"),
     ("1e3", "eur"), ("٣", "eur"), ("--1", "eur"), (".5", "eur")],
)  # fmt: skip
def test_what_is_no_amount_of_the_currency_is_refused(text: str, currency: str) -> None:
    with pytest.raises(AmountError):
        parse_major(text, currency)


@pytest.mark.parametrize(
    ("text", "read"),
    [("1250", (1250, "eur")), ("12.50", (1250, "eur")), ("12eur", (1200, "eur")),
     ("-3.5 USD", (-350, "usd")), ("7jpy", (7, "jpy")), ("0", (0, "eur"))],
)  # fmt: skip
def test_an_amount_is_minor_units_unless_it_says_otherwise(
    text: str, read: tuple[int, str]
) -> None:
    assert parse_amount(text, "eur") == read


@pytest.mark.parametrize("text", ["", "five", "1,50", "12.505", "1.5jpy", "٥", "9" * 5000])
def test_what_is_typed_and_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(AmountError):
        parse_amount(text, "eur")


@given(st.integers(), st.sampled_from(["eur", "jpy", "kwd", "clf"]))
def test_what_is_written_is_read_back(amount: int, currency: str) -> None:
    assert parse_major(format_major(amount, currency), currency) == amount


def test_iso_4217_decides_how_many_decimals_there_are() -> None:
    assert [decimals(each) for each in ("isk", "mga", "bhd", "uyw", "xyz")] == [0, 2, 3, 4, 2]
