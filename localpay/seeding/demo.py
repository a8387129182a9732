"""The demo shop: a few hundred generated carts, and about thirty checkouts with a story each."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from localpay import jsontext
from localpay.clock import parse_instant
from localpay.ids import Ids
from localpay.seeding.seed import seed_store
from localpay.seeding.stories import StoryClock, tell
from localpay.storage.journal import Journal
from localpay.storage.opening import open_database
from localpay.storage.rows import Rows
from localpay.storage.workspace import Workspace

if TYPE_CHECKING:
    from localpay.storage.database import Database

_ACTOR = "demo"
_PACKAGE = Path(__file__).parent.parent
_SOURCES = (_PACKAGE / "data/demo.json", _PACKAGE.parent / "data/demo.json")
"""Where the stories are: in the package once it is installed, otherwise beside it."""


def build_demo(path: Path | str) -> Database:
    """Make the demo shop. Its records are always the same, byte for byte.

    Args:
        path: the file of the new store.

    Returns:
        The open store; its clock shows the instant at which the last story ends.

    Raises:
        ArgumentError: no file can have this name.
        SeedUsedError: the file is already a demo shop.
        StoreError: the file cannot be written.
    """
    source = next(source for source in _SOURCES if source.is_file())
    demo = jsontext.loads(source.read_text("utf-8"))
    clock = StoryClock(parse_instant(demo["opened"]))
    database = open_database(path, clock)
    try:
        journal = Journal(database, _ACTOR)
        ids = Ids(clock, Random(demo["seed"]))  # noqa: S311 - the ids are to be the same each time
        workspace = Workspace(database, Rows(database, journal), ids)
        with database.writing():
            seed_store(database, journal, carts=demo["carts"], seed=demo["seed"], opened=clock.now)
            tell(demo["stories"], workspace, journal, clock)
    except BaseException:
        database.close()
        raise
    return database
