"""A program killed in the middle of an import leaves all of it or nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from localpay.store import Store
from tests.transfer.conftest import csv_sources, exported

IMPORT = """
import sys
from localpay.store import Store
with Store.open(sys.argv[1]) as store:
    print("ready", flush=True)
    store.import_sources(sys.argv[2:])
    print("done", flush=True)
"""
CARTS = 600
ROUNDS = 10


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("killed") / "shop.ndjson"
    with Store.open(":memory:") as store:
        store.seed(carts=CARTS, seed=1)
        path.write_text(exported(store))
    return path


def run(path: Path, source: Path, seconds: float | None) -> tuple[float, bool]:
    """Import in another process, which is killed after some time.

    Returns:
        How long it took, and whether it said that it was done.
    """
    command = [sys.executable, "-c", IMPORT, str(path), str(source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        start = time.perf_counter()
        if seconds is not None:
            time.sleep(seconds)
            process.kill()
        done = process.stdout.readline() == "done\n"
        return time.perf_counter() - start, done


def test_all_or_nothing_is_left(tmp_path: Path, source: Path) -> None:
    whole, done = run(tmp_path / "whole.localpay", source, None)
    assert done
    random = Random(7)
    for number in range(ROUNDS):
        path = tmp_path / f"{number}.localpay"
        with Store.open(path) as store:
            store.import_sources(csv_sources("region"))

        _, done = run(path, source, random.uniform(0, 1.2 * whole))

        with Store.open(path) as store:
            assert store.check() == []
            carts = store.carts.count()
            assert carts in {0, CARTS}
            assert carts == CARTS or not done
            assert store.regions.count() == 5 + (5 if carts else 0)
            assert len(list(store.history())) == 1 + (carts > 0)
    with Store.open(path) as store:
        store.import_sources([source], on_conflict="skip")
        assert store.carts.count() == CARTS
