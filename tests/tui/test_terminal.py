"""The program in a real pseudo-terminal: what reaches the terminal, byte by byte."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest

from localpay.store import Store
from tests.hostile import HOSTILE
from tests.tui.stage import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

PROGRAM = """
import sys
from localpay.store import Store
from localpay import tui
with Store.open(sys.argv[1], read_only="--read-only" in sys.argv) as store:
    tui.run(store)
"""
ESCAPES = re.compile(
    rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]"  # what Textual moves and colours with
    rb"|\x1b\](?:22|52);[^\x07\x1b]*(?:\x07|\x1b\\)"  # the pointer's shape, the clipboard
    rb"|\x1bP[^\x1b]*\x1b\\|\x1b[=>]|\x1b[78]"
)


class Program:
    """The program in a terminal of 100 columns and 30 lines."""

    def __init__(
        self, path: Path, *arguments: str, environment: Mapping[str, str], nohup: bool = False
    ) -> None:
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            if nohup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            os.environ.update({"TERM": "xterm-256color", **environment})
            os.execv(sys.executable, [sys.executable, "-c", PROGRAM, str(path), *arguments])
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.written = b""

    def press(self, keys: bytes) -> None:
        os.write(self._file, keys)

    def wait_for(self, what: Callable[[bytes], bool]) -> None:
        """Read what it writes until that holds for all of it."""
        end = time.monotonic() + WAIT_SECONDS
        while not what(self.written):
            assert time.monotonic() < end, self.written[-2000:]
            self._read()

    def hang_up(self) -> None:
        """Take its terminal away."""
        os.close(self._file)
        self._file = -1

    def _read(self) -> bool:
        if self._file < 0:
            time.sleep(0.05)
            return False
        ready, _, _ = select.select([self._file], [], [], 0.2)
        try:
            part = os.read(self._file, 1 << 16) if ready else b""
        except OSError:
            return False
        self.written += part
        return bool(part) or not ready

    def exit_status(self) -> int:
        """Read to the end, and give the status it ends with."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            self._read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("it does not end")

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        if self._file >= 0:
            os.close(self._file)


@pytest.fixture
def run() -> Iterator[Callable[..., Program]]:
    """Runs the program on a file."""
    programs: list[Program] = []

    def run(path: Path, *arguments: str, nohup: bool = False, **environment: str) -> Program:
        programs.append(Program(path, *arguments, environment=environment, nohup=nohup))
        return programs[-1]

    yield run
    for program in programs:
        program.close()


def test_it_starts_draws_rows_answers_keys_and_leaves(
    run: Callable[..., Program], path: Path
) -> None:
    program = run(path)
    program.wait_for(lambda written: b"authorized" in written)
    program.press(b"2")
    program.wait_for(lambda written: b"10 carts" in written)
    program.press(b"q")
    assert program.exit_status() == 0
    assert b"Traceback" not in program.written
    assert program.written.rindex(b"\x1b[?1049l") > program.written.index(b"\x1b[?1049h")


def test_no_value_of_a_record_reaches_the_terminal_raw(
    run: Callable[..., Program], tmp_path: Path
) -> None:
    path = tmp_path / "hostile.localpay"
    with Store.open(path) as store:
        region = store.regions.create(name="x", currency_code="\x1b[31m", tax_rate=0.0)
        for value in HOSTILE.values():
            cart = store.carts.create(region_id=region.id, email=value[:3000])
            store.sessions.create(cart_id=cart.id, provider_id=value[:3000] or "x", data={})
    program = run(path)
    program.wait_for(lambda written: b"pending" in written)
    program.press(b"j" * 30 + b"2")
    program.wait_for(lambda written: f"{len(HOSTILE)} carts".encode() in written)
    program.press(b"\r")
    program.wait_for(lambda written: b"created_at" in written)
    program.press(b"q")
    assert program.exit_status() == 0
    rest = ESCAPES.sub(b"", program.written)
    raw = set(rest) & ({*range(0x20), 0x7F} - {0x0A, 0x0D})
    assert not raw, [rest[max(0, at - 60) : at + 60] for at in map(rest.index, raw)]
    assert not {*rest.decode()} & {chr(code) for code in (*range(0x80, 0xA0), 0x202E)}


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TEXTUAL_THEME": "ansi-dark"}])
def test_it_does_without_colours_of_its_own(
    run: Callable[..., Program], path: Path, environment: dict[str, str]
) -> None:
    program = run(path, "--read-only", **environment)
    program.wait_for(lambda written: b"authorized" in written and b"read-only" in written)
    program.press(b"jjq")
    assert program.exit_status() == 0
    assert b"Traceback" not in program.written


@pytest.mark.parametrize("nohup", [False, True])
def test_it_ends_when_its_terminal_is_gone(
    run: Callable[..., Program], path: Path, *, nohup: bool
) -> None:
    program = run(path, nohup=nohup)
    program.wait_for(lambda written: b"authorized" in written)
    program.hang_up()
    assert program.exit_status() == -signal.SIGHUP
