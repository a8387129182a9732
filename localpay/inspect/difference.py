"""The differences between two states of a record: which fields, and which paths within JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from localpay.query.tree import write_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localpay.jsontext import JsonValue

ABSENT: Final[Any] = type("Absent", (), {"__repr__": lambda _: "ABSENT", "__slots__": ()})()
"""Stands for a value that does not exist, not even as null."""


class Difference(NamedTuple):
    """One value that differs.

    Attributes:
        path: the name of the field, followed by the keys and indices within its JSON.
        old: the value before; `ABSENT` if there was none.
        new: the value now; `ABSENT` if there is none.
    """

    path: tuple[str | int, ...]
    old: JsonValue
    new: JsonValue


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Compare the fields of two states of a record, in the order of the old one.

    Objects and lists are compared member by member. A different order of keys is a difference of
    the object that has them. 1 and true differ.
    """
    found = []
    # Data may be nested as deep as Python's stack, so a list replaces recursion.
    waiting = _pairs((), old, new)[::-1]
    while waiting:
        path, before, after = waiting.pop()
        if isinstance(before, dict) and isinstance(after, dict):
            inner = _pairs(path, before, after)
            if list(before) != list(after) and before.keys() == after.keys():
                found.append(Difference(path, before, after))
            waiting.extend(reversed(inner))
        elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
            waiting.extend(reversed(_pairs(path, dict(enumerate(before)), dict(enumerate(after)))))
        elif type(before) is not type(after) or before != after:
            found.append(Difference(path, before, after))
    return found


def path_text(path: Sequence[str | int]) -> str:
    """A path as it is written in a filter: `data.charges[0].id`.

    Args:
        path: begins with the name of the field.
    """
    field, *steps = path
    return f"{field}{write_path(tuple(steps))}"


def _pairs(
    path: tuple[str | int, ...], old: Mapping[Any, Any], new: Mapping[Any, Any]
) -> list[tuple[tuple[str | int, ...], Any, Any]]:
    keys = [*old, *(key for key in new if key not in old)]
    return [((*path, key), old.get(key, ABSENT), new.get(key, ABSENT)) for key in keys]
