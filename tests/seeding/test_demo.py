from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from localpay import jsontext
from localpay.entities import SESSION_STATUSES
from localpay.errors import NothingToUndoError, SeedUsedError
from localpay.money import decimals
from localpay.seeding.demo import build_demo
from localpay.storage.checking import check
from localpay.storage.journal import Journal
from localpay.storage.opening import open_database
from localpay.storage.rows import Rows
from localpay.storage.undo import Undo
from tests.seeding.shops import broken_rules

SOURCE = Path(__file__).parents[2] / "data" / "demo.json"
STORIES = jsontext.loads(SOURCE.read_text("utf-8"))["stories"]
TABLES = (
    "payment_provider", "region", "region_payment_providers", "cart", "line_item",
    "payment_session", "payment", "refund", "change",
)  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.localpay"
    build_demo(path).close()
    return path


@pytest.fixture
def demo(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield connection


def content(path: Path) -> list[list[Any]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return [
            connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
            for table in TABLES
        ]


def column(demo: sqlite3.Connection, query: str, *parameters: Any) -> list[Any]:
    return [value for (value,) in demo.execute(query, parameters)]


def sessions_of(demo: sqlite3.Connection, email: str) -> dict[str, dict[str, Any]]:
    """The sessions of a story's cart by provider."""
    cursor = demo.execute(
        """SELECT session.*, cart.total, cart.completed_at, cart.payment_id
        FROM payment_session AS session JOIN cart ON cart.id = cart_id WHERE email = ?""",
        (email,),
    )
    names = [name for name, *_ in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return {row["provider_id"]: row | {"data": jsontext.loads(row["data"])} for row in rows}


def test_every_build_gives_the_same_records(path: Path, tmp_path: Path) -> None:
    build_demo(tmp_path / "again").close()
    assert content(tmp_path / "again") == content(path)


def test_the_records_stay_the_same_for_ever(path: Path) -> None:
    """People know the demo shop, and pictures show it: change it on purpose or not at all."""
    records = repr(content(path)[:-1]).encode()
    assert blake2b(records, digest_size=16).hexdigest() == "60498cfb37ad82f49ee57c209e4b5c5c"


def test_it_keeps_every_rule_of_the_data(demo: sqlite3.Connection) -> None:
    assert broken_rules(demo) == {}


def test_it_checks_clean(path: Path) -> None:
    with closing(open_database(path, lambda: datetime.now(UTC), read_only=True)) as database:
        assert check(database) == []


def test_what_is_shipped_is_small() -> None:
    assert SOURCE.stat().st_size < 100_000


def test_it_has_a_few_hundred_carts(demo: sqlite3.Connection) -> None:
    (carts,) = column(demo, "SELECT count(*) FROM cart")
    assert 240 < carts < 320


def test_it_has_some_thirty_stories(demo: sqlite3.Connection) -> None:
    told = column(demo, "SELECT metadata ->> 'story' FROM cart WHERE metadata ->> 'story' <> ''")
    assert len(told) >= 25
    assert sorted(told) == sorted(story["title"] for story in STORIES)


def test_it_has_sessions_in_every_state(demo: sqlite3.Connection) -> None:
    found = column(demo, "SELECT DISTINCT status FROM payment_session")
    assert set(found) == set(SESSION_STATUSES)


def test_it_has_currencies_without_decimals_and_with_three(demo: sqlite3.Connection) -> None:
    currencies = column(demo, "SELECT DISTINCT currency_code FROM cart")
    assert len(currencies) == 5
    assert {decimals(currency) for currency in currencies} == {0, 2, 3}


def test_the_stories_come_after_all_other_carts(demo: sqlite3.Connection) -> None:
    newest = column(
        demo,
        "SELECT metadata ->> 'story' IS NOT NULL FROM cart ORDER BY created_at DESC LIMIT ?",
        len(STORIES),
    )
    assert all(newest)


def test_the_journal_runs_in_the_order_of_time(demo: sqlite3.Connection) -> None:
    instants = column(demo, "SELECT at FROM change ORDER BY number")
    assert instants == sorted(instants)


def test_one_step_of_the_journal_is_one_instant(demo: sqlite3.Connection) -> None:
    instants = defaultdict(set)
    for step, at in demo.execute("SELECT step, at FROM change"):
        instants[step].add(at)
    assert len(instants) > 150
    assert all(len(each) == 1 for each in instants.values())


def test_each_storys_sessions_have_a_past(demo: sqlite3.Connection) -> None:
    without = column(
        demo,
        """SELECT session.id FROM payment_session AS session JOIN cart ON cart.id = cart_id
        WHERE cart.metadata ->> 'story' IS NOT NULL
        AND session.id NOT IN (SELECT record_id FROM change WHERE operation = 'create')""",
    )
    assert without == []


def test_calls_to_providers_stand_in_the_journal(demo: sqlite3.Connection) -> None:
    calls = set(
        column(demo, "SELECT after ->> 'call' FROM change WHERE operation = 'provider_call'")
    )
    assert calls == {
        "initiatePayment", "deletePayment", "authorizePayment", "capturePayment",
        "refundPayment", "cancelPayment",
    }  # fmt: skip


def test_the_last_step_called_a_provider_and_is_not_undone(tmp_path: Path) -> None:
    build_demo(tmp_path / "demo").close()
    with closing(open_database(tmp_path / "demo", lambda: datetime.now(UTC))) as database:
        journal = Journal(database, "library")
        with pytest.raises(NothingToUndoError, match="'stripe'"):
            Undo(database, Rows(database, journal), journal).undo()
    with closing(sqlite3.connect(tmp_path / "demo")) as demo:
        session = sessions_of(demo, "three.ds.never.finished@example.test")["stripe"]
    assert session["status"] == "requires_more"


def test_it_is_not_built_twice_into_one_file(tmp_path: Path) -> None:
    build_demo(tmp_path / "demo").close()
    before = content(tmp_path / "demo")
    with pytest.raises(SeedUsedError):
        build_demo(tmp_path / "demo")
    assert content(tmp_path / "demo") == before


# The stuck checkouts, each for its own reason


def test_three_d_secure_was_never_finished(demo: sqlite3.Connection) -> None:
    session = sessions_of(demo, "three.ds.never.finished@example.test")["stripe"]
    assert session["status"] == "requires_more"
    assert session["data"]["next_action"]


def test_a_card_was_declined(demo: sqlite3.Connection) -> None:
    session = sessions_of(demo, "declined.three.times@example.test")["stripe"]
    assert session["status"] == "error"
    assert session["data"]["last_payment_error"]["decline_code"] == "insufficient_funds"


def test_a_provider_timed_out(demo: sqlite3.Connection) -> None:
    session = sessions_of(demo, "provider.timed.out@example.test")["paypal"]
    assert session["status"] == "pending"
    failures = column(
        demo,
        "SELECT after ->> 'reason' FROM change WHERE record_id = ? AND after ->> 'outcome' = ?",
        session["id"],
        "failed",
    )
    assert failures == ["no answer within 30 seconds"] * 2


def test_a_refreshed_session_is_no_longer_selected(demo: sqlite3.Connection) -> None:
    sessions = sessions_of(demo, "refreshed.unselected@example.test")
    assert sessions["klarna"]["is_initiated"] == 1
    assert {session["is_selected"] for session in sessions.values()} == {None}


def test_a_provider_left_the_region(demo: sqlite3.Connection) -> None:
    session = sessions_of(demo, "provider.removed@example.test")["giropay"]
    assert session["is_selected"] == 1
    offers = column(demo, "SELECT region_id FROM region_payment_providers WHERE provider_id = ?",
                    "giropay")  # fmt: skip
    assert offers == []


def test_an_amount_is_stale(demo: sqlite3.Connection) -> None:
    session = sessions_of(demo, "stale.amount@example.test")["stripe"]
    assert 0 < session["amount"] < session["total"]


def test_a_free_cart_waits_for_its_session(demo: sqlite3.Connection) -> None:
    session = sessions_of(demo, "free.but.pending@example.test")["stripe"]
    assert (session["total"], session["is_selected"], session["status"]) == (0, 1, "pending")


def test_an_authorized_cart_was_never_completed(demo: sqlite3.Connection) -> None:
    session = sessions_of(demo, "never.completed@example.test")["stripe"]
    assert session["status"] == "authorized"
    assert session["payment_id"]
    assert session["completed_at"] is None


def test_a_webhook_never_came(demo: sqlite3.Connection) -> None:
    session = sessions_of(demo, "webhook.missing@example.test")["stripe"]
    assert session["status"] == "pending"
    assert session["data"]["status"] == "succeeded"
    assert session["data"]["amount"] == session["total"]


def test_a_started_session_holds_nothing(demo: sqlite3.Connection) -> None:
    session = sessions_of(demo, "empty.data@example.test")["adyen"]
    assert session["is_initiated"] == 1
    assert session["data"] == {}


def test_amount_and_currency_can_be_wrong_at_the_provider(demo: sqlite3.Connection) -> None:
    yen = sessions_of(demo, "yen.times.hundred@example.test")["stripe"]
    assert yen["data"]["amount"] == 100 * yen["amount"]
    euro = sessions_of(demo, "wrong.currency@example.test")["stripe"]
    assert euro["data"]["currency"] == "usd"


def test_sessions_lost_their_cart(demo: sqlite3.Connection) -> None:
    assert sessions_of(demo, "orphaned.session@example.test") == {}
    assert column(demo, "SELECT count(*) FROM payment_session WHERE cart_id IS NULL") == [2]


def test_a_payment_was_refunded_to_the_last_cent(demo: sqlite3.Connection) -> None:
    ((amount, refunded, refunds),) = demo.execute(
        """SELECT payment.amount, amount_refunded, count(*) FROM payment
        JOIN cart ON cart.id = cart_id JOIN refund ON refund.payment_id = payment.id
        WHERE email = 'three.refunds@example.test'"""
    )
    assert amount == refunded
    assert refunds == 3


# Values that are hard to show


def test_data_is_as_long_and_as_deep_as_it_gets(demo: sqlite3.Connection) -> None:
    def depth(value: Any) -> int:
        if isinstance(value, dict):
            return 1 + max(map(depth, value.values()), default=0)
        return 0

    long = column(demo, "SELECT max(length(data)) FROM payment_session")
    assert 35_000 < long[0] < 60_000
    deep = sessions_of(demo, "deep.data@example.test")["adyen"]["data"]
    assert depth(deep) == 30


@pytest.mark.parametrize(
    "text", ["抹茶セット", "عود", "👩‍👩‍👧‍👦", "e\u0301", "a[/b]c", "[@click=app.quit]", "=1+1"]
)
def test_text_of_every_kind_occurs(demo: sqlite3.Connection, text: str) -> None:
    places = column(
        demo,
        """SELECT id FROM cart WHERE instr(metadata, ?) OR instr(email, ?)
        UNION SELECT id FROM line_item WHERE instr(title, ?)""",
        *[text] * 3,
    )
    assert places


def test_control_characters_occur_in_data(demo: sqlite3.Connection) -> None:
    data = sessions_of(demo, "a[/b]c@example.test")["stripe"]["data"]
    assert "\x1b[31m" in data["description"]
    assert "\u202e" in data["note"]
