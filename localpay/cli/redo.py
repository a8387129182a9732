"""`localpay redo`: doing the step again that was undone last."""

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
        "localpay redo shop.localpay",
    ],
)
@arguments.store
def command(store: Path) -> None:
    """Do the step again that was undone last."""
    with arguments.to_write(store) as opened:
        step = opened.redo()
        diagnostics.say(f"step {step} is done again: {steps.last_step(opened)}")
