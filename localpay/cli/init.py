"""`localpay init`: a new store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import localpay
from localpay.cli import arguments, diagnostics
from localpay.cli.help import Exampled
from localpay.errors import StoreExistsError

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Exampled,
    examples=[
        "localpay init shop.localpay",
    ],
)
@arguments.store
def command(store: Path) -> None:
    """Make a new, empty store."""
    if store.exists():
        raise StoreExistsError(store)
    localpay.Store.open(store, actor="cli").close()
    diagnostics.say(f"{store} is ready")
