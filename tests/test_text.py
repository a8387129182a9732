from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.text import block, one_line, spreadsheet_cell


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
