"""`localpay check`: whether a store is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localpay.cli import arguments, diagnostics, output
from localpay.cli.help import Exampled
from localpay.text import one_line

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Exampled,
    examples=[
        "localpay check shop.localpay",
    ],
)
@arguments.store
def command(store: Path) -> None:
    """Look for everything that is wrong in a store.

    Writes a line for each problem. If there are any, the exit status is 1.
    """
    with arguments.to_read(store) as opened:
        problems = opened.check()
    with output.stdout() as out:
        out.writelines(f"{one_line(problem)}\n" for problem in problems)
    if problems:
        raise click.exceptions.Exit(diagnostics.FAILED)
    diagnostics.say(f"{store} is sound")
