"""Records full of text that a terminal would obey: it is shown, on every surface, never obeyed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from localpay import Store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Run

NASTY = (
    "\x1b]0;title\x07\x1b[31mred\x9b2J \r\n\t\v\b\x7f \u202eevil\u2066 zero\u200bwidth "
    "[bold]x[/nope] [@click=app.bell]z[/] \u2028 漢字 e\u0301 👨\u200d👩\u200d👧 \ufeff=cmd()"
)
OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def nasty(path: Path) -> Path:
    """A shop whose every text is nasty, ids and JSON keys too."""
    with Store.open(path, actor=NASTY) as store:
        region = store.regions.create(
            id=f"reg{NASTY}",
            name=NASTY,
            currency_code="eur",
            tax_code=NASTY,
            providers=[NASTY],
            metadata={NASTY: [NASTY]},
        )
        cart = store.carts.create(
            id=f"cart{NASTY}",
            region_id=region.id,
            email=NASTY,
            idempotency_key=NASTY,
            customer_id=NASTY,
            context={NASTY: NASTY},
            metadata=NASTY,
            items=[{"id": f"item{NASTY}", "title": NASTY, "unit_price": 100, "quantity": 1}],
        )
        store.sessions.create(
            id=f"ps{NASTY}",
            cart_id=cart.id,
            provider_id=NASTY,
            idempotency_key=NASTY,
            data={NASTY: {NASTY: [NASTY, None]}, "half": "\ud83d", "nul": "\x00"},
        )
        store.sessions.update(f"ps{NASTY}", data={NASTY: NASTY})
        store.payments.create(
            id=f"pay{NASTY}",
            cart_id=cart.id,
            provider_id=NASTY,
            amount=100,
            captured_at=NOW,
            data=[NASTY],
        )
        store.refunds.create(
            id=f"ref{NASTY}", payment_id=f"pay{NASTY}", amount=1, reason="other", note=NASTY
        )
        with store.transaction():
            store.quarantine.add(
                [
                    {
                        "at": NOW,
                        "source": NASTY,
                        "line": 1,
                        "entity": NASTY,
                        "record_id": NASTY,
                        "reason": NASTY,
                        "row": {NASTY: NASTY},
                    }
                ]
            )
    return path


@pytest.mark.parametrize(
    "words",
    [
        ["list", "sessions"],
        ["list", "sessions", "--columns", "id,data,idempotency_key,provider,cart.context,region"],
        ["list", "carts"],
        ["list", "carts", "--columns", "email,metadata,context,customer"],
        ["list", "payments", "--columns", "id,data,provider,email"],
        ["list", "quarantine"],
        ["list", "quarantine", "--columns", "source,row,reason"],
        ["show", f"ps{NASTY}"],
        ["show", f"ps{NASTY}", "--reveal"],
        ["show", f"cart{NASTY}"],
        ["show", f"pay{NASTY}"],
        ["show", f"ref{NASTY}"],
        ["show", f"reg{NASTY}"],
        ["stats"],
        ["history"],
        ["history", f"ps{NASTY}"],
        ["check"],
        ["undo"],
        ["show", f"nope{NASTY}"],
        ["list", "sessions", f"status:{NASTY}"],
        ["list", "sessions", "--columns", NASTY],
        ["list", "sessions", "--sort", NASTY],
        ["list", NASTY],
    ],
    ids=lambda words: " ".join(word[:9] for word in words if NASTY not in word),
)
def test_nothing_is_obeyed(run: Run, nasty: Path, words: list[str]) -> None:
    result = run(words[0], nasty, *words[1:])

    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert not OBEYED.search(result.stdout)
    assert not OBEYED.search(result.stderr)
    assert result.stdout or result.stderr


def test_a_nasty_file_name_is_shown_too(run: Run, path: Path) -> None:
    result = run("stats", path.with_name("\x1b[31m.localpay"))

    assert not OBEYED.search(result.stderr)
    assert result.exit_code == 1


def test_programs_get_the_text_as_it_is(run: Run, nasty: Path) -> None:
    record = run("list", nasty, "carts", "--format", "json", "--columns", "email").stdout

    assert "[bold]x[/nope]" in record
    assert "\u202eevil" in record
    assert "\x1b" not in record
