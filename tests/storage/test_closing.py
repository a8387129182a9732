"""A store is closed while other threads, or the same one, are in the middle of something."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localpay.errors import StoreClosedError
from localpay.store import Cancellation, Store
from tests.storage.test_database import FOREVER, LONG

CLOSED_IN_USE = """
import sys, threading
from localpay.errors import StoreClosedError
from localpay.store import Store

def read(store, begun):
    try:
        while True:
            store.sessions.list("status:pending", limit=20)
            begun.set()
    except StoreClosedError:
        ended.append(True)

ended = []
for _ in range(40):
    store = Store.open(sys.argv[1])
    begun = [threading.Event() for _ in range(3)]
    threads = [threading.Thread(target=read, args=(store, each)) for each in begun]
    for thread in threads:
        thread.start()
    for each in begun:
        each.wait()
    store.close()
    for thread in threads:
        thread.join()
print(len(ended))
"""


def test_threads_that_read_are_told_that_the_store_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "shop"
    with Store.open(path) as store:
        store.seed(carts=60, seed=1)

    # In a program of its own, as what this guards against is a crash of Python.
    command = [sys.executable, "-c", CLOSED_IN_USE, str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=LONG, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "120\n", "")


def test_closing_ends_a_long_statement_of_another_thread(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop")
    begun = threading.Event()

    def look() -> None:
        begun.set()
        store._database.rows(FOREVER)

    with ThreadPoolExecutor(1) as other:
        looking = other.submit(look)
        begun.wait()
        store.close()
        with pytest.raises(StoreClosedError):
            looking.result(LONG)


def test_a_transaction_of_another_thread_is_rolled_back_by_closing(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop")
    begun, closed = threading.Event(), threading.Event()

    def write() -> None:
        with store.transaction():
            store.sessions.create(provider_id="manual")
            begun.set()
            closed.wait()
            store.sessions.create(provider_id="manual")

    with ThreadPoolExecutor(1) as other:
        writing = other.submit(write)
        begun.wait()
        store.close()
        closed.set()
        with pytest.raises(StoreClosedError):
            writing.result(LONG)
    with Store.open(tmp_path / "shop") as again:
        assert again.sessions.count() == 0
        assert again.check() == []


def test_a_signal_may_close_the_store_in_the_middle_of_a_statement(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shop")
    before = signal.signal(signal.SIGUSR1, lambda *_: store.close())
    timer = threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGUSR1])
    try:
        with pytest.raises(StoreClosedError):
            timer.start()
            store._database.rows(FOREVER)
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)

    with pytest.raises(StoreClosedError):
        store.sessions.count()
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


def test_what_was_closed_meanwhile_may_still_be_cancelled(tmp_path: Path) -> None:
    store, cancellation = Store.open(tmp_path / "shop"), Cancellation()
    with store._database.cancellable(cancellation):
        store.close()
        cancellation.cancel()

    assert cancellation.cancelled


def test_a_reader_reads_on_though_another_program_begins_to_write(tmp_path: Path) -> None:
    path = tmp_path / "shop"
    with Store.open(path) as store:
        store.seed(carts=60, seed=1)
        count = store.sessions.count()
    with Store.open(path, read_only=True) as reader:
        read = reader._database.stream("SELECT id FROM payment_session", size=1)
        first = next(read)
        with Store.open(path) as writer:
            writer.sessions.create(provider_id="late")
            assert reader.sessions.count() == count + 1
            assert len([first, *read]) == count
