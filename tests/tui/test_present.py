from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from localpay.entities import CART_STATES, COLLECTION_STATUSES, PAYMENT_STATES, SESSION_STATUSES
from localpay.inspect.difference import ABSENT
from localpay.jsontext import loads
from localpay.store import Store
from localpay.tui import present
from tests.hostile import HOSTILE, RAW

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = datetime(2026, 11, 22, 12, 0, 5, 475720, UTC)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as store:
        yield store


@pytest.mark.parametrize("states", [SESSION_STATUSES, PAYMENT_STATES, CART_STATES])
def test_each_state_has_a_glyph_of_its_own_one_cell_wide(states: tuple[str, ...]) -> None:
    glyphs = [present.status(state).glyph for state in states]
    assert len(set(glyphs)) == len(glyphs)
    assert {cell_len(glyph) for glyph in glyphs} == {1}


def test_every_state_has_words_and_a_style() -> None:
    for state in {*SESSION_STATUSES, *PAYMENT_STATES, *CART_STATES, *COLLECTION_STATUSES}:
        shown = present.status(state)
        assert shown.glyph != "?"
        assert shown.word == state.replace("_", " ")
        assert shown.tone in present.STYLES


def test_an_unknown_state_is_shown_as_it_is() -> None:
    assert present.status("on\x1bhold") == present.Status("?", "on␛hold", "attention")


@pytest.mark.parametrize(
    ("width", "shown"),
    [(None, "◐ requires more"), (15, "◐ requires more"), (9, "◐ requir…"), (7, "◐"), (0, "")],
)
def test_a_status_that_does_not_fit_is_its_glyph(width: int | None, shown: str) -> None:
    assert present.status_cell("requires_more", width).text == shown


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (None, "2026-11-22 12:00:05.475720"), (26, "2026-11-22 12:00:05.475720"),
        (25, "2026-11-22 12:00:05"), (18, "2026-11-22 12:00"), (10, "2026-11-22"), (9, "11-22"),
    ],
)  # fmt: skip
def test_an_instant_shows_as_much_as_fits(width: int | None, shown: str) -> None:
    assert present.instant(NOON, width) == shown


def test_an_instant_has_no_more_decimals_than_it_needs() -> None:
    assert present.instant(NOON.replace(microsecond=475000)) == "2026-11-22 12:00:05.475"
    assert present.instant(NOON.replace(microsecond=0)) == "2026-11-22 12:00:05"


def test_booleans_are_words_and_null_is_a_dash() -> None:
    assert [present.boolean(value) for value in (True, False, None)] == ["yes", "no", "–"]


@pytest.mark.parametrize("width", range(1, 14))
def test_an_amount_that_is_cut_shows_that_it_is(width: int) -> None:
    shown = present.amount(1_411_851_936, "jpy", width)
    assert shown.endswith("…")
    assert len(shown) <= width


def test_an_amount_loses_its_currency_before_its_digits() -> None:
    assert present.amount(1250, "eur") == "12.50 EUR"
    assert present.amount(1250, "eur", 9) == "12.50 EUR"
    assert present.amount(1250, "eur", 8) == "12.50 …"
    assert present.amount(1250, "eur", 7) == "12.50 …"
    assert present.amount(1_411_851_936, "jpy", 12) == "1411851936 …"
    assert present.amount(1250, "jpy") == "1250 JPY"
    assert present.amount(1250, None) == "1250"
    assert present.amount(None, "eur") == ""


def test_of_an_id_the_end_is_kept() -> None:
    assert present.fit("ps_01M82FCRE43B40271W8161163X", 12) == "ps_…8161163X"
    assert present.fit("not_an_id_but_a_long_text", 12) == "not_an_id_b…"


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [0, 1, 2, 3, 10, 200])
def test_a_cut_text_has_its_width_and_nothing_raw(name: str, width: int) -> None:
    shown = present.fit(HOSTILE[name], width)
    assert cell_len(shown) <= width
    assert not (RAW | {"\n"}) & set(shown)


@given(st.text(), st.integers(0, 40))
def test_any_text_fits_any_width(text: str, width: int) -> None:
    shown = present.fit(text, width)
    assert cell_len(shown) <= width
    assert not (RAW | {"\n"}) & set(shown)


@pytest.mark.parametrize(
    ("written", "shown", "tone"),
    [
        ('"a\\"b\\n"', '"a\\"b\\n"', "text"), ("null", "null", "literal"),
        ("true", "true", "literal"), ("12", "12", "number"),
        ("0.10000000000000000555", "0.10000000000000000555", "number"),
        ("1e400", "1e400", "number"),
    ],
)  # fmt: skip
def test_a_json_value_is_shown_as_json_writes_it(written: str, shown: str, tone: str) -> None:
    assert present.scalar(loads(written)) == (shown, tone, False)


def test_a_field_is_shown_by_what_it_holds(store: Store) -> None:
    region = store.regions.create(name="EU", currency_code="eur", providers=["manual"])
    item = {"title": "Mug", "unit_price": 1250, "quantity": 2}
    cart = store.carts.create(region_id=region.id, email="ada@example.com", items=[item])
    session = store.sessions.create(cart_id=cart.id, provider_id="manual", data={"a": 1, "b": 2})
    whole = store.sessions.get(session.id, expand=["cart"])

    def text(column: str, width: int | None = None) -> str:
        return present.cell(whole, column, width).text

    assert text("state") == text("status") == "○ pending"
    assert text("amount") == f"{cart.total / 100:.2f} EUR"
    assert text("is_selected") == "–"
    assert text("is_initiated") == "no"
    assert text("data") == "{2 keys}"
    assert text("cart.email") == "ada@example.com"
    assert text("cart.email", 6) == "ada@e…"
    assert text("cart.state") == "◇ open"
    assert text("payment_authorized_at") == "–"
    assert present.cell(session, "cart.email").text == ""
    assert present.cell(session, "amount").text == str(cart.total)
    assert present.cell(region, "state").text == ""


def test_values_are_shown_without_their_secrets_until_they_are_revealed() -> None:
    data = {"client_secret": "abcdefgh12345678", "id": "pi_1"}
    assert present.value(("data",), data).text == '{"client_secret":"••••5678","id":"pi_1"}'
    assert present.value(("data", "client_secret"), "abc").tone == "secret"
    assert present.value(("data", "client_secret"), "abc", reveal=True).text == '"abc"'
    assert present.value(("note",), "card 4242424242424242").text == "card ••••4242"
    assert present.value(("data", "x"), ABSENT).text == "–"


def test_large_data_is_written_out_in_part() -> None:
    many: Any = {f"key {number}": [number] * 100 for number in range(10_000)}
    shown = present.value(("data",), many).text
    assert len(shown) < 1000
    assert "…" in shown


def test_cells_are_lined_up_by_their_widest() -> None:
    rows = [
        (present.Cell("a"), present.Cell("1", right=True)),
        (present.Cell("日本"), present.Cell("22", right=True)),
        (present.Cell("b"),),
    ]
    texts = [[cell.text for cell in row] for row in present.line_up(rows, 2)]
    assert texts == [["a   ", " 1"], ["日本", "22"], ["b   "]]
