"""`localpay filters`: the reference of the filter language, as in the README."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localpay.cli import output
from localpay.cli.help import Exampled
from localpay.entities import ENTITIES
from localpay.errors import spoken
from localpay.query import fields, reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDTH = 80
_LEFT = 34
"""Cells for a filter, a value or a field; what is longer has a line of its own."""


@click.command("filters", cls=Exampled, examples=["localpay filters | less"])
def command() -> None:
    """Explain how a QUERY is written.

    Lists operators, how amounts and times are written, and all fields.
    """
    with output.stdout() as out:
        out.write(text())


def text() -> str:
    """The reference as plain text that fits a terminal."""
    formatter = click.HelpFormatter(width=_WIDTH)
    _write(formatter, "Filters", reference.EXAMPLES)
    _write(
        formatter, "Values", [(form, f"{kind}: {read}") for kind, form, read in reference.VALUES]
    )
    for entity in ENTITIES:
        rows = [
            (", ".join((field.name, *reference.short_names(field))), f"{field.help} ({kind})")
            for field in reference.listed(entity)
            for kind in [", ".join(field.choices) or field.kind.value]
        ]
        rows += [
            (f"{example}, …", f"every field of {which}")
            for which, example in reference.related(entity)
        ]
        searched = ", ".join(each.name for each in fields.searched(entity))
        rows.append(("text without a field", f"looked for in {searched}"))
        _write(formatter, f"Fields of a {spoken(entity)}", rows)
    return formatter.getvalue()


def _write(formatter: click.HelpFormatter, title: str, rows: Iterable[Sequence[str]]) -> None:
    with formatter.section(title):
        formatter.write_dl(
            [(left.replace("`", ""), right.replace("`", "")) for left, right in rows], col_max=_LEFT
        )
