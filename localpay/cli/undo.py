"""`localpay undo`: taking back the last step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localpay.cli import arguments, diagnostics, steps
from localpay.cli.help import Exampled

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Exampled,
    examples=[
        "localpay undo shop.localpay",
    ],
)
@arguments.store
def command(store: Path) -> None:
    """Take back the last step of changes.

    That may be one of the screen, of a program or of another day; `history` tells.
    """
    with arguments.to_write(store) as opened:
        step = opened.undo()
        diagnostics.say(f"step {step} is undone: {steps.last_step(opened)}")
