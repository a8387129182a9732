"""What a list is sorted by, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.tui import sorting

if TYPE_CHECKING:
    from tests.tui.conftest import User


def test_one_field_is_sorted_by_alone_and_then_the_other_way_round() -> None:
    assert sorting.by("-created_at status", "amount") == "amount"
    assert sorting.by("amount", "amount") == "-amount"
    assert sorting.by("-amount", "amount") == "amount"


def test_a_further_field_comes_last_and_one_that_is_there_turns_round() -> None:
    assert sorting.by_further("-created_at", "amount") == "-created_at amount"
    assert sorting.by_further("-created_at amount", "created_at") == "created_at amount"


def test_a_field_goes_from_none_up_and_down_to_none() -> None:
    sort = "status"
    seen = []
    for _ in range(3):
        sort = sorting.step(sort, "amount")
        seen.append(sort)
    assert seen == ["status amount", "status -amount", "status"]


def test_the_last_key_is_the_one_that_changes() -> None:
    assert sorting.with_last("status -amount", "email") == "status email"
    assert sorting.with_last("", "email") == "email"
    assert sorting.with_last_reversed("status -amount") == "status amount"
    assert sorting.with_last_reversed("") == ""


@pytest.mark.parametrize(
    ("sort", "name", "sign"),
    [
        ("amount", "amount", "↑"),
        ("-amount", "amount", "↓"),
        ("-amount, status", "amount", "↓1"),
        ("-amount, status", "status", "↑2"),
        ("amount", "status", ""),
        ("", None, ""),
    ],
)
def test_a_key_is_shown_as_an_arrow_with_its_place(sort: str, name: str, sign: str) -> None:
    assert sorting.sign(sort, name) == sign


# On the screen


def test_a_further_key_sorts_where_the_first_is_equal(user: User) -> None:
    user.press("s", "s", "alt+s")
    view = user.main.browser.view
    keys = sorting.terms(view.sort)
    assert len(keys) == 2
    shown = [each.id for each in user.store.sessions.list(sort=view.sort)]
    first = user.record.id
    assert first == shown[0]
    heading = user.lines[2]
    assert "1" in heading
    assert "2" in heading
    user.press("S")
    assert sorting.terms(view.sort)[0] == keys[0]
    assert sorting.terms(view.sort)[1] == f"-{keys[1]}"
    user.press("s")
    assert len(sorting.terms(view.sort)) == 2
    assert sorting.names(view.sort)[1] != keys[1]


def test_a_heading_is_clicked_for_one_key_and_with_shift_for_another(user: User) -> None:
    heading = user.lines[2]
    user.click(heading.index("Amount"), 2)
    assert user.main.browser.view.sort == "amount"
    user.click(heading.index("Status"), 2, shift=True)
    assert user.main.browser.view.sort == "amount status"
    user.click(heading.index("Provider"), 2)
    assert user.main.browser.view.sort == "provider_id"
