"""What each index of the file costs and buys: the same work with it and without it, in one run.

    python -m tests.benchmarks.bench_indexes --sessions 1000000

makes a store of that size (or takes a copy of `--store`). For each index it prints how large it
is, how much CPU time it adds to each row that is inserted, and how long the lists that need it
take with it and without it. The indexes are dropped in a transaction that is rolled back.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from localpay.clock import system_clock
from localpay.storage.models import Cart, Payment, PaymentSession
from localpay.storage.plans import plan
from localpay.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localpay.storage.models import BaseEntity

CARTS_PER_SESSION = 0.3827
INSERTED = 20_000
PAGE = 50


class Question(NamedTuple):
    """A list that an index serves.

    Attributes:
        name: what it shows.
        model: the table.
        query: in the filter language; `{cart}` and `{email}` stand for a cart's.
        sort: the field to sort by.
        whole: whether all rows are put in order, or the first page is read.
    """

    name: str
    model: type[BaseEntity]
    query: str = ""
    sort: str = "-created_at"
    whole: bool = False


QUESTIONS = {
    "payment_session_created": [
        Question("newest first, a page", PaymentSession),
        Question("newest first, all", PaymentSession, whole=True),
    ],
    "payment_session_status": [
        Question("status:error, a page", PaymentSession, "status:error"),
        Question("status:error, all", PaymentSession, "status:error", whole=True),
    ],
    "payment_session_provider": [
        Question("provider:adyen, a page", PaymentSession, "provider:adyen"),
        Question("provider:adyen, all", PaymentSession, "provider:adyen", whole=True),
    ],
    "payment_session_amount": [
        Question("largest first, a page", PaymentSession, "", "-amount"),
        Question("amount:2244, a page", PaymentSession, "amount:2244"),
    ],
    "payment_session_one_provider": [
        Question("cart_id:…, a page", PaymentSession, "cart_id:{cart}"),
    ],
    "payment_session_one_selected": [],
    "cart_created": [
        Question("newest first, a page", Cart),
        Question("newest first, all", Cart, whole=True),
    ],
    "cart_email": [
        Question("email:…, a page", Cart, "email:{email}"),
        Question("by e-mail, a page", Cart, "", "email"),
    ],
    "cart_region": [],
    "payment_created": [Question("newest first, a page", Payment)],
    "payment_provider_id": [
        Question("provider:adyen, a page", Payment, "provider:adyen"),
        Question("provider:adyen, all", Payment, "provider:adyen", whole=True),
    ],
    "payment_cart": [Question("cart_id:…, a page", Payment, "cart_id:{cart}")],
    "payment_one_live": [],
}


def measure(work: Callable[[], Any], seconds: float = 0.5) -> float:
    """The median milliseconds of CPU time that a piece of work takes."""
    spent: list[float] = []
    while len(spent) < 3 or (sum(spent) < seconds and len(spent) < 50):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return statistics.median(spent) * 1000


class Bench:
    """One store, through a bare connection.

    Args:
        connection: to the file.
        known: the cart and e-mail that questions may ask for.
    """

    def __init__(self, connection: sqlite3.Connection, known: dict[str, str]) -> None:
        self._connection = connection
        self._known = known

    def inserting(self, table: str) -> float:
        """Microseconds of CPU time to insert a row like those that are there."""
        names = [row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")]
        rows = self._connection.execute(
            f"SELECT {', '.join(names)} FROM {table} ORDER BY rid DESC LIMIT {INSERTED}"
        ).fetchall()
        place = {name: names.index(name) for name in names}
        made = []
        for number, row in enumerate(reversed(rows)):
            values = list(row)
            values[place["rid"]] = None
            values[place["id"]] = f"{row[place['id']]}_{number}"
            if "payment_id" in place:
                values[place["payment_id"]] = None
            if "cart_id" in place and row[place["cart_id"]] is not None:
                values[place["cart_id"]] = f"{row[place['cart_id']]}_{number}"
            made.append(values)
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table} VALUES ({marks})"
        spent = []
        for _ in range(3):
            self._connection.execute("SAVEPOINT inserting")
            begin = time.process_time()
            self._connection.executemany(statement, made)
            spent.append(time.process_time() - begin)
            self._connection.execute("ROLLBACK TO inserting")
            self._connection.execute("RELEASE inserting")
        return min(spent) * 1e6 / len(made)

    def asking(self, question: Question) -> float:
        """Milliseconds of CPU time that a list takes."""
        text = question.query.format(**self._known)
        planned = plan(question.model, text, question.sort, now=system_clock())
        condition = planned.condition(whole=question.whole)
        if question.whole:
            statement = planned.order.numbers(condition.sql)
            return measure(lambda: self._connection.execute(statement, condition.params).fetchall())
        statement = planned.order.page(condition.sql)
        values = (*condition.params, PAGE)
        return measure(lambda: self._connection.execute(statement, values).fetchall())

    def size(self, index: str) -> float:
        """How large an index is, in MB; drops it."""
        before = self._pragma("freelist_count")
        self._connection.execute(f"DROP INDEX {index}")
        return (self._pragma("freelist_count") - before) * self._pragma("page_size") / 1e6

    def _pragma(self, name: str) -> int:
        found: int = self._connection.execute(f"PRAGMA {name}").fetchone()[0]
        return found

    def table(self, index: str) -> str:
        """The table of an index."""
        found: str = self._connection.execute(
            "SELECT tbl_name FROM sqlite_master WHERE name = ?", (index,)
        ).fetchone()[0]
        return found

    def run(self) -> Iterator[str]:
        """A line for each index, and for each list that it serves."""
        for index, questions in QUESTIONS.items():
            table = self.table(index)
            self._connection.execute("BEGIN")
            with_it = self.inserting(table), [self.asking(each) for each in questions]
            size = self.size(index)
            without = self.inserting(table), [self.asking(each) for each in questions]
            self._connection.execute("ROLLBACK")
            yield (
                f"{index:<30}{size:>7.1f} MB {with_it[0] - without[0]:>+6.2f} µs a row"
                f" ({with_it[0]:.1f} with all)"
            )
            for question, fast, slow in zip(questions, with_it[1], without[1], strict=True):
                yield f"    {question.name:<32}{fast:>10.2f} ms with, {slow:>10.2f} ms without"


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--store", type=Path, help="an existing store, which stays as it is")
    parser.add_argument("--sessions", type=int, default=100_000, help="of the store that is made")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.localpay"
        if asked.store is not None:
            shutil.copy(asked.store, path)
        with Store.open(path) as store:
            if asked.store is None:
                store.seed(carts=round(asked.sessions * CARTS_PER_SESSION), seed=1)
            cart = store.carts.list("has:email has:payment", sort="created_at", limit=1)[0]
            known = {"cart": cart.id, "email": str(cart.email)}
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for line in Bench(connection, known).run():
                print(line, flush=True)


if __name__ == "__main__":
    main()
