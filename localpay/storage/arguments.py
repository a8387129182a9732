"""What callers ask with, checked where Python alone would not: each refusal is a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from localpay import jsontext
from localpay.errors import ArgumentError


def is_list(given: object) -> TypeGuard[Iterable[Any]]:
    """Whether something can stand for a list. A text cannot, nor can an object of JSON."""
    return isinstance(given, Iterable) and not isinstance(given, str | Mapping)


def is_text(given: object) -> TypeGuard[str]:
    """Whether something is a text that a record could hold: no half surrogate pair is one."""
    return isinstance(given, str) and not re.search(jsontext.HALF_SURROGATE, given)


def check_count(name: str, given: object) -> None:
    """Check how many are asked for, or from which position on.

    Raises:
        ArgumentError: it is no whole number, or below 0.
    """
    if not isinstance(given, int) or given < 0:
        raise ArgumentError(name, "a whole number from 0 on", given)


def check_actor(given: object) -> None:
    """Check who makes changes: a text that the journal can hold.

    Raises:
        ArgumentError: it is something else.
    """
    if not is_text(given):
        raise ArgumentError("actor", "text", given)


def check_progress(given: object) -> None:
    """Check what is to be told how far a change of many records is.

    Raises:
        ArgumentError: it can be told nothing.
    """
    if given is not None and not callable(given):
        raise ArgumentError("progress", "a function that is told how far it is", given)


def check_query(given: object) -> None:
    """Check that a query is a text, which alone can be parsed.

    Raises:
        ArgumentError: it is something else.
    """
    if not isinstance(given, str):
        raise ArgumentError("query", "text in the filter language", given)


def checked_sort(given: object) -> str | tuple[str, ...]:
    """The field to sort by, or the fields.

    Raises:
        ArgumentError: it is something else.
    """
    if isinstance(given, str):
        return given
    terms = tuple(given) if is_list(given) else (None,)
    if not all(isinstance(term, str) for term in terms):
        raise ArgumentError("sort", "a field to sort by, or a list of them", given)
    return terms
