"""`localpay demo`: the demo shop."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

import localpay
from localpay.cli import diagnostics, open_store
from localpay.cli.help import Exampled


@click.command(
    cls=Exampled,
    examples=[
        "localpay demo",
    ],
)
@click.option("--smoke", is_flag=True, help="Draw the screen once, without a terminal, and exit.")
def command(*, smoke: bool) -> None:
    """Open a throwaway copy of the demo shop."""
    with (
        TemporaryDirectory(prefix="localpay-") as folder,
        localpay.Store.demo(Path(folder) / "demo.localpay", actor="tui") as store,
    ):
        if not smoke:
            open_store.show(store, title="demo shop")
            return
        from localpay import tui  # noqa: PLC0415 - Textual takes longer to load than all the rest

        tui.smoke(store)
    diagnostics.say("the demo shop opens")
