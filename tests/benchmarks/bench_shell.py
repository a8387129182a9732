"""How long short commands take from the shell, over a bare Python started in turns with them.

    python -m tests.benchmarks.bench_shell --sessions 1000000

makes a store of that size (or takes it from `--store`) and prints, for each command, the least
and the median milliseconds of CPU time, and how much of the least is more than bare Python's. The
least is what counts: whatever else the machine does only adds to it.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from localpay.store import Store

CARTS_PER_SESSION = 0.3827
BARE = ["-c", "pass"]
LOCALPAY = ["-c", "from localpay.cli import main; main()"]
AT_HOME = {
    name: value
    for name, value in os.environ.items()
    if name not in {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
}
"""The environment of a user's shell: Python keeps what it compiled, and stdout has its buffer."""


def commands(store: Path) -> dict[str, tuple[list[str], float | None]]:
    """Arguments for Python, and the milliseconds over bare Python that we want at most."""

    def localpay(*words: str) -> list[str]:
        return [*LOCALPAY, *words]

    listing = ("list", str(store), "sessions")
    return {
        "localpay --version": (localpay("--version"), 60),
        "localpay --help": (localpay("--help"), None),
        "localpay list, first page": (localpay(*listing), 100),
        "localpay list, filtered page": (localpay(*listing, "status:error"), 100),
        "localpay list, two filters": (localpay(*listing, "status:error", "provider:stripe"), 100),
        "localpay list, page as JSON": (
            localpay(*listing, "--limit", "50", "--format", "json"),
            100,
        ),
        "localpay show": (localpay("show", str(store), first_id(store)), None),
    }


def first_id(store: Path) -> str:
    """The id of any session."""
    with Store.open(store, read_only=True) as opened:
        return opened.sessions.list(limit=1)[0].id


def milliseconds(arguments: list[str]) -> float:
    """CPU time of one process, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments],
        check=True,
        env=AT_HOME,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--store", type=Path, help="an existing store")
    parser.add_argument("--sessions", type=int, default=1_000_000, help="of the store that is made")
    parser.add_argument("--runs", type=int, default=25)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store: Path = given.store or Path(folder) / "bench.localpay"
        if given.store is None:
            with Store.open(store) as made:
                made.seed(carts=round(given.sessions * CARTS_PER_SESSION), seed=1)
        cases = {"python -c pass": (BARE, None), **commands(store)}
        taken: dict[str, list[float]] = {name: [] for name in cases}
        for _ in range(given.runs):
            for name, (arguments, _limit) in cases.items():
                taken[name].append(milliseconds(arguments))
    bare = min(taken["python -c pass"])
    print(f"{'command':30} {'least':>7} {'median':>7} {'over':>7} {'wanted':>7}   (ms)")
    for name, (_, limit) in cases.items():
        least = min(taken[name])
        wanted = "" if limit is None else f"{limit:.0f}"
        print(
            f"{name:30} {least:7.1f} {statistics.median(taken[name]):7.1f} {least - bare:7.1f}"
            f" {wanted:>7}"
        )


if __name__ == "__main__":
    main()
