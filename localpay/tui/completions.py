"""Suggestions for the filter line: from the language, and from the values in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from localpay.errors import QueryError
from localpay.query import parse
from localpay.query.complete import write_value
from localpay.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.entities import EntityName
    from localpay.query.complete import Completions
    from localpay.tui.counting import Labelled
    from localpay.tui.sampling import Held


class Suggestion(NamedTuple):
    """One suggestion.

    Attributes:
        text: what is inserted.
        help: what it means.
        records: how many records match it; None if they are not counted.
    """

    text: str
    help: str
    records: int | None = None


def suggestions(
    found: Completions, counted: Sequence[Labelled] = (), sampled: Sequence[Held] = ()
) -> list[Suggestion]:
    """What can be typed at the cursor, the most frequent values first.

    Args:
        found: what the language knows.
        counted: the store's values of the field at the cursor. Those that a line cannot hold as
            they are, such as one with an escape sequence, are left out.
        sampled: values, or keys of JSON, that are not counted as facets are.
    """
    held = [
        Suggestion(each.written, each.help, each.records)
        for each in sampled
        if _begins(found.prefix, each.plain, "") and not found.is_taken(each.written)
    ]
    held += [
        Suggestion(write_value(value), label if label != value else "", each.count)
        for each, label in counted
        if (value := each.value) is not None and one_line(value) == value
        if _begins(found.prefix, value, label) and not found.is_taken(write_value(value))
    ]
    known = {each.text for each in held}
    fixed = [Suggestion(each.text, each.help) for each in found.items if each.text not in known]
    return held + fixed


def is_filter(text: str, entity: EntityName) -> bool:
    """Whether a text is a valid filter."""
    try:
        parse(text, entity)
    except QueryError:
        return False
    return True


def _begins(prefix: str, value: str, label: str) -> bool:
    """Whether a value, or its label, begins with the typed text."""
    typed = prefix.lower()
    return value.lower().startswith(typed) or label.lower().startswith(typed)
