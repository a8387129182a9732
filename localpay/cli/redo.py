"""`localpay redo`: doing the step that was undone last again."""

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
    """Redo the step that was undone last."""
    with arguments.to_write(store) as opened:
        step = opened.redo()
        diagnostics.say(f"step {step} is redone: {steps.last_step(opened)}")
