"""The command line: `main` runs it, each verb has a module of its own."""

from __future__ import annotations

import gc

__all__ = ["main"]


def main() -> None:
    """Run the command line on the program's arguments and end the program."""
    # A command needs everything it loads until it ends. Searching all that for garbage, repeatedly
    # while loading and once more at the end, would take 20 ms, a fifth of a short command.
    gc.set_threshold(30_000)
    from localpay.cli.program import program  # noqa: PLC0415 - after the line above

    try:
        program()
    finally:
        gc.freeze()
