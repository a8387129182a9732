"""`localpay export`: records for other programs, or for another store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from localpay.cli import arguments, diagnostics, output
from localpay.entities import LISTS
from localpay.text import counted

if TYPE_CHECKING:
    from localpay.entities import ListName
    from localpay.transfer.exporting import ExportFormat


@click.command(
    cls=arguments.QueryCommand,
    examples=[
        "localpay export shop.localpay -o shop.ndjson",
        "localpay export shop.localpay --format csv --entity payments provider:stripe",
    ],
)
@arguments.store
@arguments.query
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to a file: whole, or not at all.  [default: stdout]",
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["ndjson", "json", "csv"]),
    default="ndjson",
    show_default=True,
    help="localpay's own, Medusa's, or a table.",
)
@click.option(
    "--entity",
    type=click.Choice(list(LISTS)),
    help="Which records.  [default: all; sessions if with QUERY, json or csv]",
)
@click.option("--excel-safe", is_flag=True, help="Defuse cells that a spreadsheet would run.")
def command(
    *,
    store: Path,
    query: str,
    target: Path | None,
    file_format: ExportFormat,
    entity: ListName | None,
    excel_safe: bool,
) -> None:
    """Export records.

    ndjson loses nothing: importing it gives an equal store. json is what Medusa's API returns.
    Secrets are not masked.
    """
    if target is not None and target.exists() and store.exists() and target.samefile(store):
        raise click.UsageError("--output: this is the store itself")
    with (
        arguments.to_read(store) as opened,
        output.stdout() if target is None else output.file(target) as out,
    ):
        count = opened.export(out, file_format, entity=entity, query=query, excel_safe=excel_safe)
        hint = (
            None if count or not query else opened.records(LISTS[entity or "sessions"]).hint(query)
        )
    if target is not None:
        diagnostics.say(f"{counted(count, 'record')} written to {target}")
    if hint:
        diagnostics.say(hint)
