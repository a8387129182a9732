"""`localpay undo`: undoing the last step."""

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
    """Undo the last step of changes.

    It may have been made on the screen, by a program or on another day; see `localpay history`.
    """
    with arguments.to_write(store) as opened:
        step = opened.undo()
        diagnostics.say(f"step {step} is undone: {steps.last_step(opened)}")
