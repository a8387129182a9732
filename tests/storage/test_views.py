"""Saved views: a filter, a sort and columns under a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from localpay.entities import SavedView
from localpay.errors import FieldError, QueryError, SortError, ViewNotFoundError
from localpay.store import Store


def test_a_view_is_there_after_a_restart(path: Path) -> None:
    with Store.open(path) as store:
        store.views.save(
            "stuck", "payment_session", query="status:error", sort="amount", shown_columns=["id"]
        )
    with Store.open(path, read_only=True) as store:
        view = SavedView("stuck", "payment_session", "status:error", "amount", ("id",))
        assert store.views.get("stuck") == view
        assert store.views.all() == [view]


def test_saving_under_a_name_again_replaces_the_view(store: Store) -> None:
    store.views.save("mine", "cart")
    store.views.save("mine", "payment")

    assert [view.entity for view in store.views.all()] == ["payment"]


def test_views_stay_in_the_order_in_which_they_were_first_saved(store: Store) -> None:
    for name in ("v9", "v10", "a"):
        store.views.save(name, "cart")
    store.views.save("v9", "payment")

    assert [view.name for view in store.views.all()] == ["v9", "v10", "a"]


def test_a_view_can_be_forgotten(store: Store) -> None:
    for name in ("b", "a", "c"):
        store.views.save(name, "cart")
    store.views.delete("b")

    assert [view.name for view in store.views.all()] == ["a", "c"]
    with pytest.raises(ViewNotFoundError, match="no saved view 'b'"):
        store.views.delete("b")


def test_a_view_that_there_is_not_is_told_with_those_that_there_are(store: Store) -> None:
    with pytest.raises(ViewNotFoundError, match="no saved view 'x': none was saved yet"):
        store.views.get("x")
    for number in range(12):
        store.views.save(f"v{number}" + "\x1b" * 100, "cart")
    with pytest.raises(ViewNotFoundError) as caught:
        store.views.get("x" * 100)
    message = str(caught.value)
    assert message.startswith(f"there is no saved view '{'x' * 60}', only 'v0\\x1b\\x1b")
    assert message.endswith("\\x1b' and 3 more")
    assert len(message) < 2500


def test_a_view_that_would_not_work_is_not_saved(store: Store) -> None:
    with pytest.raises(QueryError):
        store.views.save("bad", "cart", query="emial:x")
    with pytest.raises(SortError):
        store.views.save("bad", "cart", sort="nothing")
    with pytest.raises(FieldError):
        store.views.save("bad", "region")  # type: ignore[arg-type]
    with pytest.raises(FieldError):
        store.views.save("", "cart")

    assert store.views.all() == []


def test_views_are_no_step_that_undo_would_take_back(store: Store) -> None:
    store.sessions.create(provider_id="manual")
    store.views.save("mine", "cart")
    store.undo()

    assert store.sessions.count() == 0
    assert len(store.views.all()) == 1
