"""Undo and redo, from the journal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localpay.entities import Cart
from localpay.errors import NothingToUndoError, UndoConflictError
from localpay.store import Store


def test_undo_gives_back_the_record_as_it_was_to_the_last_field(store: Store) -> None:
    before = store.sessions.create(provider_id="manual", amount=1, data={"b": 1.50, "a": 2})
    after = store.sessions.update(before.id, amount=2, data={"c": 3}, status="error")

    store.undo()
    assert store.sessions.get(before.id) == before

    store.redo()
    assert store.sessions.get(before.id) == after


def test_a_transaction_is_one_step(store: Store, cart: Cart) -> None:
    with store.transaction():
        first = store.sessions.create(cart_id=cart.id, provider_id="manual")
        store.sessions.update(first.id, status="error")
        store.carts.update(cart.id, email="b@example.com")

    store.undo()

    assert store.sessions.count() == 0
    assert store.carts.get(cart.id) == cart


def test_undo_and_redo_survive_a_restart(path: Path) -> None:
    with Store.open(path) as store:
        session = store.sessions.create(provider_id="manual", amount=1)
        store.sessions.update(session.id, amount=2)
    with Store.open(path) as store:
        store.undo()
        assert store.sessions.get(session.id) == session
    with Store.open(path) as store:
        store.redo()
        assert store.sessions.get(session.id).amount == 2


def test_a_new_change_ends_what_could_be_redone(store: Store) -> None:
    session = store.sessions.create(provider_id="manual", amount=1)
    store.sessions.update(session.id, amount=2)
    store.undo()
    store.sessions.update(session.id, amount=3)

    with pytest.raises(NothingToUndoError, match="nothing to redo"):
        store.redo()
    store.undo()
    assert store.sessions.get(session.id).amount == 1


def test_there_is_nothing_to_undo_in_a_new_store(store: Store) -> None:
    with pytest.raises(NothingToUndoError, match="nothing to undo"):
        store.undo()


def test_an_undo_that_would_lose_a_later_change_is_refused(path: Path) -> None:
    with Store.open(path) as store:
        session = store.sessions.create(provider_id="manual", amount=1)
        store.sessions.update(session.id, amount=2)
        store._database.run("UPDATE payment_session SET amount = 7")

        with pytest.raises(UndoConflictError, match="its amount is different"):
            store.undo()

        assert store.sessions.get(session.id).amount == 7


def test_undo_inside_a_transaction_is_refused(store: Store) -> None:
    store.sessions.create(provider_id="manual")
    with store.transaction(), pytest.raises(NothingToUndoError, match="not inside a transaction"):
        store.undo()


def test_a_deleted_record_comes_back_under_its_id_with_its_instants(
    store: Store, cart: Cart
) -> None:
    session = store.sessions.create(cart_id=cart.id, provider_id="manual")
    store.sessions.delete(session.id)

    store.undo()

    assert store.sessions.get(session.id) == session


def test_the_history_tells_who_did_what_newest_first(store: Store) -> None:
    session = store.sessions.create(provider_id="manual", amount=1)
    store.sessions.update(session.id, status="error")
    store.undo()

    undone, updated, created = store.history(session.id)

    assert (created.operation, created.before) == ("create", None)
    assert created.after is not None
    assert created.after["data"] == {}
    assert updated.actor == "library"
    assert (updated.before or {})["status"] == "pending"
    assert (updated.after or {})["status"] == "error"
    assert undone.undoes == updated.step


def test_what_was_undone_before_a_change_is_not_redone_after_that_change_was(
    store: Store,
) -> None:
    session = store.sessions.create(provider_id="manual", amount=1)
    store.sessions.update(session.id, amount=2)
    store.undo()
    store.sessions.update(session.id, amount=3)
    store.undo()
    store.redo()

    with pytest.raises(NothingToUndoError):
        store.redo()
    assert store.sessions.get(session.id).amount == 3


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.one_of(
            st.just("create"), st.just("delete"), st.just("undo"), st.just("redo"),
            st.tuples(st.just("update"), st.integers(0, 3)),
        ),
        max_size=25,
    )
)  # fmt: skip
def test_undoing_and_redoing_walks_the_same_states_whatever_was_done(
    steps: list[str | tuple[str, int]],
) -> None:
    """The model: a list of past states and one of undone states, as any editor has."""
    with Store.open(":memory:") as store:

        def state() -> list[tuple[str, int | None]]:
            return sorted((each.id, each.amount) for each in store.sessions.list())

        past, undone = [state()], []
        for step in steps:
            if step == "undo" and len(past) > 1:
                store.undo()
                undone.append(past.pop())
            elif step == "redo" and undone:
                store.redo()
                past.append(undone.pop())
            elif step in {"undo", "redo"}:
                with pytest.raises(NothingToUndoError):
                    store.undo() if step == "undo" else store.redo()
            else:
                _change(store, step)
                if state() != past[-1]:
                    past.append(state())
                    undone.clear()
            assert state() == past[-1]


def _change(store: Store, step: str | tuple[str, int]) -> None:
    sessions = store.sessions.list(sort="created_at")
    if step == "create":
        store.sessions.create(provider_id="manual", amount=0)
    elif step == "delete" and sessions:
        store.sessions.delete(sessions[-1].id)
    elif isinstance(step, tuple) and sessions:
        store.sessions.update(sessions[0].id, amount=step[1])
