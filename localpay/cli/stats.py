"""`localpay stats`: counts and sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localpay import money
from localpay.cli import arguments, output
from localpay.cli.help import Exampled
from localpay.cli.table import pad
from localpay.errors import spoken
from localpay.text import one_line, width

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localpay.store import Stats


@click.command(
    cls=Exampled,
    examples=[
        "localpay stats shop.localpay",
    ],
)
@arguments.store
def command(store: Path) -> None:
    """Count records and sum money."""
    with arguments.to_read(store) as opened:
        stats = opened.stats()
    with output.stdout() as out:
        out.writelines(f"{line}\n" for line in _report(stats))


def _report(stats: Stats) -> Iterator[str]:
    yield from _section("records", _counts(_in_words(stats.records)))
    yield from _section("sessions by status", _counts(_in_words(stats.sessions_by_status)))
    yield from _section("sessions by provider", _counts(stats.sessions_by_provider))
    yield from _section("captured, less refunds", _sums(stats.captured))
    yield from _section("authorized, not captured", _sums(stats.authorized))
    if stats.first and stats.last:
        yield from _section("sessions created", {"first": stats.first, "last": stats.last})


def _in_words(counts: dict[str, int]) -> dict[str, int]:
    return {spoken(name): count for name, count in counts.items()}


def _counts(counts: dict[str, int]) -> dict[str, str]:
    return {name: f"{count:,}" for name, count in counts.items()}


def _sums(sums: dict[str, int]) -> dict[str, str]:
    return {code: money.format_major(amount, code) for code, amount in sums.items()}


def _section(title: str, members: dict[str, str]) -> Iterator[str]:
    if not members:
        return
    yield title
    rows = [(one_line(name), one_line(value)) for name, value in members.items()]
    left = max(width(name) for name, _ in rows)
    right = max(width(value) for _, value in rows)
    for name, value in rows:
        yield f"  {pad(name, left)}  {pad(value, right, right=True)}"
