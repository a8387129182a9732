"""What is said of texts that are no filters: the blocks of `errors.txt`, each of which is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localpay.entities import EntityName
from localpay.errors import QueryError
from localpay.query import parse

TABLES: dict[str, EntityName] = {"session": "payment_session", "cart": "cart", "payment": "payment"}


def blocks() -> Iterator[str]:
    for block in (Path(__file__).parent / "errors.txt").read_text("utf-8").strip().split("\n\n"):
        if not block.startswith("#"):
            yield block


@pytest.mark.parametrize("block", tuple(blocks()))
def test_an_error_points_at_its_place_and_gives_a_reason(block: str) -> None:
    entity, text = block.splitlines()[0].split(" | ")
    with pytest.raises(QueryError) as caught:
        parse(text, TABLES[entity])
    error = caught.value
    place = " " * (len(f"{entity} | ") + error.position) + "^" * error.length
    assert f"{entity} | {text}\n{place} {error.reason}" == block
    assert str(error) == f"filter, column {error.position + 1}: {error.reason}"
