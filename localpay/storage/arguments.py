"""Checks of callers' arguments that Python alone would not make, or not with a clear message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from localpay import jsontext
from localpay.errors import ArgumentError


def is_list(given: object) -> TypeGuard[Iterable[Any]]:
    """Whether something can be used as a list. Text cannot, nor can a JSON object."""
    return isinstance(given, Iterable) and not isinstance(given, str | Mapping)


def is_text(given: object) -> TypeGuard[str]:
    """Whether something is text that can be stored, which half a surrogate pair cannot."""
    return isinstance(given, str) and not re.search(jsontext.HALF_SURROGATE, given)


def check_count(name: str, given: object) -> None:
    """Check a number of records, or a position.

    Raises:
        ArgumentError: it is not a whole number, or below 0.
    """
    if not isinstance(given, int) or given < 0:
        raise ArgumentError(name, "a whole number of 0 or more", given)


def check_actor(given: object) -> None:
    """Check the name of who makes changes.

    Raises:
        ArgumentError: it is not text that can be stored.
    """
    if not is_text(given):
        raise ArgumentError("actor", "text", given)


def check_progress(given: object) -> None:
    """Check the function to call with the progress of a long operation.

    Raises:
        ArgumentError: it cannot be called.
    """
    if given is not None and not callable(given):
        raise ArgumentError("progress", "a function to call with the progress", given)


def check_query(given: object) -> None:
    """Check that a query is text.

    Raises:
        ArgumentError: it is not.
    """
    if not isinstance(given, str):
        raise ArgumentError("query", "text in the filter language", given)


def checked_sort(given: object) -> str | tuple[str, ...]:
    """Check the field to sort by, or a list of fields, which is returned as a tuple.

    Raises:
        ArgumentError: it is neither.
    """
    if isinstance(given, str):
        return given
    terms = tuple(given) if is_list(given) else (None,)
    if not all(isinstance(term, str) for term in terms):
        raise ArgumentError("sort", "a field to sort by, or a list of them", given)
    return terms
