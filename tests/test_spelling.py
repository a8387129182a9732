"""Misspelt names, and the known ones that were probably meant."""

from __future__ import annotations

from localpay.spelling import nearest, suggestion

KNOWN = ("status", "currency", "email")


def test_a_similar_word_is_found_in_either_case_and_another_is_not() -> None:
    assert nearest("Curency", KNOWN) == "currency"
    assert nearest("xyzzy", KNOWN) is None


def test_a_message_ends_with_the_similar_word_if_there_is_one() -> None:
    assert suggestion("statsu", KNOWN) == "; did you mean 'status'?"
    assert suggestion("xyzzy", KNOWN) == ""
