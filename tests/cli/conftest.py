from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

import localpay
from localpay import Store
from localpay.cli.program import program
from tests.cli.running import Run, Shell
from tests.clocks import NOON, SteppingClock

PACKAGE = Path(localpay.__file__).parent.parent


@pytest.fixture
def run() -> Run:
    """Runs a command line in this process."""

    def run(*words: Any, stdin: str | None = None) -> Result:
        return CliRunner().invoke(program, [str(word) for word in words], input=stdin)

    return run


@pytest.fixture
def environment() -> dict[str, str]:
    """What a process of its own needs to find this localpay."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LOCALPAY")}
    return kept | {"PYTHONPATH": str(PACKAGE)}


@pytest.fixture
def shell(tmp_path: Path, environment: dict[str, str]) -> Shell:
    """Runs a command line in a process of its own, in the test's folder."""

    def shell(
        *words: Any, stdout: Any = subprocess.PIPE, before: Callable[[], None] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "localpay", *map(str, words)],
            cwd=tmp_path,
            env=environment,
            stdout=stdout,
            stderr=subprocess.PIPE,
            preexec_fn=before,
            timeout=60,
            check=False,
        )

    return shell


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.localpay"


@pytest.fixture
def shop(path: Path) -> Path:
    """A shop of two carts: one with two sessions and a refunded payment, one that got stuck."""
    clock = SteppingClock(NOON, timedelta(minutes=1))
    with Store.open(path, clock=clock, random=Random(1)) as store:
        for region_id, currency in (("reg_eu", "eur"), ("reg_jp", "jpy")):
            store.regions.create(
                id=region_id,
                name=currency,
                currency_code=currency,
                providers=["manual", "stripe"],
            )
        store.carts.create(
            id="cart_ada",
            region_id="reg_eu",
            email="ada@example.com",
            items=[{"id": "item_mug", "title": "Mug", "unit_price": 1250, "quantity": 2}],
        )
        store.sessions.create(
            id="ps_ada_card",
            cart_id="cart_ada",
            provider_id="stripe",
            status="authorized",
            is_selected=True,
            data={"id": "pi_1", "client_secret": "pi_1_secret_abcdefgh", "charges": [{"n": 1.50}]},
        )
        store.sessions.create(id="ps_ada_cash", cart_id="cart_ada", provider_id="manual")
        store.payments.create(
            id="pay_ada",
            cart_id="cart_ada",
            provider_id="stripe",
            amount=2500,
            amount_refunded=500,
            captured_at=datetime(2026, 11, 21, tzinfo=UTC),
        )
        store.refunds.create(id="ref_ada", payment_id="pay_ada", amount=500, reason="return")
        store.carts.create(
            id="cart_kenji",
            region_id="reg_jp",
            email="賢治@example.jp",
            items=[{"id": "item_tea", "title": "Tea", "unit_price": 800, "quantity": 1}],
        )
        store.sessions.create(
            id="ps_kenji",
            cart_id="cart_kenji",
            provider_id="stripe",
            status="error",
            data={"message": 'card, "declined"\n'},
        )
    return path
