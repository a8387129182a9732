from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from localpay.errors import (
    FieldError,
    NothingToUndoError,
    ReadOnlyStoreError,
    SeedUsedError,
)
from localpay.seeding.generator import CART_TABLES, SHOP_TABLES
from localpay.seeding.seed import seed_store
from localpay.storage.checking import check
from localpay.storage.journal import Journal
from localpay.storage.opening import open_database
from localpay.storage.rows import Rows
from localpay.storage.undo import Undo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localpay.storage.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TABLES = (*SHOP_TABLES, *CART_TABLES)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "shop.localpay", lambda: NOW)) as opened:
        yield opened


@pytest.fixture
def journal(database: Database) -> Journal:
    return Journal(database, "library")


def counts(database: Database) -> dict[str, int]:
    return {table: database.value(f"SELECT count(*) FROM {table}") for table in TABLES}


def content(database: Database) -> list[object]:
    return [database.rows(f"SELECT * FROM {table} ORDER BY rowid") for table in TABLES]


def test_a_seeded_store_checks_clean(database: Database, journal: Journal) -> None:
    seed_store(database, journal, carts=600, seed=1)
    assert check(database) == []


def test_it_tells_how_many_rows_it_wrote(database: Database, journal: Journal) -> None:
    written = seed_store(database, journal, carts=30, seed=1)
    assert written == counts(database)
    assert written["cart"] == 30


def test_the_same_seed_gives_the_same_store(database: Database, journal: Journal) -> None:
    seed_store(database, journal, carts=40, seed=3)
    with closing(open_database(":memory:", lambda: NOW)) as other:
        seed_store(other, Journal(other, "cli"), carts=40, seed=3)
        assert content(other) == content(database)


def test_the_journal_gets_one_line(database: Database, journal: Journal) -> None:
    written = seed_store(database, journal, carts=30, seed=5)
    (line,) = journal.lines()
    assert (line.actor, line.operation, line.at) == ("library", "seed", NOW)
    assert line.after == {"seed": 5, "rows": written}


def test_seeding_is_not_undone(database: Database, journal: Journal) -> None:
    seed_store(database, journal, carts=3, seed=5)
    with pytest.raises(NothingToUndoError):
        Undo(database, Rows(database, journal), journal).undo()


def test_a_seed_used_before_is_refused_and_changes_nothing(
    database: Database, journal: Journal
) -> None:
    seed_store(database, journal, carts=20, seed=2)
    before = content(database)
    with pytest.raises(SeedUsedError, match="already has the carts of seed 2; choose"):
        seed_store(database, journal, carts=30, seed=2)
    assert content(database) == before
    assert len(list(journal.lines())) == 1


def test_a_record_that_is_there_already_undoes_the_whole_seeding(
    database: Database, journal: Journal
) -> None:
    seed_store(database, journal, carts=20, seed=2)
    with database.writing():
        database.run("PRAGMA defer_foreign_keys = 1")
        database.run("DELETE FROM region_payment_providers")
        database.run("UPDATE cart SET region_id = 'reg_' || currency_code")
        database.run("UPDATE region SET id = 'reg_' || currency_code")
    before = content(database)
    with pytest.raises(SeedUsedError):
        seed_store(database, journal, carts=20, seed=2)
    assert content(database) == before


def test_another_seed_is_added_beside_the_first(database: Database, journal: Journal) -> None:
    seed_store(database, journal, carts=20, seed=1)
    written = seed_store(database, journal, carts=20, seed=2)
    assert written["payment_provider"] == 0
    assert counts(database)["region"] == 10
    assert check(database) == []


def test_no_carts_gives_an_empty_shop(database: Database, journal: Journal) -> None:
    seed_store(database, journal, carts=0, seed=1)
    assert counts(database)["region"] == 5
    assert counts(database)["cart"] == 0


def test_fewer_than_no_carts_is_an_error(database: Database, journal: Journal) -> None:
    with pytest.raises(FieldError, match="carts: must be at least 0, not -1"):
        seed_store(database, journal, carts=-1, seed=1)


def test_progress_counts_up_to_the_last_cart(database: Database, journal: Journal) -> None:
    told: list[int] = []
    seed_store(database, journal, carts=1200, seed=1, progress=told.append)
    assert told == sorted(told)
    assert len(told) > 1
    assert told[-1] == 1200


def test_an_interrupted_seeding_leaves_nothing(database: Database, journal: Journal) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed_store(database, journal, carts=1200, seed=1, progress=interrupt)
    assert set(counts(database).values()) == {0}
    assert list(journal.lines()) == []


def test_a_store_open_for_reading_is_not_seeded(tmp_path: Path) -> None:
    path = tmp_path / "shop.localpay"
    open_database(path, lambda: NOW).close()
    with (
        closing(open_database(path, lambda: NOW, read_only=True)) as database,
        pytest.raises(ReadOnlyStoreError),
    ):
        seed_store(database, Journal(database, "cli"), carts=1, seed=1)


def test_an_empty_shop_can_be_filled_with_carts_later(database: Database, journal: Journal) -> None:
    seed_store(database, journal, carts=0, seed=1)
    seed_store(database, journal, carts=0, seed=1)
    assert len(list(journal.lines())) == 1
    written = seed_store(database, journal, carts=20, seed=1)
    assert (written["region"], written["cart"]) == (0, 20)
    with closing(open_database(":memory:", lambda: NOW)) as other:
        seed_store(other, Journal(other, "cli"), carts=20, seed=1)
        assert content(other) == content(database)
