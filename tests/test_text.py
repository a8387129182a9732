from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.text import (
    block,
    counted,
    csv_cell,
    cut,
    one_line,
    spreadsheet_cell,
    width,
)

ULID = "01M82FCRE43B40271W8161163X"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Ünïcode 日本 🛒", "Ünïcode 日本 🛒"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x9b31m", "\\u009b31m"),
        ("a\nb\tc\r", "a␊b␉c␍"),
        ("nul\x00del\x7f", "nul␀del␡"),
        ("\u202eevil", "\\u202eevil"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("half \ud83d", "half \\ud83d"),
        ("[bold]kept[/nope]", "[bold]kept[/nope]"),
    ],
)
def test_what_a_terminal_would_obey_is_seen_instead(text: str, shown: str) -> None:
    assert one_line(text) == shown


@given(st.text(st.characters()))
def test_one_line_holds_nothing_that_controls_or_hides(text: str) -> None:
    shown = one_line(text)

    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cs", "Zl", "Zp"}
    shown.encode()
    assert one_line(shown) == shown


def test_a_block_keeps_its_line_breaks_and_nothing_else() -> None:
    assert block("a\r\nb\tc\x1b") == "a\nb    c␛"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("x")', "-", "\n=1"],
)
def test_what_a_spreadsheet_would_run_is_made_text(text: str) -> None:
    assert spreadsheet_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain", "-12", "-12.50", "12", "a=b", "ps_01", "{}"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert spreadsheet_cell(text) == text


@pytest.mark.parametrize(
    ("text", "cells", "expected"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("two words", 5, "two…"),
        ("漢字漢", 4, "漢…"),
        ("漢字漢", 5, "漢字…"),
        ("e\u0301te\u0301s", 3, "e\u0301t…"),
        ("any", 0, ""),
        (f"ps_{ULID}", 12, "ps_…8161163X"),
        (f"cart_{ULID}", 12, "cart_…61163X"),
        (f"cart_{ULID}", 7, "cart_…X"),
        (f"cart_{ULID}", 6, "cart_…"),
    ],
)
def test_what_is_cut_is_marked_and_an_id_keeps_its_end(
    text: str, cells: int, expected: str
) -> None:
    assert cut(text, cells) == expected


def test_a_text_is_cut_by_the_measure_of_whoever_shows_it() -> None:
    assert cut("abcdef", 6, lambda text: 2 * len(text)) == "ab…"


@given(st.text(), st.integers(1, 20))
def test_what_is_cut_fits(text: str, cells: int) -> None:
    assert width(cut(one_line(text), cells)) <= cells


def test_things_are_counted_in_words() -> None:
    assert counted(1, "cart") == "1 cart"
    assert counted(0, "cart") == "0 carts"
    assert counted(1204, "payment sessions") == "1,204 payment sessions"
    assert counted(1, "payment collection sessions") == "1 payment collection session"


@pytest.mark.parametrize(
    ("text", "cell"),
    [("plain", "plain"), ("", '""'), ("a,b", '"a,b"'), ('"', '""""'), ("a\r\nb", '"a\r\nb"')],
)
def test_a_csv_cell_is_quoted_if_it_must_be(text: str, cell: str) -> None:
    assert csv_cell(text) == cell
