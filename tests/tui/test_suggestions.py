"""Completion in the filter line, and the filters that were used before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.store import Store
from localpay.tui.filter_history import FilterHistory
from tests.hostile import HOSTILE, RAW
from tests.tui.stage import SIZES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Open, User


def query(user: User) -> str:
    return user.main.browser.filter.input.value


def offers(user: User) -> list[str]:
    return [each.text for each in user.main.browser.suggestions._suggested]


def test_fields_are_offered_under_the_word_as_one_types(user: User) -> None:
    user.type("/amount:>3 sta")
    assert offers(user) == ["status:", "cart.state:"]
    column = user.lines[1].index("sta")
    assert user.lines[2][column:].startswith("status:")
    assert "how far it got" in user.lines[2]


def test_nothing_is_offered_before_one_types(user: User) -> None:
    assert offers(user.press("slash")) == []
    assert offers(user.type("status:error ")) == []


def test_tab_takes_the_completion_and_its_values_follow_with_counts(user: User) -> None:
    user.type("/stat").press("tab")
    assert query(user) == "status:"
    counts = {each.text: each.records for each in user.main.browser.suggestions._suggested}
    assert next(iter(counts)) == "pending"
    assert counts == {
        status: user.store.sessions.count(f"status:{status}") or None for status in counts
    }
    assert len(counts) == 5
    user.press("down", "tab")
    assert user.focus == "LineInput"
    assert f"{user.store.sessions.count(query(user))} of 15" in user.lines[1]
    assert offers(user) == []


def test_values_are_counted_for_the_rest_of_the_filter(user: User) -> None:
    user.type("/status:error provider:")
    found = {each.text: each.records for each in user.main.browser.suggestions._suggested}
    assert found == {"stripe": user.store.sessions.count("status:error provider:stripe")}


def test_the_right_arrow_takes_it_at_the_end_and_moves_elsewhere(user: User) -> None:
    user.type("/prov").press("left").press("right")
    assert query(user) == "prov"
    user.press("right")
    assert query(user) == "provider:"


def test_enter_takes_what_was_chosen_with_the_arrows_and_else_leaves(user: User) -> None:
    user.type("/provider:").press("down", "enter")
    assert query(user) == "provider:paypal"
    assert user.press("enter").focus == "RecordTable"
    user.press("slash").type(" sta").press("enter")
    assert user.focus == "RecordTable"
    assert query(user) == "provider:paypal sta"


def test_the_arrows_go_round(user: User) -> None:
    user.type("/selected:").press("up")
    assert query(user.press("tab")) == "selected:false"


def test_escape_closes_the_list_first_and_it_stays_closed_for_the_word(user: User) -> None:
    user.type("/prov").press("escape")
    assert (user.focus, offers(user)) == ("LineInput", [])
    assert offers(user.type("id")) == []
    assert offers(user.press("tab")) != []
    user.press("escape").press("escape")
    assert user.focus == "RecordTable"
    assert query(user) == "provid"


def test_tab_shows_what_there_is(user: User) -> None:
    user.press("slash").press("tab")
    assert offers(user)[:2] == ["id:", "created:"]
    assert len([line for line in user.lines if ":  " in line and "its" in line]) <= 8
    user.press(*["down"] * 12)
    assert query(user.press("tab")).endswith(":")


def test_a_completion_is_taken_by_a_click(user: User) -> None:
    user.type("/provider:")
    row = next(y for y, line in enumerate(user.lines) if "paypal" in line and y < 6)
    user.click(user.lines[row].index("paypal"), row)
    assert query(user) == "provider:paypal"
    assert user.focus == "LineInput"


def test_a_region_is_found_by_its_name(user: User) -> None:
    user.type("/region:eur").press("tab")
    region = user.store.regions.list()
    europe = next(each.id for each in region if each.name == "Europe")
    assert query(user) == f"region:{europe}"


def test_a_value_of_a_negated_or_later_member_is_completed(user: User) -> None:
    assert query(user.type("/-provider:stripe,p").press("tab")) == "-provider:stripe,paypal"


def test_a_value_that_the_list_has_is_not_offered_again(user: User) -> None:
    user.type("/provider:stripe,")
    assert "stripe" not in offers(user)
    assert query(user.press("tab")) == "provider:stripe,paypal"


def test_keys_and_values_in_json_are_offered_one_after_the_other(user: User) -> None:
    user.type("/data.")
    assert offers(user) == ["id:", "client_secret:"]
    user.press("tab")
    assert query(user) == "data.id:"
    assert len(offers(user)) == 10
    user.type('"pi_3').press("tab")
    assert query(user) == "data.id:pi_3"


def test_values_of_a_carts_sessions_are_offered_with_counts(user: User) -> None:
    user.press("2").type("/session.provider:")
    assert "value is missing" not in "".join(user.text)
    found = {each.text: each.records for each in user.main.browser.suggestions._suggested}
    assert found == {"stripe": 10, "paypal": 5}


def test_other_lists_have_their_own_fields(user: User) -> None:
    assert offers(user.press("2").type("/typ")) == ["type:"]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_any_size_will_do(store: Store, open_screen: Open, size: tuple[int, int]) -> None:
    user = open_screen(store, size).press("slash").press("tab", "down", "up", "up")
    user.type("x status:").press("down", "tab")
    user.resize(80, 24).resize(*size).press("escape", "escape")
    assert user.app.is_running


def test_hostile_values_are_offered_only_if_they_can_be_typed(open_screen: Open) -> None:
    with Store.open(":memory:") as store:
        for value in HOSTILE:
            if "\0" not in value and value:
                store.sessions.create(provider_id=value[:200])
        user = open_screen(store, (100, 30)).type("/provider:")
        assert offers(user)
        assert not RAW & set(user.text)
        for _ in range(6):
            user.press("down")
            assert not RAW & set(user.text)
        assert not RAW & set(user.press("tab").text)


# Earlier filters


def test_earlier_filters_are_walked_through_and_the_draft_comes_back(user: User) -> None:
    user.type("/status:error").press("enter")
    user.press("slash", *["backspace"] * 20).type("provider:stripe").press("enter")
    user.press("slash").type(" zz")
    assert query(user.press("up")) == "provider:stripe"
    assert query(user.press("up")) == "status:error"
    assert query(user.press("up")) == "status:error"
    assert "2 of 15" in user.lines[1]
    assert query(user.press("down")) == "provider:stripe"
    assert query(user.press("ctrl+down")) == "provider:stripe zz"
    assert query(user.press("ctrl+up")) == "provider:stripe"


def test_filters_of_earlier_runs_are_there(store: Store, open_screen: Open, tmp_path: Path) -> None:
    path = tmp_path / "state" / "filters"
    user = open_screen(store, history=FilterHistory(path)).type("/status:error").press("enter")
    user.wait_for(lambda: not any(each.is_running for each in user.app.workers))
    later = open_screen(store, history=FilterHistory(path)).press("slash").press("up")
    assert query(later) == "status:error"


def test_what_cannot_be_read_is_not_kept(user: User) -> None:
    user.type("/status:").press("escape", "escape")
    user.press("slash", *["backspace"] * 7).press("up")
    assert query(user) == ""


def test_each_list_has_its_own(user: User) -> None:
    user.type("/status:error").press("enter", "2").press("slash").press("up")
    assert query(user) == ""


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\0", b"[]\n{}\n[1,2]\nnull\n" + b"[" * 5000, b'["payment_session"]']
)
def test_a_file_that_is_odd_is_passed_over(
    store: Store, open_screen: Open, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "filters"
    path.write_bytes(content)
    user = open_screen(store, history=FilterHistory(path))
    assert query(user.press("slash").press("up")) == ""


def test_hostile_filters_of_the_file_are_harmless(
    store: Store, open_screen: Open, tmp_path: Path
) -> None:
    path = tmp_path / "filters"
    path.write_text('["payment_session", "a\\u001b]0;x\\u0007\\ud800"]\n')
    user = open_screen(store, history=FilterHistory(path))
    user.press("slash").press("up")
    assert "␛" in query(user)
    assert not RAW & set(user.text)


def test_a_place_that_cannot_be_written_to_is_no_matter(
    store: Store, open_screen: Open, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("in the way")
    user = open_screen(store, history=FilterHistory(tmp_path / "state" / "filters"))
    user.type("/status:error").press("enter")
    assert user.notices == []
    user.press("slash", *["backspace"] * 12).press("up")
    assert query(user) == "status:error"
