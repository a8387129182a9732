"""`localpay import`: records from other programs' files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localpay.cli import arguments, diagnostics
from localpay.cli.help import Exampled
from localpay.errors import spoken
from localpay.text import counted

if TYPE_CHECKING:
    from pathlib import Path

    from localpay.transfer.importing import ImportProgress, ImportSummary, OnConflict


@click.command(
    cls=Exampled,
    examples=[
        "localpay import shop.localpay cart.csv payment_session.csv",
        "curl -s $SHOP/store/carts/$ID | localpay import shop.localpay -",
    ],
)
@arguments.store
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "--on-conflict",
    type=click.Choice(["fail", "skip", "update"]),
    default="fail",
    show_default=True,
    help="What to do if the store already has a record of this id.",
)
@click.option("--strict", is_flag=True, help="Refuse rows that break a rule of the data.")
def command(
    store: Path, sources: tuple[str, ...], on_conflict: OnConflict, *, strict: bool
) -> None:
    """Import records from files.

    The store is made if there is none. A SOURCE is JSON from Medusa's API, CSV with a header from
    PostgreSQL's COPY, or localpay's own NDJSON; its content tells which. "-" is standard input.
    Either all sources are imported or none. Rows that break a rule of the data go to the
    quarantine.
    """
    with (
        arguments.to_fill(store) as opened,
        diagnostics.Progress() as progress,
    ):
        summary = opened.import_sources(
            sources,
            on_conflict=on_conflict,
            strict=strict,
            progress=lambda far: progress(_progress_line(far)),
        )
    for line in _report(store, summary):
        diagnostics.say(line)


def _progress_line(far: ImportProgress) -> str:
    share = f", {far.position * 100 // far.size} %" if far.size else ""
    return f"{far.source}{share}, {far.rows:,} rows"


def _report(store: Path, summary: ImportSummary) -> list[str]:
    done = {
        "added": summary.added,
        "updated": summary.updated,
        "skipped": summary.skipped,
        "quarantined": summary.quarantined,
    }
    lines = [f"{what}: {_counted(rows)}" for what, rows in done.items() if any(rows.values())]
    if any(summary.quarantined.values()):
        lines.append(f"localpay list {store} quarantine shows why")
    return lines or ["there was nothing to import"]


def _counted(rows: dict[str, int]) -> str:
    return ", ".join(counted(count, spoken(table)) for table, count in rows.items() if count)
