from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from localpay.payments.providers.protocol import Provider
from localpay.payments.rules import Rules
from localpay.store import Store
from tests.clocks import NOON, SteppingClock
from tests.payments.paying import TICK, OpenStore, Silent, Watched


@pytest.fixture
def card() -> Watched:
    return Watched()


@pytest.fixture
def open_store(tmp_path: Path, card: Watched) -> Iterator[OpenStore]:
    """Opens stores with the watched card as a provider, and closes them afterwards."""
    opened: list[Store] = []

    def open_one(
        rules: Rules | None = None,
        path: Path | str = ":memory:",
        providers: Sequence[Provider] = (),
    ) -> Store:
        place = path if path == ":memory:" else tmp_path / path
        store = Store.open(
            place,
            clock=SteppingClock(NOON, TICK),
            random=Random(1),
            rules=rules,
            providers=[card, Silent(), *providers],
        )
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    return open_store()


@pytest.fixture
def medusa(open_store: OpenStore) -> Store:
    return open_store(Rules.medusa())
