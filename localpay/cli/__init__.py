"""The command line: `main` runs it, each verb has a module of its own."""

from __future__ import annotations

import gc

from localpay.cli.program import program

__all__ = ["main", "program"]


def main() -> None:
    """Run the command line on the program's arguments and end the program."""
    # What a command loads it needs to its end. Looking through all of it for garbage, again and
    # again while loading and once more at the end, would take 20 ms, a fifth of a short command.
    gc.set_threshold(30_000)
    try:
        program()
    finally:
        gc.freeze()
