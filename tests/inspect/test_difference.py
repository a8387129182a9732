from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.inspect.difference import ABSENT, Difference, differences, path_text
from localpay.query.grammar import parse
from localpay.query.tree import Has
from tests.hostile import nested


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [(("a",), 1, 2)]),
        ({"a": 1}, {"a": None}, [(("a",), 1, None)]),
        ({"a": 1}, {}, [(("a",), 1, ABSENT)]),
        ({}, {"a": 1}, [(("a",), ABSENT, 1)]),
        ({"a": True}, {"a": 1}, [(("a",), True, 1)]),
        ({"d": {"x": 1, "y": {"z": 2}}}, {"d": {"x": 1, "y": {"z": 3}}}, [(("d", "y", "z"), 2, 3)]),
        ({"d": [1, 2]}, {"d": [1, 3, 4]}, [(("d", 1), 2, 3), (("d", 2), ABSENT, 4)]),
        ({"d": {}}, {"d": []}, [(("d",), {}, [])]),
        ({"d": {"a": 1, "b": 2}}, {"d": {"b": 2, "a": 1}},
         [(("d",), {"a": 1, "b": 2}, {"b": 2, "a": 1})]),
    ],
)  # fmt: skip
def test_what_differs_is_named_by_its_path(
    old: dict[str, Any], new: dict[str, Any], found: list[Any]
) -> None:
    assert differences(old, new) == [Difference(*each) for each in found]


def test_data_may_be_as_deep_as_it_comes() -> None:
    (found,) = differences({"data": nested(900, 1)}, {"data": nested(900, 2)})
    assert (len(found.path), found.old, found.new) == (901, 1, 2)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("status",), "status"),
        (("data", "charges", 0, "id"), "data.charges[0].id"),
        (("data", "a b", 0, "x.y"), 'data."a b"[0]."x.y"'),
        (("data", "7"), "data.7"),
        (("data", ""), 'data.""'),
    ],
)
def test_a_path_is_written_as_in_a_filter(path: tuple[str | int, ...], text: str) -> None:
    assert path_text(path) == text

    node = parse(f"has:{text}", "payment_session").tree
    assert isinstance(node, Has)
    assert (node.field.name, *node.path) == path


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=2), _JSON))
def test_nothing_differs_from_its_copy(record: dict[str, Any]) -> None:
    assert differences(record, copy.deepcopy(record)) == []
