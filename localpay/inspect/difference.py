"""What differs between two states of a record: its fields, and within JSON the paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from localpay.query.tree import write_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localpay.jsontext import JsonValue

ABSENT: Final[Any] = type("Absent", (), {"__repr__": lambda _: "ABSENT", "__slots__": ()})()
"""Stands for a value where there is none, not even null."""


class Difference(NamedTuple):
    """One value that is not the same.

    Attributes:
        path: the field's name; within JSON the keys and places that follow it.
        old: the value before; `ABSENT` if there was none.
        new: the value now; `ABSENT` if there is none.
    """

    path: tuple[str | int, ...]
    old: JsonValue
    new: JsonValue


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Compare the fields of two states of a record, those of the old one first.

    Objects and lists are compared member by member. Keys in another order count as a difference
    of the object that holds them, and so does 1 in place of true.
    """
    found = []
    # Data may be nested as deep as Python's stack: what is still to compare waits in a list.
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
