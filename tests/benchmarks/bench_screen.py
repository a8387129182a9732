"""How fast the screen is, in a real pseudo-terminal, beside a bare Textual app in the same run.

    python -m tests.benchmarks.bench_screen [--store FILE] [--carts N] [--runs N]
                                            [--minutes M] [--peer-rows N]

Prints the time from the start of the process to the first frame of the bare app and to the first
rows of the list, the time from a key to the first and the last byte of its answer, also while a
filter is typed, and memory, with `--minutes` after so long of random browsing. With `--peer-rows`
the first so many sessions are shown by Textual's DataTable, and by textual-fastdatatable where it
is installed, in the same terminal.
"""

from __future__ import annotations

import argparse
import fcntl
import importlib.util
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from localpay.errors import QueryError
from localpay.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS, LINES = 110, 40
QUIET = 0.15
"""Seconds without a byte after which an answer counts as whole."""

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("first frame")
Bare().run()
"""
LOCALPAY = """
import sys
from localpay.store import Store
from localpay import tui
with Store.open(sys.argv[1], create=False) as store:
    tui.run(store)
"""
PEER = """
import importlib.util, sqlite3, sys
from textual.app import App
peer, path, limit = sys.argv[1:]
COLUMNS = ("created_at", "status", "amount", "provider_id", "id", "cart_id")
rows = sqlite3.connect(path).execute(
    f"SELECT {', '.join(COLUMNS)} FROM payment_session ORDER BY created_at DESC LIMIT {limit}"
)
class Peer(App):
    def compose(self):
        if peer == "DataTable":
            from textual.widgets import DataTable
            table = DataTable(cursor_type="row")
            table.add_columns(*COLUMNS)
            table.add_rows(rows)
        else:
            from textual_fastdatatable import ArrowBackend, DataTable
            backend = ArrowBackend.from_records([COLUMNS, *rows], has_header=True)
            table = DataTable(backend=backend, cursor_type="row")
        yield table
Peer().run()
"""
TO_ID = "go to an id"
KEYS = {
    "down": b"j",
    "page down": b"\x1b[6~",
    "last": b"G",
    "first": b"g",
    TO_ID: b"\r",
    "sort by the next column": b"s",
    "carts": b"2",
    "sessions": b"1",
}


FILTERS = (
    "status:error provider:stripe",
    "carla.leroy",
    "amount:1200..1300 currency:jpy",
    "email:*@shop.example.com status:canceled",
    "declined adyen",
    "created:2024-08 selected:true",
)
CLEAR = b"\x15"


class Terminal:
    """A program in a pseudo-terminal of its own.

    Args:
        arguments: of Python.
    """

    def __init__(self, *arguments: str) -> None:
        self.started = time.perf_counter()
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's Python has modules compiled
            os.execv(sys.executable, [sys.executable, *arguments])
        size = struct.pack("HHHH", LINES, COLUMNS, 0, 0)
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, size)

    def read(self, timeout: float) -> bytes:
        """What comes within some seconds, at once when something comes."""
        ready, _, _ = select.select([self._file], [], [], timeout)
        try:
            return os.read(self._file, 1 << 16) if ready else b""
        except OSError:
            return b""

    def wait_for(self, text: bytes, seconds: float = 20.0) -> float:
        """Read until some text comes. Returns the seconds since the start of the program."""
        seen = b""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            seen += self.read(0.5)
            if text in seen:
                return time.perf_counter() - self.started
        raise TimeoutError(f"{text!r} did not come, but {seen[-400:]!r}")

    def drain(self, quiet: float = QUIET) -> int:
        """Read until nothing comes any more. Returns the number of bytes."""
        count = 0
        while part := self.read(quiet):
            count += len(part)
        return count

    def write(self, keys: bytes) -> None:
        """Press keys, and do not wait."""
        os.write(self._file, keys)

    def press(self, key: bytes) -> tuple[float, float, int]:
        """Press a key. Returns the seconds to the first and last byte, and the bytes."""
        self.write(key)
        pressed = last = time.perf_counter()
        first: float | None = None
        count = 0
        while part := self.read(1.0 if first is None else QUIET):
            last = time.perf_counter()
            first = last if first is None else first
            count += len(part)
        return (first or last) - pressed, last - pressed, count

    def memory(self) -> tuple[float, float]:
        """Resident MiB now, and at most."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        sizes = dict(line.split(":", 1) for line in status.splitlines())
        now, peak = (int(sizes[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
        return now, peak

    def close(self) -> None:
        """End the program."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._file)


def first_row(store: Store) -> bytes:
    """A text that only the list's rows have: the minute in which the newest session was made."""
    newest = store.sessions.list(sort="-created_at", limit=1)[0]
    return newest.created_at.strftime("%Y-%m-%d %H:%M").encode()


def middle_id(store: Store) -> bytes:
    """The id of the session in the middle of the list."""
    listing = store.sessions.listing("", sort="-created_at")
    listing.fill()
    record = listing.window(len(listing) // 2, 1)[0]
    assert record is not None
    return record.id.encode()


def start_up(path: Path, text: bytes, runs: int) -> None:
    """Print how long the first frame takes."""
    programs = {
        "bare Textual, first frame": (["-c", BARE], b"first frame"),
        "tui.run(store), first rows": (["-c", LOCALPAY, str(path)], text),
        "localpay open, first rows": (["-m", "localpay", "open", str(path)], text),
    }
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(runs):
        for name, (arguments, wanted) in programs.items():
            terminal = Terminal(*arguments)
            times[name].append(terminal.wait_for(wanted) * 1000)
            terminal.close()
    bare = statistics.median(times["bare Textual, first frame"])
    for name, each in times.items():
        middle = statistics.median(each)
        print(
            f"{name:<28} median {middle:4.0f} ms, best {min(each):4.0f} ms,"
            f" {middle - bare:+4.0f} ms, {middle / bare:.2f} times (wanted: +150 ms)"
        )


def keys(path: Path, text: bytes, presses: int) -> None:
    """Print how long keys take, and the memory."""
    with Store.open(path, read_only=True) as store:
        record_id = middle_id(store)
    terminal = Terminal("-c", LOCALPAY, str(path))
    terminal.wait_for(text)
    terminal.drain(1.0)
    print(f"{'memory after the start':<28} {terminal.memory()[0]:6.1f} MiB")
    for name, key in KEYS.items():
        if name == TO_ID:
            terminal.write(b"\x07" + record_id)
            terminal.drain()
        answers = [terminal.press(key) for _ in range(1 if key in b"Gg12s\r" else presses)]
        print(
            f"{name:<28} first byte {_spread([first for first, _, _ in answers])},"
            f" last byte {_spread([last for _, last, _ in answers])},"
            f" {statistics.median(size for _, _, size in answers):.0f} bytes"
        )
        terminal.drain(1.0)
    now, peak = terminal.memory()
    print(f"{'memory at the end':<28} {now:6.1f} MiB, at most {peak:.1f} MiB (wanted: 100)")
    terminal.close()


def typing(path: Path, text: bytes) -> None:
    """Print how long each letter of some filters takes to show the first row that it matches."""
    terminal = Terminal("-c", LOCALPAY, str(path))
    terminal.wait_for(text)
    terminal.drain(1.0)
    terminal.press(b"/")
    bytes_after, rows_after = [], []
    with Store.open(path, read_only=True) as store:
        for query in FILTERS:
            shown = first_id(store, "")
            for length in range(1, len(query) + 1):
                expected = first_id(store, query[:length])
                pressed = time.perf_counter()
                terminal.write(query[length - 1].encode())
                if expected in {None, shown}:
                    terminal.drain()
                    continue
                seen = terminal.read(1.0)
                bytes_after.append(time.perf_counter() - pressed)
                while expected not in seen:
                    seen += terminal.read(5.0) or b"nothing more"
                    assert not seen.endswith(b"nothing more"), f"{query[:length]} shows no row"
                rows_after.append(time.perf_counter() - pressed)
                shown = expected
                terminal.drain()
            terminal.press(CLEAR)
    print(
        f"{'a letter in the filter':<28} first byte {_spread(bytes_after)},"
        f" first matching row {_spread(rows_after)} (wanted: p95 100 ms), {len(rows_after)} letters"
    )
    terminal.close()


def first_id(store: Store, query: str) -> bytes | None:
    """What the list shows of the id of the first session that matches; None if none does."""
    try:
        found = store.sessions.list(query, limit=1)
    except QueryError:
        return None
    return found[0].id[-8:].encode() if found else None


def browsing(path: Path, text: bytes, minutes: float) -> None:
    """Print the memory after some minutes of keys at random."""
    terminal = Terminal("-c", LOCALPAY, str(path))
    terminal.wait_for(text)
    chance = Random(1)
    choices = [b"j", b"k", b"\x1b[6~", b"\x1b[5~", b"G", b"g", b"1", b"2", b"3", b"s", b"S"]
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        terminal.write(chance.choice(choices))
        terminal.drain(0.03)
    now, peak = terminal.memory()
    print(f"after {minutes:g} minutes at random   {now:6.1f} MiB, at most {peak:.1f} (wanted: 100)")
    terminal.close()


def peers(path: Path, text: bytes, rows: int) -> None:
    """Print what other tables take for some of the rows."""
    names = ["DataTable"]
    if importlib.util.find_spec("textual_fastdatatable"):
        names.append("fastdatatable")
    for name in names:
        terminal = Terminal("-c", PEER, name, str(path), str(rows))
        started = terminal.wait_for(text, seconds=300.0)
        terminal.drain(2.0)
        down = [terminal.press(b"\x1b[B")[0] for _ in range(20)]
        page = [terminal.press(b"\x1b[6~")[0] for _ in range(20)]
        print(
            f"{name}, {rows:,} rows: first rows {started * 1000:.0f} ms, down {_spread(down)},"
            f" page down {_spread(page)}, {terminal.memory()[1]:.0f} MiB"
        )
        terminal.close()


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(each * 1000 for each in seconds)
    late = ordered[int(len(ordered) * 0.95)] if len(ordered) > 1 else ordered[0]
    return f"{statistics.median(ordered):5.1f} ms (p95 {late:5.1f}, at most {ordered[-1]:5.1f})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, help="the file; made if it does not exist")
    parser.add_argument("--carts", type=int, default=392_000, help="how many carts to make")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--minutes", type=float, default=0.0, help="of browsing at random")
    parser.add_argument("--peer-rows", type=int, default=0, help="rows to show by other tables")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.store or Path(folder) / "bench.localpay"
        made = not path.exists()
        with Store.open(path) as store:
            if made:
                store.seed(carts=arguments.carts, seed=1)
            text = first_row(store)
            print(f"{store.sessions.count():,} sessions")
        start_up(path, text, arguments.runs)
        keys(path, text, presses=40)
        typing(path, text)
        if arguments.minutes:
            browsing(path, text, arguments.minutes)
        if arguments.peer_rows:
            peers(path, text.replace(b" ", b"T"), arguments.peer_rows)


if __name__ == "__main__":
    main()
