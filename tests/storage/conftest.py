from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from localpay.store import Store
from tests.clocks import NOON, SteppingClock


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    path = ":memory:" if request.param == "memory" else tmp_path / "shop.localpay"
    clock = SteppingClock(NOON, timedelta(seconds=1))
    with Store.open(path, clock=clock, random=Random(1)) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.localpay"


@pytest.fixture
def cart(store: Store) -> Any:
    region = store.regions.create(
        name="Europe", currency_code="eur", tax_rate=20.0, providers=["manual", "stripe"]
    )
    return store.carts.create(
        region_id=region.id,
        email="ada@example.com",
        items=[{"title": "Mug", "unit_price": 1250, "quantity": 2}],
    )
