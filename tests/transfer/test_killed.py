"""A program killed in the middle of an import leaves all of it or nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from localpay.store import Store
from tests.transfer.contents import exported
from tests.transfer.sources import (
    csv_sources,
)

if sys.platform == "win32":
    pytest.skip("has no such signals", allow_module_level=True)

IMPORT = """
import os, resource, signal, sys
from localpay.store import Store

path, source, rows, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

def kill():
    os.kill(os.getpid(), signal.SIGKILL)

def progress(so_far):
    if so_far.rows >= rows > 0:
        kill()

def trace(statement):
    if statement == "COMMIT":
        print(os.path.getsize(path + "-wal"), flush=True)
        if size:
            # The kernel kills who writes further into a file than this, unless that is ignored.
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

with Store.open(path) as store:
    store._database._connection().set_trace_callback(trace)
    store.import_sources([source], progress=progress)
    print(os.path.getsize(path + "-wal"), flush=True)
    kill()
"""
"""Imports a source, and is killed: at a row, while it commits, or (0 for both) once it is done.

It says how many bytes the write-ahead log has before and after it commits.
"""

CARTS = 600


class Whole(NamedTuple):
    """An import that comes to its end.

    Attributes:
        source: what it reads.
        rows: how many rows that has.
        before: the bytes of the write-ahead log when it begins to commit.
        after: its bytes once it is committed.
    """

    source: Path
    rows: int
    before: int
    after: int

    def size(self, part: float) -> int:
        """The bytes of the log when a part of the commit is written; all of it but one byte."""
        return min(self.after - 1, self.before + int(part * (self.after - self.before)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_store(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("killed")
    source = folder / "shop.ndjson"
    with Store.open(":memory:") as store:
        store.seed(carts=CARTS, seed=1)
        source.write_text(exported(store))
    path = new_store(folder)

    status, sizes = run(path, source)

    assert status == -signal.SIGKILL
    assert state(path) == (CARTS, 10, 2)
    return Whole(source, len(source.read_text().splitlines()) - 1, *sizes)


def new_store(folder: Path) -> Path:
    """A store that has regions already."""
    path = folder / "shop.localpay"
    with Store.open(path) as store:
        store.import_sources(csv_sources("region"))
    return path


def run(path: Path, source: Path, *, rows: int = 0, size: int = 0) -> tuple[int, list[int]]:
    """Import in another process.

    Args:
        path: of the store.
        source: what to import.
        rows: kill it once it has read so many.
        size: kill it when its commit makes the log longer than so many bytes.

    Returns:
        Its exit status, and the sizes that it said.
    """
    command = [sys.executable, "-c", IMPORT, str(path), str(source), str(rows), str(size)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, [int(line) for line in done.stdout.split()]


def state(path: Path) -> tuple[int, int, int]:
    """How many carts, regions and lines of the journal a sound store holds."""
    with Store.open(path) as store:
        assert store.check() == []
        return store.carts.count(), store.regions.count(), len(list(store.history()))


@pytest.mark.parametrize("part", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_killed_while_it_reads_it_leaves_nothing(path: Path, whole: Whole, part: float) -> None:
    status, _ = run(path, whole.source, rows=max(1, int(part * whole.rows)))

    assert status == -signal.SIGKILL
    assert state(path) == (0, 5, 1)


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_killed_while_it_commits_it_leaves_nothing(path: Path, whole: Whole, part: float) -> None:
    size = whole.size(part)

    status, _ = run(path, whole.source, size=size)

    assert status == -signal.SIGXFSZ
    assert path.with_name(f"{path.name}-wal").stat().st_size == size
    assert state(path) == (0, 5, 1)


def test_what_was_killed_can_be_done_again(path: Path, whole: Whole) -> None:
    run(path, whole.source, size=whole.size(1.0))

    with Store.open(path) as store:
        store.import_sources([whole.source])

    assert state(path) == (CARTS, 10, 2)
