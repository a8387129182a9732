"""What the screen looks like, kept as text: changes are seen in review, wanted or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Open, Snapshot

SIZES = [(80, 24), (200, 50), (60, 20), (40, 10), (20, 5)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys", ["1", "2", "3"], ids=["sessions", "carts", "payments"])
def test_lists(
    store: Store, open_screen: Open, snapshot: Snapshot, size: tuple[int, int], keys: str
) -> None:
    snapshot(open_screen(store, size).press(keys).text)


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_help(store: Store, open_screen: Open, snapshot: Snapshot, size: tuple[int, int]) -> None:
    snapshot(open_screen(store, size).press("question_mark").text)


@pytest.mark.parametrize("size", [(80, 24), (40, 10)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_filter_error(
    store: Store, open_screen: Open, snapshot: Snapshot, size: tuple[int, int]
) -> None:
    snapshot(open_screen(store, size).type("/status:pending amuont:>3").text)


def test_no_match(store: Store, open_screen: Open, snapshot: Snapshot) -> None:
    snapshot(open_screen(store).type("/status:error status:pending").text)


def test_empty_store(open_screen: Open, snapshot: Snapshot) -> None:
    with Store.open(":memory:") as store:
        snapshot(open_screen(store).text.replace(":memory:", "(memory)"))


def test_read_only(path: Path, open_screen: Open, snapshot: Snapshot) -> None:
    with Store.open(path, read_only=True) as store:
        snapshot(open_screen(store).press("e").text)


def test_delete(store: Store, open_screen: Open, snapshot: Snapshot) -> None:
    user = open_screen(store).press("2").press("d")
    user.wait_for(lambda: user.app.screen is not user.main)
    user.settle()
    snapshot(user.text)


def test_details(store: Store, open_screen: Open, snapshot: Snapshot) -> None:
    snapshot(open_screen(store, (80, 40)).press("enter").text)
