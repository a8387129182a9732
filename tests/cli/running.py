"""Command lines that tests run, and what came of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

from localpay import Store

Run = Callable[..., Result]
"""Runs a command line in this process: the fixture `run`."""

Shell = Callable[..., "subprocess.CompletedProcess[bytes]"]
"""Runs a command line in a process of its own: the fixture `shell`."""


def answer(run: Run, *words: Any) -> Any:
    """The JSON that a command line with `--json` writes."""
    result = run(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def calls(path: Path) -> int:
    """How often a provider was called, according to a store's journal."""
    with Store.open(path, read_only=True) as store:
        return sum(line.is_call for line in store.history())
