"""`localpay backup`: a copy of a store."""

from __future__ import annotations

from pathlib import Path

import click

from localpay.cli import arguments, diagnostics
from localpay.cli.help import Exampled


@click.command(
    cls=Exampled,
    examples=[
        "localpay backup shop.localpay monday.localpay",
    ],
)
@arguments.store
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def command(store: Path, file: Path) -> None:
    """Copy a store to a new file.

    The copy is the store as it is at one moment, even while other programs write to it.
    """
    with arguments.to_read(store) as opened:
        opened.backup(file)
    diagnostics.say(f"copied {store} to {file}")
