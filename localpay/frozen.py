"""Frozen, slotted dataclasses that cost little to define, and more to create.

`@dataclass(frozen=True, slots=True)` writes and compiles six methods for each class: more than half
a millisecond of every program's start, and there are dozens of classes. Here all classes share six
methods, and defining one takes a tenth of that time. Instances pay for it: one with six fields
takes up to twice as long with positional values (2 µs), and about three times as long with keywords
or defaults (4 to 5 µs). That is why `storage.loading`, which makes thousands of records, sets their
fields itself in `decoder` and `changed`.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, field
from functools import cache
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

_set = object.__setattr__


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a class frozen and slotted, as `@dataclass(frozen=True, slots=True)` does.

    `dataclasses.fields`, `replace` and `asdict` work with it. It is compared, hashed and shown by
    its fields, can be copied and pickled, and keeps its own methods. Use `@dataclass` for a class
    with class variables, a `__post_init__`, `kw_only=True` for all fields, or fields with
    `init=False`.
    """
    for name, method in _METHODS.items():
        if vars(cls).get(name) is None:  # a class with its own `__eq__` has None as `__hash__`
            setattr(cls, name, method)
    return dataclass(init=False, repr=False, eq=False, slots=True)(cls)


def _init(self: Any, *values: Any, **named: Any) -> None:
    fields = self.__dataclass_fields__
    if named or not len(values) == len(self.__match_args__) == len(fields):
        values = tuple(_completed(self, values, named))
    for name, value in zip(fields, values, strict=True):
        _set(self, name, value)


def _completed(self: Any, values: tuple[Any, ...], named: dict[str, Any]) -> Iterator[Any]:
    """The values of all fields, with defaults for those that were not given."""
    name = type(self).__qualname__
    given = dict(zip(self.__match_args__, values, strict=False)) | named
    if len(given) < len(values) + len(named):
        raise TypeError(f"{name}() takes each field once, and only the leading ones by position")
    for each in self.__dataclass_fields__.values():
        if each.name in given:
            yield given.pop(each.name)
        elif each.default is not MISSING:
            yield each.default
        elif each.default_factory is not MISSING:
            yield each.default_factory()
        else:
            raise TypeError(f"{name}() needs {each.name!r}")
    if given:
        raise TypeError(f"{name}() has no field {next(iter(given))!r}")


@cache
def _compared(cls: Any) -> Callable[[Any], object]:
    """A function that returns what is compared: an instance's class and its compared fields."""
    fields = cls.__dataclass_fields__.values()
    return attrgetter("__class__", *(each.name for each in fields if each.compare))


def _eq(self: Any, other: object) -> bool:
    compared = _compared(self.__class__)
    return compared(self) == compared(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_compared(self.__class__)(self))


@recursive_repr()
def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
    return f"{type(self).__qualname__}({shown})"


def _setattr(self: Any, name: str, value: object) -> NoReturn:  # noqa: ARG001 - Python's signature
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(self: Any, name: str) -> NoReturn:  # noqa: ARG001 - Python's signature
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__dataclass_fields__]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__dataclass_fields__, state, strict=True):
        _set(self, name, value)


_METHODS: dict[str, Callable[..., Any]] = {
    "__init__": _init,
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
