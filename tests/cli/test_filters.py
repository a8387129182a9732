"""`localpay filters`: the filter language, explained where it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay.entities import ENTITIES
from localpay.query import fields, reference

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Run


def test_the_reference_tells_every_operator_value_and_field_within_80_columns(run: Run) -> None:
    text = run("filters").stdout

    assert max(map(len, text.splitlines())) <= 80
    assert "`" not in text
    for filter_, _ in reference.EXAMPLES:
        assert f"\n  {filter_} " in text.replace("\n      ", " ") + " "
    for entity in ENTITIES:
        for field in fields.fields(entity):
            if field.table == entity:
                assert f"\n  {field.name}" in text
                assert all(choice in text for choice in field.choices)
    for form in ("12.50eur", "-7d", "2026-11-20T08:00+02:00", "minor units", "session.status"):
        assert form in text


@pytest.mark.parametrize("verb", ["list", "export"])
def test_a_verb_with_a_query_says_where_it_is_explained(run: Run, verb: str) -> None:
    assert "`localpay filters` explains QUERY." in run(verb, "--help").stdout


def test_a_wrong_filter_is_answered_with_where_filters_are_explained(run: Run, shop: Path) -> None:
    result = run("list", shop, "sessions", "statu:error")

    assert result.stderr.endswith("did you mean 'status'? (see localpay filters)\n")
