"""Seeding: adds generated carts to a store, all of them or none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from localpay.errors import DuplicateRecordError, FieldError, SeedUsedError
from localpay.seeding.generator import OPENED, Generator
from localpay.storage.bulk import insert_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from localpay.seeding.generator import Rows
    from localpay.storage.database import Database
    from localpay.storage.journal import Journal


def seed_store(
    database: Database,
    journal: Journal,
    *,
    carts: int,
    seed: int,
    opened: datetime = OPENED,
    progress: Callable[[int], None] | None = None,
) -> dict[str, int]:
    """Add the regions and the first carts of a seed, with everything that belongs to them.

    Args:
        database: the open file.
        journal: gets one line for all records together.
        carts: how many carts.
        seed: any integer; the same seed gives the same records in any store.
        opened: when the first cart of the shop is made.
        progress: called now and then with the number of carts written so far.

    Returns:
        How many rows were added to each table.

    Raises:
        FieldError: the number of carts is negative, or one of the two is not a whole number.
        SeedUsedError: the store already has carts of this seed.
    """
    for name, number in (("carts", carts), ("seed", seed)):
        if not isinstance(number, int):
            raise FieldError("seed", name, f"takes a whole number, not {type(number).__name__}")
    if carts < 0:
        raise FieldError("seed", "carts", f"must be at least 0, not {carts}")
    generator = Generator(seed, opened)
    with database.writing():
        # A cart and its payment refer to each other.
        database.run("PRAGMA defer_foreign_keys = 1")
        written: Counter[str] = Counter()
        _insert(database, _new_shop(database, generator), written)
        for batch in generator.carts(0, carts):
            try:
                _insert(database, batch, written)
            except DuplicateRecordError:
                # Only this seed makes such ids.
                raise SeedUsedError(seed) from None
            if progress is not None:
                progress(written["cart"])
        counts = dict(written)
        if any(counts.values()):
            journal.write("seed", "cart", f"seed {seed}", None, {"seed": seed, "rows": counts})
    return counts


def _new_shop(database: Database, generator: Generator) -> Rows:
    """The rows of the shop, without regions and providers that the store already has."""
    shop = generator.shop()
    known = {
        record_id
        for (record_id,) in database.rows(
            "SELECT id FROM payment_provider UNION ALL SELECT id FROM region"
        )
    }
    return {
        # Pairs begin with the region: if that is there, they are too, or were removed on purpose.
        table: [row for row in rows if row[0] not in known]
        for table, rows in shop.items()
    }


def _insert(database: Database, rows: Rows, written: Counter[str]) -> None:
    for table, part in rows.items():
        insert_rows(database, table, part)
        written[table] += len(part)
