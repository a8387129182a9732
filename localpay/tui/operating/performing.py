"""Doing an operation, and its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localpay.errors import LocalpayError, RecordNotFoundError
from localpay.frozen import frozen
from localpay.tui.operating.rehearsal import last_line, lines_after, look

if TYPE_CHECKING:
    from collections.abc import Callable

    from localpay.entities import Change
    from localpay.store import Store
    from localpay.tui.operating.rehearsal import Situation


@frozen
class Outcome:
    """The outcome of an operation.

    Attributes:
        lines: the journal's new lines about these records.
        situation: the records afterwards; None if they are gone, or cannot be read.
        error: why it was not done, or not completely.
    """

    lines: tuple[Change, ...] = ()
    situation: Situation | None = None
    error: Exception | None = None


def perform(store: Store, situation: Situation, act: Callable[[Store], object]) -> Outcome:
    """Do an operation, however long the providers take. Errors go into the outcome.

    Args:
        store: the store.
        situation: the records as they were before.
        act: does it.
    """
    outcome = Outcome()
    try:
        newest = last_line(store)
        error = _tried(store, act)
        outcome = Outcome(error=error)
        after = _look_again(store, situation)
        ids = {*situation.records, *(() if after is None else after.records)}
        lines = tuple(each for each in lines_after(store, newest) if each.record_id in ids)
    except LocalpayError as trouble:
        return outcome if outcome.error is not None else Outcome(error=trouble)
    return Outcome(lines, after, error)


def _tried(store: Store, act: Callable[[Store], object]) -> Exception | None:
    try:
        act(store)
    except Exception as error:  # noqa: BLE001 - a provider may raise anything; it is reported
        return error
    return None


def _look_again(store: Store, situation: Situation) -> Situation | None:
    """The records afterwards; a session may be gone while its cart still exists."""
    for record in (situation.record, situation.cart):
        if record is not None:
            try:
                return look(store, record)
            except RecordNotFoundError:
                continue
    return None
