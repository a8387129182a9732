from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from localpay.store import Store


class SteppingClock:
    """A clock that moves one second each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    path = ":memory:" if request.param == "memory" else tmp_path / "shop.localpay"
    with Store.open(path, clock=SteppingClock(), random=Random(1)) as opened:
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
