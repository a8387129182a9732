"""What filters match in the demo shop: each line of `examples.txt` is one example."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from localpay import Store
from localpay.entities import EntityName
from localpay.query import Query, fields, parse
from localpay.query.tree import And, Has, Node, Not, Or, Term
from tests.evaluation import Evaluator, Row

NOW = datetime(2026, 11, 21, 17, 23, 27, 310672, tzinfo=UTC)
TABLES: dict[str, EntityName] = {"session": "payment_session", "cart": "cart", "payment": "payment"}
MOST_IDS = 8


class Example(NamedTuple):
    """One line: what is filtered, the filter, and the records that it matches."""

    entity: EntityName
    text: str
    matches: str

    @property
    def query(self) -> Query:
        return parse(self.text, self.entity)


def examples() -> Iterator[Example]:
    for line in (Path(__file__).parent / "examples.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            entity, text, matches = line.split(" | ")
            yield Example(TABLES[entity], text, matches)


EXAMPLES = tuple(examples())
every_entity = pytest.mark.parametrize("entity", TABLES.values())


def written(ids: Sequence[str]) -> str:
    if len(ids) > MOST_IDS:
        return f"{len(ids)}: {ids[0]} … {ids[-1]}"
    return " ".join(ids) or "none"


def of(entity: EntityName) -> list[Example]:
    return [each for each in EXAMPLES if each.entity == entity]


def expected(entity: EntityName) -> dict[str, str]:
    return {each.text: each.matches for each in of(entity)}


def repository(store: Store, entity: EntityName) -> Any:
    return {"payment_session": store.sessions, "cart": store.carts, "payment": store.payments}[
        entity
    ]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("examples") / "demo.localpay"
    Store.demo(path).close()
    return path


@pytest.fixture(scope="module")
def shop(path: Path) -> Iterator[Store]:
    with Store.open(path, read_only=True, clock=lambda: NOW) as store:
        yield store


@pytest.fixture(scope="module")
def indexed_shop(shop: Store, path: Path) -> Iterator[Store]:
    shop.backup(path.with_suffix(".indexed"))
    with Store.open(path.with_suffix(".indexed"), create=False, clock=lambda: NOW) as store:
        store.build_search_index()
        yield store


@pytest.fixture(scope="module")
def evaluator(path: Path) -> Evaluator:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        rows: dict[str, list[Row]] = {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY rid")]
            for table in TABLES.values()
        }
    return Evaluator(rows, NOW)


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{each[0]} {each[1]}" for each in EXAMPLES])
def test_the_store_finds_the_records_of_an_example(shop: Store, example: Example) -> None:
    records = repository(shop, example.entity)
    ids = [each.id for each in records.list(example.text, sort="created_at")]
    assert written(ids) == example.matches
    # Counting, and the order of a long list, ask for all matches at once: another statement.
    assert records.count(example.text) == len(ids)
    listing = records.listing(example.text, sort="created_at")
    listing.fill()
    assert len(listing) == len(ids)
    assert [listing.position(each) for each in ids[-1:]] == [len(ids) - 1][: len(ids)]


@every_entity
def test_plain_python_finds_the_same_records(evaluator: Evaluator, entity: EntityName) -> None:
    def found(query: Query) -> str:
        rows = sorted(evaluator.find(query), key=lambda row: str(row["created_at"]))
        return written([row["id"] for row in rows])

    assert {each.text: found(each.query) for each in of(entity)} == expected(entity)


def test_a_search_index_changes_no_answer(indexed_shop: Store) -> None:
    searches = [each for each in EXAMPLES if None in names(each.query.tree)]
    assert searches
    for example in searches:
        records = repository(indexed_shop, example.entity)
        ids = [each.id for each in records.list(example.text, sort="created_at")]
        assert written(ids) == example.matches, example.text


def test_the_canonical_text_of_an_example_says_the_same() -> None:
    for example in EXAMPLES:
        canonical = str(example.query)
        again = parse(canonical, example.entity)
        assert again.tree == example.query.tree, example.text
        assert str(again) == canonical


@every_entity
def test_every_field_has_an_example(entity: EntityName) -> None:
    shown = {name for each in of(entity) for name in names(each.query.tree)}
    assert {field.name for field in fields.fields(entity)} - shown == set()


def names(node: Node | None) -> Iterator[str | None]:
    """The fields that a filter asks for; None stands for a bare word."""
    if isinstance(node, And | Or):
        for each in node.nodes:
            yield from names(each)
    elif isinstance(node, Not):
        yield from names(node.node)
    elif isinstance(node, Has | Term):
        yield node.field.name
    elif node is not None:
        yield None
