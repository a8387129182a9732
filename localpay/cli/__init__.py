"""The command line: `main` runs it, each verb has a module of its own."""

from __future__ import annotations

from localpay.cli.program import program

__all__ = ["main", "program"]


def main() -> None:
    """Run the command line on the program's arguments and end the program."""
    program()
