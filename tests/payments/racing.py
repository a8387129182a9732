"""Two programs that change one file at the same moment."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from localpay.errors import LocalpayError
from localpay.payments.providers.manual import Manual
from localpay.payments.providers.protocol import Answer, Authorization, Refusal, Request
from localpay.store import Store

_SECONDS = 60


class Recorded(Manual):
    """A slow provider that writes each call to a file shared by all programs."""

    def __init__(self, name: str, ledger: Path) -> None:
        self.id = name
        self._ledger = ledger

    def initiate(self, request: Request) -> Answer | Refusal:
        self._note("initiate")
        return super().initiate(request)

    def update(self, request: Request) -> Answer | Refusal:
        self._note("update")
        return super().update(request)

    def delete(self, request: Request) -> Answer | Refusal:
        self._note("delete")
        return super().delete(request)

    def authorize(self, request: Request) -> Authorization | Refusal:
        self._note("authorize")
        if isinstance(request.data, dict) and request.data.get("die"):
            os._exit(1)
        return super().authorize(request)

    def capture(self, request: Request) -> Answer | Refusal:
        self._note("capture")
        return super().capture(request)

    def refund(self, request: Request) -> Answer | Refusal:
        self._note("refund")
        return super().refund(request)

    def _note(self, method: str) -> None:
        with self._ledger.open("a") as ledger:
            ledger.write(f"{self.id}.{method}\n")
        time.sleep(0.002)


def providers(ledger: Path) -> list[Recorded]:
    return [Recorded("card", ledger), Recorded("wallet", ledger)]


def calls(ledger: Path) -> Counter[str]:
    """How often each method of each provider was called since the ledger was last emptied."""
    return Counter(ledger.read_text().split()) if ledger.exists() else Counter()


def _work(path: str, ledger: str, line: Connection, start: Barrier) -> None:
    with Store.open(path, providers=providers(Path(ledger))) as store:
        while (task := line.recv()) is not None:
            home, method, arguments, keywords = task
            act = getattr(getattr(store, home), method)
            start.wait(_SECONDS)
            try:
                act(*arguments, **keywords)
                line.send(None)
            except LocalpayError as error:
                line.send(type(error).__name__)
            except BaseException as error:  # noqa: BLE001 - reported to the test
                line.send(f"broke down: {error!r}")


class Racers:
    """Two programs with one file open."""

    def __init__(self, path: Path, ledger: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._start = start = context.Barrier(2)  # kept, or it would be gone before they start
        self._lines: list[Connection] = []
        self.programs: list[Any] = []
        for _ in range(2):
            ours, theirs = context.Pipe()
            program = context.Process(
                target=_work, args=(str(path), str(ledger), theirs, start), daemon=True
            )
            program.start()
            theirs.close()
            self._lines.append(ours)
            self.programs.append(program)

    def race(self, *tasks: tuple[str, str, tuple[Any, ...], dict[str, Any]]) -> list[str | None]:
        """Let each program do its task at the same moment.

        Returns:
            For each program the name of its error, or None.
        """
        for line, task in zip(self._lines, tasks, strict=True):
            line.send(task)
        return [self._answer(line) for line in self._lines]

    @staticmethod
    def _answer(line: Connection) -> str | None:
        if not line.poll(_SECONDS):
            return "did not answer"
        try:
            answer: str | None = line.recv()
        except EOFError:
            return "died"
        return answer

    def stop(self) -> None:
        for line, program in zip(self._lines, self.programs, strict=True):
            with suppress(ConnectionError):  # one that died reads no more
                line.send(None)
            program.join(_SECONDS)
            line.close()
            program.close()


@contextmanager
def racers(path: Path, ledger: Path) -> Iterator[Racers]:
    two = Racers(path, ledger)
    try:
        yield two
    finally:
        two.stop()
