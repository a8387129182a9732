"""What the verbs share: the arguments STORE and QUERY, and how a store is opened."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import localpay
from localpay.cli.help import Exampled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay import Store

_OPERATORS = frozenset(":<>=!")


class QueryCommand(Exampled):
    """A verb with a query, whose terms may begin with a minus: `-status:error`."""

    def __init__(self, *args: Any, **extra: Any) -> None:
        super().__init__(*args, epilog="`localpay filters` explains QUERY.", **extra)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Tell the excluding terms of the query from options."""
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        short = {name[1] for each in options for name in each.opts if name[1] != "-"}
        valued = {name for each in options if not each.is_flag for name in each.opts}
        kept, is_value = [], False
        for arg in args:
            # A leading blank means nothing to a query, and click takes no such word for an option.
            kept.append(f" {arg}" if not is_value and _excludes(arg, short) else arg)
            is_value = arg in valued
        return super().parse_args(ctx, kept)


def _excludes(arg: str, short_options: set[str]) -> bool:
    """Whether an argument is a term such as `-status:error` or `-stripe`, rather than an option."""
    if len(arg) < 3 or arg[0] != "-" or arg[1] == "-":
        return False
    return arg[1] not in short_options or bool(_OPERATORS & set(arg))


def _join(ctx: click.Context, param: click.Parameter, words: tuple[str, ...]) -> str:
    del ctx, param
    return " ".join(words).strip()


store = click.argument("store", metavar="STORE", type=click.Path(path_type=Path))
"""The file, as `store: Path`."""

query = click.argument("query", metavar="[QUERY]...", nargs=-1, callback=_join)
"""The words of a filter, as `query: str`."""


def to_read(path: Path) -> Store:
    """Open an existing store read-only, leaving no file beside it."""
    return localpay.Store.open(path, create=False, read_only=True, actor="cli")


def to_write(path: Path) -> Store:
    """Open an existing store."""
    return localpay.Store.open(path, create=False, actor="cli")


@contextmanager
def to_fill(path: Path) -> Iterator[Store]:
    """Open a store, or make a new one, which is removed again if the block raises."""
    made = not path.exists()
    try:
        with localpay.Store.open(path, actor="cli") as opened:
            yield opened
    except BaseException:
        if made:
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)
        raise
