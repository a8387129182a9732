"""The facets: counts that follow the filter, and toggle its terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from localpay.storage.repository import Repository
from localpay.store import Store
from tests.hostile import HOSTILE, RAW
from tests.tui.stage import SIZES

if TYPE_CHECKING:
    from localpay.tui.widgets.facet_pane import FacetPane
    from tests.tui.conftest import Open, User


def pane_of(user: User) -> FacetPane:
    pane = user.main.browser.frame.facets
    assert pane is not None
    return pane


def counted(user: User) -> User:
    """Wait for all numbers."""
    user.wait_for(lambda: not pane_of(user).counting)
    user.settle()
    return user


def query(user: User) -> str:
    return user.main.browser.filter.input.value


def line_with(user: User, *words: str) -> str:
    """The line of the facets with these words."""
    width = pane_of(user).size.width
    found = (line[:width] for line in user.lines)
    return next(line for line in found if all(word in line for word in words))


def facets_of(user: User) -> list[str]:
    """All lines of the facets."""
    return [line[: pane_of(user).size.width] for line in user.lines[2:-1]]


def go_to(user: User, facet: str, label: str) -> User:
    """Put the cursor on a value."""
    pane = pane_of(user)
    user.press("g")
    for _ in pane._lines:
        line = pane._lines[pane.cursor]
        if line.value is not None and (line.facet, line.value.label) == (facet, label):
            return user
        user.press("j")
    raise AssertionError(f"no {label} among the {facet}")


@pytest.fixture
def wide(store: Store, open_screen: Open) -> User:
    return counted(open_screen(store, (100, 50)).press("f"))


def test_each_value_has_its_count(wide: User) -> None:
    count = wide.store.sessions.count
    assert f" {count('status:pending')} " in line_with(wide, "○ pending")
    assert f" {count('provider:stripe')} " in line_with(wide, "stripe")
    assert f" {count('provider:paypal')} " in line_with(wide, "paypal")
    assert f" {count('currency:jpy')} " in line_with(wide, "日本")


def test_the_sums_of_a_currency_stand_under_it(wide: User) -> None:
    total = dict(wide.store.sessions.facets(only=["currency"]))["currency"][0].sums["eur"]
    assert f"{total / 100:,.2f} EUR" in wide.text


def test_enter_puts_a_value_into_the_filter_and_again_takes_it_out(wide: User) -> None:
    go_to(wide, "status", "error").press("enter")
    assert query(wide) == "status:error"
    assert "2 of 15" in wide.lines[1]
    go_to(counted(wide), "status", "pending").press("space")
    assert query(wide) == "status:error,pending"
    go_to(counted(wide), "status", "error").press("enter")
    assert query(wide) == "status:pending"
    go_to(counted(wide), "status", "pending").press("enter")
    assert query(wide) == ""
    assert "15 sessions" in wide.lines[1]


def test_the_cursor_stays_on_its_value_while_the_numbers_change(wide: User) -> None:
    go_to(wide, "status", "canceled").press("enter", "enter")
    assert query(counted(wide)) == ""
    wide.press("enter")
    assert query(wide) == "status:canceled"


def test_a_value_is_toggled_by_a_click_and_marked(wide: User) -> None:
    row = next(y for y, line in enumerate(wide.lines) if line.startswith("    paypal"))
    wide.click(8, row)
    assert query(wide) == "provider:paypal"
    assert "✓ paypal" in counted(wide).text


def test_a_region_is_toggled_by_its_name(wide: User) -> None:
    go_to(wide, "region", "日本").press("enter")
    region = wide.store.regions.list("", sort="name")
    japan = next(each.id for each in region if each.name == "日本")
    assert query(wide) == f"region:{japan}"


def test_the_numbers_follow_what_is_typed_and_the_list_that_is_seen(wide: User) -> None:
    wide.type("/status:error").press("enter")
    assert "stripe  " in counted(wide).text
    assert str(wide.store.sessions.count("status:error")) in line_with(wide, "stripe")
    wide.press("2")
    assert "Carts over time" in counted(wide).text


def test_a_filter_that_cannot_be_read_leaves_the_numbers(wide: User) -> None:
    before = line_with(wide, "○ pending")
    wide.type("/status:").press("enter")
    assert line_with(counted(wide), "○ pending") == before
    wide.press("f", "enter")
    assert any("value is missing" in each for each in wide.notices)


def test_a_change_by_another_is_counted(wide: User) -> None:
    for session in wide.store.sessions.list("provider:paypal"):
        wide.store.sessions.delete(session.id)
    wide.wait_for(lambda: "10 sessions" in wide.lines[1])
    wide.wait_for(
        lambda: "paypal" not in wide.text,
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What the store was asked to count: filter and facets."""
    asked: list[tuple[str, Any]] = []
    facets = Repository.facets

    def recorded(repository: Repository[Any], query: str = "", **how: Any) -> Any:
        asked.append((query, how["only"]))
        return facets(repository, query, **how)

    monkeypatch.setattr(Repository, "facets", recorded)
    return asked


def test_without_a_filter_nothing_is_counted_twice(
    wide: User, asked: list[tuple[str, Any]]
) -> None:
    before = facets_of(go_to(wide, "provider", "stripe"))
    counted(wide.press("enter"))
    assert {query for query, _ in asked} == {"provider:stripe"}
    counted(wide.press("2"))
    asked.clear()
    counted(wide.press("1"))
    counted(wide.press("escape").press("escape"))
    assert facets_of(go_to(wide.press("f"), "provider", "stripe")) == before
    assert {query for query, _ in asked} == {"provider:stripe"}


def test_what_changed_meanwhile_is_counted_again(wide: User, asked: list[tuple[str, Any]]) -> None:
    wide.type("/provider:stripe").press("enter")
    wide.store.sessions.create(provider_id="klarna", data={})
    counted(wide)
    wide.press("escape")
    wide.wait_for(lambda: "16 sessions" in wide.lines[1])
    assert " 1 " in line_with(counted(wide), "klarna")
    assert ("", ("provider",)) in asked


def test_a_filter_is_counted_at_the_time_it_is_asked_for(
    wide: User, asked: list[tuple[str, Any]]
) -> None:
    for _ in range(2):
        asked.clear()
        counted(wide.type("/created:<now").press("enter"))
        assert ("created:<now", ("status",)) in asked
        wide.press("escape")


def test_a_region_that_is_renamed_has_its_new_name(wide: User) -> None:
    japan = next(each for each in wide.store.regions.list() if each.name == "日本")
    wide.store.regions.update(japan.id, name="Nippon")
    wide.wait_for(lambda: "Nippon" in wide.text)
    assert "日本" not in counted(wide).text


def test_days_are_drawn_where_all_is_in_one_month(wide: User) -> None:
    assert "2026-03-14" in wide.lines[4]
    assert "█" in wide.lines[3]


def test_escape_goes_to_the_list_and_f_hides_the_facets(wide: User) -> None:
    assert wide.press("escape").focus == "RecordTable"
    assert "Provider" in wide.text
    assert wide.press("f").focus == "FacetPane"
    wide.press("f")
    assert wide.focus == "RecordTable"
    assert "over time" not in wide.text


def test_sections_are_stepped_through(wide: User) -> None:
    pane = pane_of(wide)
    wide.press("g", "n")
    assert pane._lines[pane.cursor].facet == "provider"
    wide.press("n", "j", "N", "N")
    assert pane._lines[pane.cursor].facet == "provider"


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_any_size_will_do(store: Store, open_screen: Open, size: tuple[int, int]) -> None:
    user = counted(open_screen(store, size).press("f"))
    user.press("j", "n", "enter", "G", "space", "g", "N")
    user.resize(80, 24).resize(*size).press("escape")
    assert user.focus == "RecordTable"
    user.press("f", "tab", "slash", "enter")
    assert user.focus == "RecordTable"


def test_where_there_is_no_room_the_facets_cover_the_list(store: Store, open_screen: Open) -> None:
    user = counted(open_screen(store, (40, 20)).press("f"))
    assert "Amount" not in user.text
    assert "Amount" in user.press("escape").text


def test_hostile_values_are_shown_and_harmless(open_screen: Open) -> None:
    with Store.open(":memory:") as store:
        for value in HOSTILE.values():
            if "\0" not in value and value.isprintable() is False:
                region = store.regions.create(name=value, currency_code="eur")
                store.carts.create(region_id=region.id)
        user = counted(open_screen(store, (100, 60)).press("2", "f"))
        assert not RAW & set(user.text)
        user.press("G", "k", "k", "enter", "N", "enter")
        assert not RAW & set(counted(user).text)


def test_a_hostile_value_that_filters_is_seen_in_the_filter_line_and_means_itself(
    open_screen: Open,
) -> None:
    with Store.open(":memory:") as store:
        provider = f"{HOSTILE['window title']}{HOSTILE['clear screen']}"
        hostile = store.sessions.create(provider_id=provider, data={})
        store.sessions.create(provider_id="stripe", data={})
        user = counted(open_screen(store, (100, 60)).press("f"))
        counted(go_to(user, "provider", provider).press("enter"))
        assert "␛]0;owned␇x␛[2J␛[Hx" in user.lines[1]
        assert "1 of 2" in user.lines[1]
        assert user.record.id == hostile.id
        assert not RAW & set(user.text)
        ET.fromstring(user.app.export_screenshot())
        assert "\x1b]0;owned" in query(user)


def test_a_value_that_no_filter_can_hold_is_refused_and_the_filter_stays(
    open_screen: Open,
) -> None:
    with Store.open(":memory:") as store:
        store.sessions.create(provider_id=HOSTILE["null"], data={})
        store.sessions.create(provider_id="stripe", data={})
        user = counted(open_screen(store, (100, 60)).type("/status:pending").press("enter", "f"))
        go_to(user, "provider", HOSTILE["null"]).press("enter")
        assert len(user.notices) == 1
        assert "NUL" in user.notices[0]
        assert query(user) == user.main.browser.view.query == "status:pending"
        assert "2 of 2" in user.lines[1]


def test_an_empty_store_has_nothing_to_count(open_screen: Open) -> None:
    with Store.open(":memory:") as store:
        user = counted(open_screen(store).press("f"))
        user.press("j", "k", "n", "N", "g", "G", "enter")
        assert "Status" in user.text


def test_beside_the_facets_80_columns_have_room_for_three_of_the_list(
    store: Store, open_screen: Open
) -> None:
    user = counted(open_screen(store, (80, 24)).press("f"))
    assert user.lines[2].split("│")[1].split()[:3] == ["Status", "Amount", "Provider"]
    assert "◐ requires more" in user.text
