"""Listing, filtering and counting beside the same work in raw `sqlite3`, in one run.

    python -m tests.benchmarks.bench_listing --sessions 10000,100000,1000000

makes a store of each size (or takes it from `--dir`), runs each case on both sides in turns, and
prints medians of CPU time with their ratio. Both sides end with the same values: where ours gives
records, the raw side reads the JSON and the instants of its rows as well. The figures are also
written to `--json`.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from localpay.store import Store
from tests.benchmarks.raw import decoded

CARTS_PER_SESSION = 0.3827
PAGE = 50

COLUMNS = (
    "s.id, s.created_at, s.updated_at, s.cart_id, s.provider_id, s.is_selected, s.is_initiated,"
    " s.status, s.data, s.idempotency_key, s.amount, s.payment_authorized_at"
)


@dataclass(frozen=True)
class Case:
    """One comparison.

    Attributes:
        name: what is done.
        ours: through the store.
        raw: the best statement known, on a bare connection.
        limit: the highest ratio that we want, or None where milliseconds count.
        milliseconds: the longest that we want it to take at a million, or None.
    """

    name: str
    ours: Callable[[], Any]
    raw: Callable[[], Any]
    limit: float | None = None
    milliseconds: float | None = None


def page(where: str, order: str) -> str:
    """The best raw statement for a page: row numbers from an index first, then the rows."""
    return (
        f"SELECT {COLUMNS} FROM payment_session s WHERE s.rid IN (SELECT rid FROM payment_session"
        f" WHERE {where} ORDER BY {order}, rid DESC LIMIT {PAGE})"
    )


def cases(store: Store, raw: sqlite3.Connection) -> Iterator[Case]:
    """The comparisons, for a store and a bare connection to the same file."""
    sessions = store.sessions

    def fetch(statement: str, *parameters: Any) -> Callable[[], Any]:
        return lambda: raw.execute(statement, parameters).fetchall()

    def read(statement: str) -> Callable[[], Any]:
        return lambda: [decoded(row) for row in raw.execute(statement)]

    def listed(query: str, sort: str = "-created_at") -> Callable[[], Any]:
        return lambda: sessions.list(query, sort=sort, limit=PAGE)

    some = sessions.list(limit=1, sort="created_at")[0]
    newest = "created_at DESC"
    firsts = {
        ("", "-created_at"): page("1", newest),
        ("", "-amount"): page("1", "amount DESC"),
        ("status:pending", "-created_at"): page("status = 'pending'", newest),
        ("status:error", "-created_at"): page("status = 'error'", newest),
        ("provider:adyen", "-created_at"): page("provider_id = 'adyen'", newest),
        ("status:error,canceled", "-created_at"): page("status IN ('error', 'canceled')", newest),
        ("created:>=2024-08", "-created_at"): page(
            "created_at >= '2024-08-01T00:00:00.000000Z'", newest
        ),
        (f"id:{some.id}", "-created_at"): page(f"id = '{some.id}'", newest),
        (f"cart_id:{some.cart_id}", "-created_at"): page(f"cart_id = '{some.cart_id}'", newest),
    }
    for (query, sort), statement in firsts.items():
        yield Case(
            f"first page  {query or 'all'}  {sort}", listed(query, sort), read(statement), 1.5
        )
    looked_up = [each.id for each in sessions.list(limit=1000)]
    number = count()

    def one_of_many(find: Callable[[str], Any]) -> Callable[[], Any]:
        return lambda: find(looked_up[next(number) % len(looked_up)])

    by_id = page("id = ?", newest)
    yield Case(
        "first page  id:…, another one each time",
        one_of_many(lambda each: listed(f"id:{each}")()),
        one_of_many(lambda each: [decoded(row) for row in raw.execute(by_id, (each,))]),
        milliseconds=0.1,
    )
    combined = {
        "status:error provider:adyen": "status = 'error' AND provider_id = 'adyen'",
        "status:error provider:adyen amount:>=100000": (
            "status = 'error' AND provider_id = 'adyen' AND amount >= 100000"
        ),
        "status:authorized amount:5000..6000": (
            "status = 'authorized' AND amount BETWEEN 5000 AND 6000"
        ),
    }
    for query, where in combined.items():
        yield Case(f"first page  {query}", listed(query), read(page(where, newest)), milliseconds=5)
    yield Case(
        "first page  created:>=2024-08  -amount",
        listed("created:>=2024-08", "-amount"),
        read(page("+created_at >= '2024-08-01T00:00:00.000000Z'", "amount DESC")),
        milliseconds=10,
    )
    yield Case(
        "first page  sort without an index: idempotency_key",
        listed("", "idempotency_key"),
        read(page("1", "idempotency_key IS NULL, idempotency_key")),
        1.2,
    )

    def order() -> Any:
        listing = sessions.listing()
        listing.fill()
        return listing

    def raw_order() -> Any:
        found = array("q")
        cursor = raw.execute("SELECT rid FROM payment_session ORDER BY created_at DESC, rid DESC")
        while part := cursor.fetchmany(20_000):
            found.extend([rid for (rid,) in part])
        return found

    yield Case("whole order by an index", order, raw_order, 1.3)
    filled, numbers = order(), raw_order()
    middle = len(numbers) // 2

    def raw_window() -> Any:
        places = ", ".join(map(str, numbers[middle : middle + PAGE]))
        statement = f"SELECT {COLUMNS} FROM payment_session s WHERE rid IN ({places})"
        return [decoded(row) for row in raw.execute(statement)]

    yield Case(
        "window in the middle", lambda: filled.window(middle, PAGE), raw_window, milliseconds=5
    )
    counts = {
        "": "1",
        "status:pending": "status = 'pending'",
        "status:error provider:adyen": "status = 'error' AND provider_id = 'adyen'",
    }

    def counted(query: str) -> Callable[[], Any]:
        return lambda: sessions.count(query)

    for query, where in counts.items():
        statement = f"SELECT count(*) FROM payment_session WHERE {where}"
        yield Case(f"count  {query or 'all'}", counted(query), fetch(statement), 1.3)
    yield Case(
        "count up to 10,000  status:pending",
        lambda: sessions.listing("status:pending").count(10_000),
        fetch(
            "SELECT count(*) FROM"
            " (SELECT 1 FROM payment_session WHERE status = 'pending' LIMIT 10000)"
        ),
        milliseconds=6,
    )
    grouped = [
        fetch(f"SELECT {value}, count(*) FROM payment_session s {join} GROUP BY 1")
        for value, join in (
            ("status", ""),
            ("provider_id", ""),
            ("c.currency_code", "LEFT JOIN cart c ON c.id = s.cart_id"),
            ("c.region_id", "LEFT JOIN cart c ON c.id = s.cart_id"),
            ("substr(s.created_at, 1, 7)", ""),
        )
    ]
    yield Case(
        "all facets, counted",
        lambda: dict(sessions.facets(sums=False)),
        lambda: [each() for each in grouped],
        1.3,
    )
    summed = fetch(
        "SELECT s.status, s.provider_id, c.currency_code, c.region_id, substr(s.created_at, 1, 7),"
        " count(*), sum(s.amount) FROM payment_session s LEFT JOIN cart c ON c.id = s.cart_id"
        " GROUP BY 1, 2, 3, 4, 5"
    )
    yield Case("all facets with their sums", lambda: dict(sessions.facets()), summed, 1.3)
    yield from searches(store, listed, fetch, read)


def searches(
    store: Store,
    listed: Callable[[str], Callable[[], Any]],
    fetch: Callable[[str], Callable[[], Any]],
    read: Callable[[str], Callable[[], Any]],
) -> Iterator[Case]:
    """Texts anywhere in a record: by a scan, or by the search index where the store has one."""
    walk = (
        f"SELECT {COLUMNS} FROM payment_session s WHERE s.rid IN"
        " (SELECT s.rid FROM payment_session s WHERE s.id LIKE '%{0}%'"
        " OR s.cart_id LIKE '%{0}%' OR s.provider_id LIKE '%{0}%'"
        " OR s.idempotency_key LIKE '%{0}%' OR s.data LIKE '%{0}%'"
        " OR EXISTS (SELECT 1 FROM cart c WHERE c.id = s.cart_id"
        " AND (c.email LIKE '%{0}%' OR c.customer_id LIKE '%{0}%'))"
        " ORDER BY s.created_at DESC, s.rid DESC LIMIT 50)"
    )
    if store.has_search_index():
        email = next(cart.email for cart in store.carts.list("has:email", limit=1))
        for text in (
            "example",
            "adyen",
            "declined",
            "insufficient_funds",
            str(email),
            "nowhere_to",
        ):
            found = store.sessions.count(text)
            yield Case(
                f"search by the index  {text} ({found:,} hits)",
                listed(text),
                read(walk.format(text)),
                milliseconds=10,
            )
        return
    hit = "example"
    yield Case("search  a common word", listed(hit), read(walk.format(hit)), milliseconds=30)
    scan = (
        "SELECT count(*) FROM payment_session s WHERE s.id LIKE '%{0}%' OR s.cart_id LIKE '%{0}%'"
        " OR s.provider_id LIKE '%{0}%' OR s.idempotency_key LIKE '%{0}%'"
        " OR s.data LIKE '%{0}%' OR s.cart_id IN"
        " (SELECT id FROM cart WHERE email LIKE '%{0}%' OR customer_id LIKE '%{0}%')"
    )
    miss = "nowhere_to_be_found"
    yield Case(
        "search  no hit, all scanned",
        lambda: store.sessions.count(miss),
        fetch(scan.format(miss)),
        1.2,
    )


def median_milliseconds(work: Callable[[], Any], seconds: float) -> float:
    """The median CPU time of a piece of work, run for about so many seconds, at least thrice."""
    spent: list[float] = []
    while len(spent) < 3 or (sum(spent) < seconds and len(spent) < 200):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return statistics.median(spent) * 1000


def run(path: Path, seconds: float) -> list[dict[str, Any]]:
    """Run all cases on one store and print them."""
    rows = []
    with Store.open(path, read_only=True) as store, closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA cache_size = -16384")
        print(f"\n{store.sessions.count():,} sessions")
        for case in cases(store, raw):
            case.ours(), case.raw()
            ours = median_milliseconds(case.ours, seconds)
            floor = median_milliseconds(case.raw, seconds)
            ratio = ours / floor if floor else float("nan")
            goal = f"≤ {case.limit}×" if case.limit else f"≤ {case.milliseconds} ms"
            met = ratio <= case.limit if case.limit else ours <= (case.milliseconds or 0)
            print(
                f"{case.name:<58}{ours:>10.3f} ms{floor:>10.3f} ms {ratio:>7.2f}×  {goal:<9}"
                f"{'' if met else ' missed'}"
            )
            rows.append({"case": case.name, "ours_ms": ours, "raw_ms": floor, "ratio": ratio})
    return rows


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", default="10000,100000", help="sizes, comma between them")
    parser.add_argument("--dir", type=Path, help="where the stores are kept for another run")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    parser.add_argument("--search-index", action="store_true", help="search by an index")
    parser.add_argument("--seconds", type=float, default=0.5, help="for each side of each case")
    asked = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.dir or Path(temporary)
        for size in map(int, asked.sessions.split(",")):
            path = folder / f"{size}.localpay"
            if not path.exists():
                print(f"making {size:,} sessions", file=sys.stderr)
                with Store.open(path) as store:
                    store.seed(carts=round(size * CARTS_PER_SESSION), seed=1)
            if asked.search_index:
                with Store.open(path) as store:
                    if not store.has_search_index():
                        print("making the search index", file=sys.stderr)
                        store.build_search_index()
            figures[size] = run(path, asked.seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory {peak:.0f} MiB")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
