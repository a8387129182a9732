"""Frozen records: all that `@dataclass(frozen=True, slots=True)` would make of them."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, field, fields, is_dataclass, replace
from typing import Any

import pytest

from localpay.frozen import frozen


@frozen
class Point:
    """A place."""

    x: int
    y: int = 0
    label: str = field(default="", kw_only=True, compare=False)


@frozen
class Place(Point):
    """A place with tags."""

    tags: list[str] = field(default_factory=list)


@frozen
class Nothing:
    """Has no field."""


def test_fields_are_given_by_place_and_by_name() -> None:
    assert (Point(1).x, Point(1).y, Point(1).label) == (1, 0, "")
    assert Point(1, 2) == Point(y=2, x=1) == Point(1, y=2, label="here")
    assert Place(1, 2, ["a"]).tags == ["a"]


def test_a_default_is_made_for_each() -> None:
    assert Place(1).tags == []
    assert Place(1).tags is not Place(1).tags


@pytest.mark.parametrize(
    ("values", "named", "message"),
    [
        ((), {}, r"Point\(\) needs 'x'"),
        ((1,), {"x": 1}, "takes each field once"),
        ((1, 2, "here"), {}, "only the leading ones by position"),
        ((1,), {"z": 1}, r"Point\(\) has no field 'z'"),
    ],
)
def test_fields_that_do_not_fit_are_refused(
    values: tuple[Any, ...], named: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        Point(*values, **named)


def test_nothing_can_be_changed() -> None:
    point: Any = Point(1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 2
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'z'"):
        point.z = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del point.x

    assert point == Point(1)
    assert not hasattr(point, "__dict__")


def test_equal_are_those_of_one_class_whose_compared_fields_are() -> None:
    assert Point(1) == Point(1, label="here")
    assert hash(Point(1)) == hash(Point(1, label="here"))
    assert Point(1) != Point(2)
    assert Point(1) != Place(1)
    assert Point(1).__eq__((1, 0)) is NotImplemented
    assert Nothing() == Nothing()


def test_what_holds_a_list_has_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Place(1))


def test_it_shows_its_fields() -> None:
    assert repr(Point(1, label="here")) == "Point(x=1, y=0, label='here')"
    assert repr(Nothing()) == "Nothing()"


def test_the_functions_of_dataclasses_know_it() -> None:
    assert is_dataclass(Place(1))
    assert [each.name for each in fields(Place)] == ["x", "y", "label", "tags"]
    place = Place(1, label="here")
    assert asdict(place) == {"x": 1, "y": 0, "label": "here", "tags": []}
    assert replace(place, y=2) == Place(1, 2)
    assert replace(place, y=2).label == "here"


def test_it_is_copied_and_pickled() -> None:
    place = Place(1, 2, ["a"], label="here")

    for copied in (copy.copy(place), copy.deepcopy(place), pickle.loads(pickle.dumps(place))):
        assert (copied, copied.label) == (place, "here")
    assert copy.deepcopy(place).tags is not place.tags


def test_no_method_is_made_for_a_class() -> None:
    own = {name for name, value in vars(Place).items() if callable(value)}

    assert all(getattr(Place, name) is getattr(Point, name) for name in own)


def test_methods_of_its_own_stay() -> None:
    @frozen
    class Word:  # noqa: PLW1641 - its hash is what `frozen` makes of it
        text: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Word) and other.text.lower() == self.text.lower()

        def __repr__(self) -> str:
            return self.text

    assert Word("Mug") == Word("mug")
    assert repr(Word("Mug")) == "Mug"
    assert isinstance(hash(Word("Mug")), int)


def test_patterns_match_it() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
