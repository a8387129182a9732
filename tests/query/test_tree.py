from __future__ import annotations

import pytest

from localpay.query.tree import Path, at_path

DATA = {"0": "zero", "items": [{"id": "first"}, None], "text": "abc"}


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ((), DATA),
        (("0",), "zero"),
        (("items", 0, "id"), "first"),
        (("items", 1), None),
    ],
)
def test_a_path_leads_to_a_part_of_json(path: Path, part: object) -> None:
    assert at_path(DATA, path, "absent") == part


@pytest.mark.parametrize(
    "path", [(0,), ("items", "0"), ("items", 2), ("other",), ("text", 0), ("items", 1, "id")]
)
def test_a_text_steps_into_objects_alone_and_a_number_into_lists_alone(path: Path) -> None:
    assert at_path(DATA, path, "absent") == "absent"
