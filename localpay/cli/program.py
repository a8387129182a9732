"""The program `localpay`: its verbs, and how it ends when they raise."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from localpay import __version__
from localpay.cli import diagnostics
from localpay.cli.help import Exampled
from localpay.spelling import suggestion

VERBS = {
    "open": "open_store",
    "demo": "demo",
    "init": "init",
    "import": "import_sources",
    "export": "export",
    "list": "list_records",
    "filters": "filters",
    "show": "show",
    "checkout": "checkout",
    "payment": "payment",
    "stats": "stats",
    "history": "history",
    "undo": "undo",
    "redo": "redo",
    "backup": "backup",
    "check": "check",
    "index": "index",
    "seed": "seed",
}
"""Each verb with its module, which holds it as `command` and is loaded when needed."""


class Program(Exampled, click.Group):
    """Loads verbs when they are needed, and ends every error in one line and an exit status."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command line and exit, as `click.Command.main` does."""
        extra |= {"standalone_mode": False, "prog_name": self.name}
        with diagnostics.errors_to_exits():
            status = super().main(*args, **extra)
        sys.exit(status)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order in which help lists them."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb."""
        del ctx
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"localpay.cli.{VERBS[cmd_name]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word means: a verb, or `open` if it is a store."""
        word = args[0]
        if word in VERBS or word.startswith("-"):
            return super().resolve_command(ctx, args)
        if {".", "/", "\\"} & set(word) or Path(word).exists():
            return "open", self.get_command(ctx, "open"), args
        hint = suggestion(word, VERBS)
        raise click.UsageError(f"there is no command and no file {word!r}{hint}", ctx)


@click.group(
    "localpay",
    cls=Program,
    examples=[
        "localpay demo                       look at the demo shop",
        "localpay import shop.localpay *.csv load a shop's data",
        "localpay shop.localpay              open it, the same as localpay open",
        "localpay list shop.localpay sessions status:error",
    ],
    invoke_without_command=True,
    subcommand_metavar="COMMAND | STORE",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Data goes to stdout, messages to stderr. Exit status: 0 success, 1 an error, 2 wrong "
    "usage, 130 interrupted.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def program(ctx: click.Context) -> None:
    """Payment sessions and carts in one local file."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
