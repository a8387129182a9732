"""`localpay open`: the screen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

import localpay
from localpay.cli import arguments
from localpay.cli.help import Exampled

if TYPE_CHECKING:
    from pathlib import Path

    from localpay import Store


@click.command(
    cls=Exampled,
    examples=[
        "localpay open shop.localpay --read-only",
        'localpay open shop.localpay --view "stuck at stripe"',
    ],
)
@arguments.store
@click.option("--read-only", is_flag=True, help="Refuse every change.")
@click.option("--view", metavar="NAME", help="Start with a saved view.")
def command(store: Path, *, read_only: bool, view: str | None) -> None:
    """Open a store on the screen.

    `localpay STORE` does the same.
    """
    with localpay.Store.open(store, create=False, read_only=read_only, actor="tui") as opened:
        show(opened, view=view)


def show(store: Store, title: str | None = None, view: str | None = None) -> None:
    """Show an open store until its user leaves.

    Args:
        store: the store.
        title: what the screen calls it; its file's name by default.
        view: the name of the saved view to start with.

    Raises:
        ViewNotFoundError: there is no view of this name.
        click.UsageError: there is no terminal to show it on.
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)  # Textual draws on the last of them
    if not all(stream is not None and stream.isatty() for stream in streams):
        raise click.UsageError(
            "the screen needs a terminal as stdin, stdout and stderr;"
            " use `localpay list` for files and pipes"
        )
    from localpay import tui  # noqa: PLC0415 - Textual takes longer to load than all the rest

    tui.run(store, title=title, view=view)
