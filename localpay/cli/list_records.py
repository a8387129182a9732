"""`localpay list`: the records that a query matches."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import click

from localpay.cli import arguments, columns, diagnostics, output
from localpay.cli.formats import WRITERS
from localpay.cli.table import table
from localpay.entities import LISTS
from localpay.query.tokens import QUOTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from localpay import Store
    from localpay.cli.columns import Column, Listed

_SCREENFUL = 50
_COUNTED = 1_000
"""If a screenful is not everything, the total is counted up to this; more would take long."""


@click.command(
    "list",
    cls=arguments.QueryCommand,
    examples=[
        "localpay list shop.localpay sessions status:error -provider:manual",
        "localpay list shop.localpay carts 'total:>=100.00' --sort -total --columns id,email,total",
        "localpay list shop.localpay payments --format csv",
    ],
)
@arguments.store
@click.argument("entity", type=click.Choice(list(columns.USUAL)))
@arguments.query
@click.option(
    "--sort",
    metavar="FIELD|-FIELD",
    help="Field to sort by, - for descending; several with commas.  [default: -created_at]",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    help=f"At most this many, 0 for all.  [default: {_SCREENFUL} in a table, else all]",
)
@click.option("--columns", "names", metavar="A,B,…", help="Fields, or paths such as data.id.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["table", *WRITERS]),
    default="table",
    show_default=True,
    help="table is for people; the others hold the values as they are.",
)
def command(
    *,
    store: Path,
    entity: Listed,
    query: str,
    sort: str | None,
    limit: int | None,
    names: str | None,
    file_format: str,
) -> None:
    """List the records that match a QUERY.

    Fields have the same names in QUERY, --sort and --columns. Paths into JSON, such as data.id,
    can be searched for and shown, but not sorted by. In a table, times are in UTC, secrets are
    masked, and long lines are cut at the terminal's width; in a pipe they are whole. If a table
    leaves records out, it counts them up to 1,000.
    """
    if entity == "quarantine" and (query or sort):
        raise click.UsageError("the quarantine takes no QUERY and no --sort")
    is_table = file_format == "table"
    chosen = _chosen(entity, names, is_table=is_table)
    cut = is_table and limit is None
    order = _words(sort or "-created_at")
    needs_cart = any(each.of_cart or (is_table and each.is_amount) for each in chosen)
    expand = ("cart",) if needs_cart and entity in {"sessions", "payments"} else ()
    with arguments.to_read(store) as opened:
        most = _SCREENFUL if cut else limit
        found, more = _records(opened, entity, query, sort=order, limit=most, expand=expand)
        left = iter(found)
        first = list(islice(left, 1))
        records = chain(first, left)
        with output.stdout() as out:
            if is_table:
                out.writelines(f"{line}\n" for line in _table(chosen, records))
            else:
                WRITERS[file_format](out, chosen, records)
        if cut and more is not None:
            diagnostics.say(f"first {most} of {more()}; --limit 0 for all")
        if query and not first and entity != "quarantine":
            hint = opened.records(LISTS[entity]).hint(query)
            if hint:
                diagnostics.say(hint)


def _chosen(entity: Listed, names: str | None, *, is_table: bool) -> list[Column]:
    if names is None and not is_table:
        return columns.stored(entity)
    return columns.named(entity, columns.USUAL[entity] if names is None else _words(names))


def _words(text: str) -> list[str]:
    """The members of a list with commas; those in quotes belong to a key of JSON."""
    return [word.strip() for word in re.findall(rf"(?:{QUOTED}|[^,])+", text) or [""]]


def _records(
    store: Store,
    entity: Listed,
    query: str,
    *,
    sort: Sequence[str],
    limit: int | None,
    expand: Sequence[str],
) -> tuple[Iterable[Any], Callable[[], str] | None]:
    """The records, and if the limit leaves some out, a function that says how many there are."""
    if entity == "quarantine":
        total = store.quarantine.count()
        more = (lambda: f"{total:,}") if limit and total > limit else None
        return islice(store.quarantine.iterate(), limit or None), more
    repository = store.records(LISTS[entity])
    if not limit:
        return repository.iterate(query, sort=sort, expand=expand), None
    page = repository.list(query, sort=sort, limit=limit, expand=expand)
    if page.next is None:
        return page, None
    return page, lambda: _count(repository.listing(query).count(_COUNTED + 1))


def _count(count: int) -> str:
    return f"{count:,}" if count <= _COUNTED else f"more than {_COUNTED:,}"


def _table(chosen: Sequence[Column], records: Iterable[Any]) -> Iterator[str]:
    return table(
        [each.name for each in chosen],
        ([each.text(record) for each in chosen] for record in records),
        right=frozenset(place for place, each in enumerate(chosen) if each.is_amount),
        room=output.room(),
    )
