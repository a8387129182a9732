"""Getting, creating and updating a session, and authorizing a cart, beside raw `sqlite3`.

    python -m tests.benchmarks.bench_lifecycle --times 2000

Both sides work on a file of their own with the same rows, in turns, and end with the same values
and the same durable transactions, journal lines included. `get`, `create` and `update` stand
beside the shortest statements that do the same; `authorize` beside its own statements, recorded
from a copy of the file and run on a bare connection, with their answers read. Medians of CPU time
and their ratio are printed, and written to `--json`.
"""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localpay.entities import PaymentSession as Session
from localpay.entities import fields_of
from localpay.ids import Ids
from localpay.storage.connections import Connection
from localpay.store import Store
from tests.benchmarks.raw import decoded

LIMITS = {"get": 2.0, "create": 2.0, "update": 2.0, "authorize": 2.0}
DATA = {"id": "pi_1", "status": "requires_capture", "client_secret": "made up", "tries": [1, 2]}

_NAMES = ", ".join(fields_of(Session))
_PLACES = ", ".join("?" * len(fields_of(Session)))
_LAST_STEP = "SELECT MAX(step) FROM change"
_INSERT = f"INSERT INTO payment_session ({_NAMES}) VALUES ({_PLACES})"
_SELECT = f"SELECT {_NAMES} FROM payment_session WHERE id = ?"
_UPDATE = "UPDATE payment_session SET updated_at = ?, status = ? WHERE id = ?"
_LINE = (
    "INSERT INTO change (number, step, at, actor, operation, entity, record_id, before, after,"
    " undoes, redoes) VALUES (NULL, ?, ?, 'raw', ?, 'payment_session', ?, ?, ?, NULL, NULL)"
)

Statements = list[tuple[str, tuple[Any, ...]]]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=2000, help="how often each is done")
    options.add_argument("--json", type=Path, help="where the figures are written as well")
    options.add_argument("--dir", type=Path, default=None, help="where the files are made")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(dir=given.dir) as folder:
        figures = run(Path(folder), given.times)
    for name, (ours, raw) in figures.items():
        ratio = ours / raw
        verdict = "" if ratio <= LIMITS[name] else f"   more than {LIMITS[name]}"
        print(f"{name:10} ours {ours:7.1f} us   raw {raw:7.1f} us   x {ratio:.2f}{verdict}")
    if given.json:
        given.json.write_text(json.dumps(figures))
    return int(any(ours > LIMITS[name] * raw for name, (ours, raw) in figures.items()))


def run(folder: Path, times: int) -> dict[str, tuple[float, float]]:
    """Make the files, and take the figures: microseconds of ours, and of raw."""
    carts = prepare(folder / "base", times)
    for copy in ("recorded", "ours", "raw"):
        shutil.copy(folder / "base", folder / copy)
    statements = recorded(folder / "recorded", carts)
    figures = {}
    with (
        Store.open(folder / "ours") as store,
        closing(connection(folder / "raw")) as raw,
    ):
        sessions = [each.id for each in store.sessions.list(limit=times)]
        for name, ours, bare in (
            ("get", getting(store, sessions), raw_getting(raw, sessions)),
            ("create", creating(store), raw_creating(raw)),
            ("update", updating(store, sessions), raw_updating(raw, sessions)),
            ("authorize", authorizing(store, carts), raw_running(raw, statements)),
        ):
            figures[name] = in_turns(ours, bare, times)
    return figures


def in_turns(
    ours: Callable[[int], Any], raw: Callable[[int], Any], times: int
) -> tuple[float, float]:
    """Do both so many times, by turns; the first tenth is not counted."""
    took: tuple[list[int], list[int]] = ([], [])
    gc.freeze()  # what was prepared is nobody's work
    for number in range(times):
        for act, spent in zip((ours, raw), took, strict=True):
            begun = time.process_time_ns()
            act(number)
            spent.append(time.process_time_ns() - begun)
    counted = [statistics.median(spent[times // 10 :]) / 1000 for spent in took]
    return counted[0], counted[1]


def prepare(path: Path, times: int) -> list[str]:
    """A file with carts that wait to be authorized. Gives their ids."""
    with Store.open(path) as store:
        region = store.regions.create(name="EU", currency_code="eur", providers=["manual", "other"])
        carts = []
        with store.transaction():
            for number in range(times):
                cart = store.carts.create(
                    region_id=region.id,
                    email=f"ada{number}@example.com",
                    items=[{"title": "Mug", "unit_price": 1250, "quantity": 2}],
                )
                store.checkout.create_sessions(cart.id)
                store.checkout.select(cart.id, "manual")
                carts.append(cart.id)
    return carts


def connection(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    raw.execute("PRAGMA foreign_keys = 1")
    raw.execute("PRAGMA synchronous = normal")
    raw.execute("PRAGMA cache_size = -16384")
    return raw


# Ours


def getting(store: Store, sessions: list[str]) -> Callable[[int], Any]:
    return lambda number: store.sessions.get(sessions[number])


def creating(store: Store) -> Callable[[int], Any]:
    return lambda number: store.sessions.create(
        provider_id="stripe", amount=number, data=DATA, status="pending"
    )


def updating(store: Store, sessions: list[str]) -> Callable[[int], Any]:
    return lambda number: store.sessions.update(sessions[number], status="requires_more")


def authorizing(store: Store, carts: list[str]) -> Callable[[int], Any]:
    return lambda number: store.checkout.authorize(carts[number])


# Raw


def raw_getting(raw: sqlite3.Connection, sessions: list[str]) -> Callable[[int], Any]:
    return lambda number: decoded(raw.execute(_SELECT, (sessions[number],)).fetchone())


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def raw_creating(raw: sqlite3.Connection) -> Callable[[int], Any]:
    ids = Ids()
    names = fields_of(Session)

    def create(number: int) -> Any:
        raw.execute("BEGIN IMMEDIATE")
        at, record = now(), ids.new("ps")
        data = json.dumps(DATA)
        row = (record, at, at, None, "stripe", None, 0, "pending", data, None, number, None)
        raw.execute(_INSERT, row)
        step = raw.execute(_LAST_STEP).fetchone()[0] + 1
        after = json.dumps(dict(zip(names, row, strict=True)))
        raw.execute(_LINE, (step, at, "create", record, None, after))
        raw.execute("COMMIT")
        return decoded(row)

    return create


def raw_updating(raw: sqlite3.Connection, sessions: list[str]) -> Callable[[int], Any]:
    def update(number: int) -> Any:
        record = sessions[number]
        raw.execute("BEGIN IMMEDIATE")
        row = list(raw.execute(_SELECT, (record,)).fetchone())
        at = now()
        raw.execute(_UPDATE, (at, "requires_more", record))
        step = raw.execute(_LAST_STEP).fetchone()[0] + 1
        before = json.dumps({"updated_at": row[2], "status": row[7]})
        after = json.dumps({"updated_at": at, "status": "requires_more"})
        raw.execute(_LINE, (step, at, "update", record, before, after))
        raw.execute("COMMIT")
        row[2], row[7] = at, "requires_more"
        return decoded(tuple(row))

    return update


def raw_running(raw: sqlite3.Connection, recorded: list[Statements]) -> Callable[[int], Any]:
    readers: dict[str, list[tuple[int, Callable[[str], Any]]]] = {}

    def run(number: int) -> None:
        for statement, parameters in recorded[number]:
            cursor = raw.execute(statement, parameters)
            if statement not in readers:
                readers[statement] = readings(cursor)
            for row in cursor.fetchall():
                for place, reading in readers[statement]:
                    if row[place] is not None:
                        reading(row[place])

    return run


def readings(cursor: sqlite3.Cursor) -> list[tuple[int, Callable[[str], Any]]]:
    """How the values of a statement's rows are read: instants, and JSON."""
    read = []
    for place, (name, *_) in enumerate(cursor.description or ()):
        if name.endswith("_at"):
            read.append((place, datetime.fromisoformat))
        elif name in {"data", "metadata", "context"}:
            read.append((place, json.loads))
    return read


def recorded(path: Path, carts: list[str]) -> list[Statements]:
    """The statements of authorizing each cart."""
    made: list[Statements] = []
    with Store.open(path) as store:
        for cart_id in carts:
            with listening() as heard:
                store.checkout.authorize(cart_id)
            made.append(heard)
    return made


@contextmanager
def listening() -> Iterator[Statements]:
    """Notes what connections are asked to execute."""
    heard: Statements = []
    execute = sqlite3.Connection.execute

    def noted(self: Connection, statement: str, parameters: Any = ()) -> sqlite3.Cursor:
        heard.append((statement, tuple(parameters)))
        return execute(self, statement, parameters)

    Connection.execute = noted  # type: ignore[method-assign]
    try:
        yield heard
    finally:
        del Connection.execute


if __name__ == "__main__":
    sys.exit(main())
