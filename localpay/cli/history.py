"""`localpay history`: the journal."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import click

from localpay.cli import arguments, output, steps, values
from localpay.cli.diagnostics import say
from localpay.cli.help import Exampled
from localpay.cli.table import table

if TYPE_CHECKING:
    from pathlib import Path

    from localpay.entities import Change

_HEADER = ("step", "at", "who", "did", "record", "fields")


@click.command(
    cls=Exampled,
    examples=[
        "localpay history shop.localpay",
        "localpay history shop.localpay cart_01M82FCRE43B40271W8161163X",
    ],
)
@arguments.store
@click.argument("record_id", metavar="[ID]", required=False)
def command(store: Path, record_id: str | None) -> None:
    """Show what was changed, newest first.

    With an ID, only what was changed in that record. Times are in UTC, secrets are masked.
    """
    with arguments.to_read(store) as opened, output.stdout() as out:
        changes = opened.history(record_id)
        first = next(changes, None)
        if first is None and record_id is not None:
            say(
                f"the journal has no line for {record_id}: "
                "there is no such record, or it was imported or seeded"
            )
        rows = map(_row, chain(() if first is None else (first,), changes))
        lines = table(_HEADER, rows, right=frozenset({0}), room=output.room())
        out.writelines(f"{line}\n" for line in lines)


def _row(change: Change) -> tuple[str, ...]:
    did: str = change.operation
    if change.undoes is not None:
        did += f", undoing {change.undoes}"
    if change.redoes is not None:
        did += f", redoing {change.redoes}"
    at = values.moment(change.at)
    return str(change.step), at, change.actor, did, change.record_id, steps.details(change)
