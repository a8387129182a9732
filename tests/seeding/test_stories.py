from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from localpay.ids import Ids
from localpay.seeding.seed import seed_store
from localpay.seeding.stories import StoryClock, tell
from localpay.storage.checking import check
from localpay.storage.database import Database
from localpay.storage.journal import Journal
from localpay.storage.opening import open_database
from localpay.storage.rows import Rows
from localpay.storage.workspace import Workspace

START = datetime(2026, 11, 1, tzinfo=UTC)
Telling = Callable[..., dict[str, Any]]


@pytest.fixture
def clock() -> StoryClock:
    return StoryClock(START)


@pytest.fixture
def database(clock: StoryClock) -> Iterator[Database]:
    with closing(open_database(":memory:", clock)) as opened:
        seed_store(opened, Journal(opened, "demo"), carts=0, seed=1)
        yield opened


@pytest.fixture
def told(database: Database, clock: StoryClock) -> Telling:
    """Tell one story of a cart of 1,000 with 200 of tax, and give its records by table."""

    def told(*steps: list[Any], **cart: Any) -> dict[str, Any]:
        story = {
            "title": "A story",
            "at": "2026-11-01T00:00:00Z",
            "region": "Europe",
            "items": [["Thing", 1, 1000]],
            "shipping": 0,
            "steps": steps,
        }
        journal = Journal(database, "demo")
        workspace = Workspace(database, Rows(database, journal), Ids(clock, Random(1)))
        tell([story | cart], workspace, journal, clock)
        assert check(database) == []
        return {
            table: [dict(zip(_names(database, table), row, strict=True)) for row in rows]
            for table in ("cart", "payment_session", "payment", "refund")
            for rows in [database.rows(f"SELECT * FROM {table}")]
        }

    return told


def _names(database: Database, table: str) -> list[str]:
    return [name for (name,) in database.rows("SELECT name FROM pragma_table_info(?)", (table,))]


def test_a_cart_stands_at_the_beginning(told: Telling) -> None:
    (cart,) = told(email="ada@example.test")["cart"]
    assert (cart["email"], cart["total"], cart["created_at"]) == (
        "ada@example.test",
        1200,
        "2026-11-01T00:00:00.000000Z",
    )


def test_each_step_comes_its_time_after_the_one_before(told: Telling, database: Database) -> None:
    told(["1.5s", "offer", "stripe"], ["2m", "choose", "stripe"], ["1d", "refresh", "stripe"])
    instants = database.rows("SELECT DISTINCT at FROM change WHERE operation <> 'seed' ORDER BY at")
    assert [at[8:23] for (at,) in instants] == [
        "01T00:00:00.000",
        "01T00:00:01.500",
        "01T00:02:01.500",
        "02T00:02:01.500",
    ]


def test_offering_makes_a_session_for_each_provider(told: Telling) -> None:
    sessions = told(["1s", "offer"])["payment_session"]
    assert {session["provider_id"] for session in sessions} == {
        "stripe",
        "paypal",
        "klarna",
        "manual",
    }
    assert {(session["amount"], session["data"]) for session in sessions} == {(1200, "{}")}


def test_choosing_another_one_leaves_the_first(told: Telling) -> None:
    first, second = told(
        ["1s", "offer", "stripe", "manual"],
        ["1s", "choose", "stripe"],
        ["1s", "choose", "manual"],
    )["payment_session"]
    assert (first["is_selected"], first["is_initiated"]) == (None, 0)
    assert (second["is_selected"], second["is_initiated"]) == (1, 1)


def test_an_authorization_makes_a_payment(told: Telling) -> None:
    shop = told(
        ["1s", "offer", "manual"],
        ["1s", "choose", "manual"],
        ["1s", "answer", "manual", "authorized"],
        ["1s", "complete"],
    )
    (cart,), (payment,) = shop["cart"], shop["payment"]
    assert cart["payment_id"] == payment["id"]
    assert payment["amount"] == 1200
    assert cart["payment_authorized_at"] < cart["completed_at"]


def test_refunds_add_up(told: Telling) -> None:
    shop = told(
        ["1s", "offer", "manual"],
        ["1s", "choose", "manual"],
        ["1s", "answer", "manual", "authorized"],
        ["1h", "capture"],
        ["1d", "refund", 500, "return"],
        ["1d", "refund", 700, "return", "the rest"],
    )
    assert shop["payment"][0]["amount_refunded"] == 1200
    assert [refund["note"] for refund in shop["refund"]] == [None, "the rest"]


def test_a_failed_call_changes_nothing_but_the_journal(told: Telling, database: Database) -> None:
    (session,) = told(
        ["1s", "offer", "manual"],
        ["1s", "choose", "manual"],
        ["9s", "fail", "manual", "authorizePayment", "no answer"],
    )["payment_session"]
    assert session["status"] == "pending"
    assert session["updated_at"] == "2026-11-01T00:00:02.000000Z"
    (last,) = database.rows("SELECT operation, after FROM change ORDER BY number DESC LIMIT 1")
    assert last[0] == "provider_call"
    assert '"reason":"no answer"' in last[1]


def test_an_item_added_quietly_leaves_the_sessions_behind(told: Telling) -> None:
    shop = told(["1s", "offer", "manual"], ["1s", "choose", "manual"], ["1s", "add", "Notebook", 1])
    assert shop["cart"][0]["total"] == 1200 + 1190 + 238
    assert shop["payment_session"][0]["amount"] == 1200


def test_moving_to_another_region_drops_the_sessions(told: Telling) -> None:
    shop = told(["1s", "offer"], ["1s", "move", "Japan"])
    assert shop["payment_session"] == []
    assert shop["cart"][0]["currency_code"] == "jpy"


def test_two_stories_are_told_side_by_side(database: Database, clock: StoryClock) -> None:
    def story(title: str, at: str) -> dict[str, Any]:
        items = [["Thing", 1, 1000]]
        steps = [["1h", "offer", "manual"]]
        return {"title": title, "at": at, "region": "Europe", "items": items, "steps": steps}

    stories = [story("second", "2026-11-02T00:30:00Z"), story("first", "2026-11-02T00:00:00Z")]
    journal = Journal(database, "demo")
    workspace = Workspace(database, Rows(database, journal), Ids(clock, Random(1)))
    tell(stories, workspace, journal, clock)
    lines = database.rows(
        "SELECT at, entity FROM change WHERE operation = 'create' ORDER BY number"
    )
    assert [entity for _, entity in lines] == [
        *("cart", "line_item") * 2,
        *("payment_session",) * 2,
    ]
    assert [at for at, _ in lines] == sorted(at for at, _ in lines)
