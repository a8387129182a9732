"""The verbs about a store as a whole: init, backup, check, stats, seed, index, open and demo."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

from localpay import Store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Run


def test_a_new_store_is_its_owners_alone(run: Run, path: Path) -> None:
    result = run("init", path)

    assert result.stderr == f"{path} is ready\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run("check", path).exit_code == 0


def test_a_backup_is_an_equal_store(run: Run, shop: Path) -> None:
    copy = shop.with_name("copy.localpay")
    result = run("backup", shop, copy)

    assert result.stderr == f"copied {shop} to {copy}\n"
    assert run("export", copy).stdout == run("export", shop).stdout


def test_what_is_wrong_with_a_store_is_listed_with_status_1(run: Run, shop: Path) -> None:
    with closing(sqlite3.connect(shop)) as connection, connection:
        connection.execute("UPDATE payment SET amount_refunded = 9999")
    result = run("check", shop)

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "payment pay_ada is refunded beyond its amount",
        "payment pay_ada: its refunds do not add up to amount_refunded",
    ]
    assert result.stderr == ""


def test_stats_count_records_and_sum_money_by_currency(run: Run, shop: Path) -> None:
    shown = run("stats", shop).stdout

    assert "  payment session  3\n" in shown
    assert "captured, less refunds\n  eur  20.00\n" in shown
    assert "sessions by status\n  authorized  1\n  error       1\n  pending     1\n" in shown


def test_stats_say_a_status_in_words_and_leave_the_name_of_a_provider(run: Run, path: Path) -> None:
    with Store.open(path) as store:
        store.sessions.create(provider_id="my_provider", status="requires_more")
    shown = run("stats", path).stdout

    assert "sessions by status\n  requires more  1\n" in shown
    assert "sessions by provider\n  my_provider  1\n" in shown


def test_a_seed_gives_the_same_records_again(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "first.localpay", tmp_path / "second.localpay"
    result = run("seed", first, "--carts", "5", "--seed", "7")
    run("seed", second, "--carts", "5", "--seed", "7")

    assert result.exit_code == 0
    assert "5 carts, " in result.stderr
    assert run("export", first).stdout == run("export", second).stdout


def test_a_seed_is_taken_once(run: Run, path: Path) -> None:
    run("seed", path, "--carts", "5", "--seed", "7")
    result = run("seed", path, "--carts", "5", "--seed", "7")

    assert result.exit_code == 1
    assert "carts of seed 7" in result.stderr


def test_a_search_index_is_made_and_removed(run: Run, shop: Path) -> None:
    assert run("index", shop, "--search").stderr == f"{shop} has a search index now\n"
    with Store.open(shop, read_only=True) as store:
        assert store.has_search_index()
    assert "ps_kenji" in run("list", shop, "sessions", "declined").stdout

    assert run("index", shop, "--no-search").stderr == f"{shop} has no search index now\n"
    with Store.open(shop, read_only=True) as store:
        assert not store.has_search_index()
    assert run("index", shop).exit_code == 2


def test_the_demo_shop_can_be_drawn_without_a_terminal(run: Run) -> None:
    result = run("demo", "--smoke")

    assert result.exit_code == 0
    assert result.stderr == "the demo shop opens\n"


def test_the_screen_needs_a_terminal(run: Run, shop: Path) -> None:
    for words in (["open", shop], [shop], ["demo"]):
        result = run(*words)
        assert result.exit_code == 2
        assert "the screen needs a terminal" in result.stderr
