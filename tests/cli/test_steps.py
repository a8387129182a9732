"""The journal from the shell: history, undo and redo."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from localpay import Store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Run


@pytest.fixture
def edited(shop: Path) -> Path:
    """The shop, after a session was edited and another one deleted."""
    with Store.open(shop, actor="tui") as store:
        store.sessions.update("ps_kenji", status="pending", data={"client_secret": "abcdefghijkl"})
        store.sessions.delete("ps_ada_cash")
    return shop


def test_history_tells_what_was_changed_the_newest_first(run: Run, edited: Path) -> None:
    lines = run("history", edited).stdout.splitlines()

    assert lines[0].split() == ["step", "at", "who", "did", "record", "fields"]
    assert lines[1].split()[3:] == ["tui", "delete", "ps_ada_cash"]
    assert lines[2].split(maxsplit=6)[3:] == [
        "tui",
        "update",
        "ps_kenji",
        (
            'status: error → pending, data: {"message":"card, \\"declined\\"\\n"} → '
            '{"client_secret":"••••ijkl"}'
        ),
    ]


def test_history_of_one_record_holds_nothing_else(run: Run, edited: Path) -> None:
    lines = run("history", edited, "ps_kenji").stdout.splitlines()

    assert [line.split()[4] for line in lines[1:]] == ["update", "create"]


def test_undo_and_redo_say_what_they_did(run: Run, edited: Path) -> None:
    undone = run("undo", edited)
    with Store.open(edited, read_only=True) as store:
        assert store.sessions.find("ps_ada_cash") is not None
    redone = run("redo", edited)
    with Store.open(edited, read_only=True) as store:
        assert store.sessions.find("ps_ada_cash") is None

    assert undone.stdout == ""
    assert undone.stderr.endswith(" is undone: 1 payment session created\n")
    assert redone.stderr.endswith(" is redone: 1 payment session deleted\n")
    did = [line.split()[3:6] for line in run("history", edited).stdout.splitlines()[1:3]]
    assert did[1][1] == "create,"


def test_undo_goes_back_step_by_step(run: Run, edited: Path) -> None:
    run("undo", edited)
    run("undo", edited)

    with Store.open(edited, read_only=True) as store:
        assert store.sessions.get("ps_kenji").status == "error"


def test_an_undo_that_would_lose_a_later_change_is_refused(run: Run, edited: Path) -> None:
    with closing(sqlite3.connect(edited)) as connection, connection:
        connection.execute("UPDATE payment_session SET status = 'canceled' WHERE id = 'ps_kenji'")
    run("undo", edited)
    result = run("undo", edited)

    assert result.exit_code == 1
    assert "payment session 'ps_kenji' has changed since" in result.stderr
