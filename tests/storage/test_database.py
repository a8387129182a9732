"""Transactions, threads, cancelling, and being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localpay.clock import system_clock
from localpay.errors import CancelledError, StoreError
from localpay.storage.database import Database
from localpay.store import Cancellation, Store

LONG = 60
"""Seconds: what only a thread that hangs takes."""
FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


def test_a_transaction_that_raises_changes_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.sessions.create(provider_id="manual")
        raise ZeroDivisionError

    assert store.sessions.count() == 0
    assert list(store.history()) == []


def test_an_inner_transaction_that_raises_loses_only_its_own_changes(store: Store) -> None:
    with store.transaction():
        kept = store.sessions.create(provider_id="manual")
        with pytest.raises(ZeroDivisionError), store.transaction():
            store.sessions.create(provider_id="stripe")
            raise ZeroDivisionError

    assert store.sessions.list() == [kept]
    assert [change.record_id for change in store.history()] == [kept.id]


def test_a_trial_is_seen_inside_and_changes_nothing(store: Store) -> None:
    with store.transaction():
        kept = store.sessions.create(provider_id="manual")
        with store._database.trying():
            store.sessions.create(provider_id="stripe")
            assert store.sessions.count() == 2
    with pytest.raises(ZeroDivisionError), store._database.trying():
        raise ZeroDivisionError

    assert store.sessions.list() == [kept]
    assert [change.record_id for change in store.history()] == [kept.id]


def test_a_text_that_cannot_be_stored_equals_nothing_and_is_not_written_as_nothing() -> None:
    database = Database(":memory:", system_clock)

    assert database.rows("SELECT 1 WHERE 'a' = ? OR ? < 'b'", ("\ud800", "\ud800")) == []
    assert database.value("SELECT ? IS ?", ("a", "a")) == 1
    with pytest.raises(StoreError, match="half a surrogate pair"):
        database.run("CREATE TABLE t AS SELECT ?", ("\ud800",))
    database.close()


def test_two_stores_in_one_program_do_not_mix(tmp_path: Path) -> None:
    with (
        Store.open(tmp_path / "a") as a,
        Store.open(tmp_path / "b") as b,
        Store.open(":memory:") as c,
        Store.open(":memory:") as d,
    ):

        def fill(store: Store, name: str) -> None:
            for number in range(50):
                session = store.sessions.create(provider_id=name, amount=number)
                store.sessions.update(session.id, status="error")

        stores = {"a": a, "b": b, "c": c, "d": d}
        with ThreadPoolExecutor(8) as threads:
            for _ in range(2):
                for name, each in stores.items():
                    threads.submit(fill, each, name)

        for name, each in stores.items():
            assert {session.provider_id for session in each.sessions.list()} == {name}
            assert each.sessions.count("status:error") == 100


def test_one_store_serves_many_threads(store: Store) -> None:
    session = store.sessions.create(provider_id="manual", amount=0)

    def count_up() -> None:
        for _ in range(25):
            with store.transaction():
                now = store.sessions.get(session.id)
                assert now.amount is not None
                store.sessions.update(session.id, amount=now.amount + 1)

    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(count_up) for _ in range(8)]:
            done.result()

    assert store.sessions.get(session.id).amount == 200


def test_another_thread_does_not_see_a_transaction_before_its_end(path: Path) -> None:
    with Store.open(path) as store, ThreadPoolExecutor(1) as other:
        with store.transaction():
            store.sessions.create(provider_id="manual")
            assert other.submit(store.sessions.count).result(timeout=LONG) == 0

        assert other.submit(store.sessions.count).result(timeout=LONG) == 1


def test_another_thread_waits_for_the_end_of_a_transaction_in_memory() -> None:
    asks = threading.Event()

    def look() -> int:
        asks.set()
        return store.sessions.count()

    with Store.open(":memory:") as store, ThreadPoolExecutor(1) as other:
        with store.transaction():
            store.sessions.create(provider_id="manual")
            seen = other.submit(look)
            assert asks.wait(LONG)
            store.sessions.create(provider_id="manual")

        assert seen.result(timeout=LONG) == 2


def test_a_running_statement_can_be_cancelled_from_another_thread(store: Store) -> None:
    cancellation = Cancellation()
    timer = threading.Timer(0.05, cancellation.cancel)
    timer.start()

    with pytest.raises(CancelledError), store._database.cancellable(cancellation):
        store._database.rows(FOREVER)

    timer.join()
    assert store.sessions.count() == 0


class Signalled(BaseException):
    """What the tests' handler of a signal raises."""


@pytest.mark.parametrize("writes", [False, True])
def test_a_signal_ends_a_running_statement_with_what_its_handler_raises(
    store: Store, *, writes: bool
) -> None:
    def handle(*_: object) -> None:
        raise Signalled

    before = signal.signal(signal.SIGUSR1, handle)
    timer = threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGUSR1])
    try:
        with pytest.raises(Signalled):
            timer.start()
            if writes:
                with store.transaction():
                    store.sessions.create(provider_id="manual")
                    store._database.rows(FOREVER)
            else:
                store._database.rows(FOREVER)
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)

    assert store.sessions.count() == 0
    assert store.sessions.create(provider_id="stripe").provider_id == "stripe"


def test_what_is_cancelled_already_does_not_begin(store: Store) -> None:
    store.sessions.create(provider_id="manual")
    cancellation = Cancellation()
    cancellation.cancel()

    with pytest.raises(CancelledError):
        store.sessions.listing().fill(cancellation=cancellation)


MOVES = """
import os, signal, sys
from localpay.store import Store

path, a, b, last = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
done = 0

def change(session_id, difference):
    global done
    amount = store.sessions.get(session_id).amount
    store.sessions.update(session_id, amount=amount + difference)
    done += 1
    if done == last:
        os.kill(os.getpid(), signal.SIGKILL)

with Store.open(path) as store:
    while True:
        with store.transaction():
            change(a, -1)
            change(b, +1)
"""
"""Moves an amount from one session to another, over and over, and kills itself after an update."""


@pytest.mark.parametrize("updates", [1, 2, 3, 8, 99])
def test_a_program_killed_in_the_middle_of_a_transaction_leaves_those_before_it(
    path: Path, updates: int
) -> None:
    with Store.open(path) as store:
        ids = [store.sessions.create(provider_id="manual", amount=1000).id for _ in range(2)]

    done = subprocess.run([sys.executable, "-c", MOVES, str(path), *ids, str(updates)], check=False)

    assert done.returncode == -signal.SIGKILL
    whole = (updates - 1) // 2
    with Store.open(path) as store:
        assert store.check() == []
        assert [store.sessions.get(each).amount for each in ids] == [1000 - whole, 1000 + whole]
        lines = [change for change in store.history() if change.operation == "update"]
        assert len(lines) == 2 * whole


def test_who_reads_the_journal_of_a_store_in_memory_keeps_nobody_waiting() -> None:
    with Store.open(":memory:") as store, ThreadPoolExecutor(1) as other:
        store.sessions.create(provider_id="manual")
        for change in store.history():
            made = other.submit(store.sessions.create, provider_id=change.operation)
            assert made.result(timeout=LONG).provider_id == "create"
        assert store.sessions.count() == 2


def test_an_order_is_of_one_moment_whatever_others_write_meanwhile() -> None:
    with Store.open(":memory:") as store, ThreadPoolExecutor(1) as other:
        for number in range(3):
            store.sessions.create(provider_id="manual", amount=number)
        waiting = []

        def write() -> None:
            waiting.append(other.submit(store.sessions.create, provider_id="late"))

        listing = store.sessions.listing()
        listing.fill(progress=write)
        assert waiting[0].result(timeout=LONG).provider_id == "late"
        assert len(listing) == 3


def test_a_cancelled_order_leaves_no_transaction_open(store: Store) -> None:
    store.sessions.create(provider_id="manual")
    cancellation = Cancellation()

    with pytest.raises(CancelledError):
        store.sessions.listing().fill(cancellation=cancellation, progress=cancellation.cancel)
        store.sessions.listing().fill(cancellation=cancellation)
    with store.transaction():
        store.sessions.create(provider_id="manual")
    assert store.sessions.count() == 2
