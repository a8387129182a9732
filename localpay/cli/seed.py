"""`localpay seed`: generated records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localpay.cli import arguments, diagnostics
from localpay.cli.help import Exampled
from localpay.errors import spoken
from localpay.text import counted

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Exampled,
    examples=[
        "localpay seed big.localpay --carts 400000 --seed 7",
    ],
)
@arguments.store
@click.option(
    "--carts", type=click.IntRange(min=0), default=100, show_default=True, help="How many carts."
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed gives the same records."
)
def command(store: Path, carts: int, seed: int) -> None:
    """Fill a store with generated carts.

    The store is made if there is none. The carts have items and about 2.5 sessions each, across
    several regions and providers.
    """
    with arguments.to_fill(store) as opened, diagnostics.Progress() as progress:
        counts = opened.seed(
            carts=carts, seed=seed, progress=lambda count: progress(f"{count:,} carts")
        )
    made = ", ".join(counted(count, spoken(table)) for table, count in counts.items() if count)
    diagnostics.say(f"added: {made or 'nothing'}")
