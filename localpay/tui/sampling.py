"""Looking up values and JSON keys of a store's records in a thread, to suggest them.

This is for values that no facet counts: those of related records, such as a cart's sessions, those
at a path in JSON, and those of fields that differ in each record.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from textual.message import Message

from localpay.errors import LocalpayError
from localpay.inspect.redact import redact_scalar, redact_text
from localpay.query import fields
from localpay.query.complete import write_json, write_key, write_value
from localpay.query.fields import Kind
from localpay.query.tree import at_path
from localpay.storage.facets import facet_of
from localpay.store import Cancellation
from localpay.text import one_line
from localpay.tui import threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from localpay.entities import EntityName
    from localpay.query.complete import Completions
    from localpay.query.fields import Field
    from localpay.query.tree import Path
    from localpay.store import Store

_NEWEST: Final = 300
"""How many of the newest records are read, if reading all would take too long."""

_OFFERED: Final = 100
_LONGEST: Final = 200
_FEW: Final = 20
_FEW_RECORDS: Final = 5_000
"""The records with each of a few values are counted, in a store where that takes no time."""

_SAMPLED: Final = frozenset({Kind.TEXT, Kind.FOLDED, Kind.CHOICE, Kind.BOOLEAN})
_ENDINGS: Final[dict[type, str]] = {dict: ".", list: "[0]"}
_HELP: Final[dict[type, str]] = {dict: "an object", list: "a list"}


class Question(NamedTuple):
    """A question to a store.

    Attributes:
        entity: what is filtered.
        field: the field, as it is named from there.
        path: the path into its JSON.
        is_key: whether it asks for keys, not values.
        ending: what follows a key.
        name: the field and the path as they are typed.
        rest: the filter that the records pass beside.
    """

    entity: EntityName
    field: Field
    path: Path
    is_key: bool
    ending: str
    name: str
    rest: str


class Held(NamedTuple):
    """A value or a key in the records.

    Attributes:
        plain: the value as it is.
        written: as it is written in a filter.
        help: what it is.
        records: how many have it beside the rest of the filter; None where that is not counted.
    """

    plain: str
    written: str
    help: str = ""
    records: int | None = None


def question(found: Completions, entity: EntityName, rest: str) -> Question | None:
    """The question to ask for suggestions at the cursor; None if there is nothing to ask.

    Args:
        found: what the language knows.
        entity: what is filtered.
        rest: the filter without the word at the cursor.
    """
    field = found.field
    if field is None:
        return None
    if not found.is_key and not found.path and field.kind not in _SAMPLED:
        return None
    return Question(entity, field, found.path, found.is_key, found.ending, found.name, rest)


def answer(store: Store, asked: Question, cancellation: Cancellation) -> list[Held]:
    """Look up values or keys; if they can be counted, the most frequent first.

    Secrets are left out, and values that a line cannot show as they are.

    Args:
        store: the store.
        asked: the question.
        cancellation: lets another thread stop it.

    Raises:
        CancelledError: it was cancelled meanwhile.
    """
    if asked.is_key:
        return _keys(store, asked, cancellation)
    found = [each for each in _values(store, asked, cancellation) if _is_fit(each.plain)]
    records = store.records(asked.entity)
    total = records.listing().count(_FEW_RECORDS + 1, cancellation=cancellation)
    if len(found) > _FEW or total > _FEW_RECORDS:
        return found
    beside = f"({asked.rest}) " if asked.rest else ""
    counted = [
        each._replace(
            records=records.count(f"{beside}{asked.name}:{each.written}", cancellation=cancellation)
        )
        for each in found
    ]
    return sorted((each for each in counted if each.records), key=lambda each: -(each.records or 0))


def _keys(store: Store, asked: Question, cancellation: Cancellation) -> list[Held]:
    kinds: dict[str, type] = {}
    counts = Counter[str]()
    for value in _newest(store, asked, cancellation):
        if isinstance(value, dict):
            counts.update(value.keys())
            kinds |= {key: type(member) for key, member in value.items()}
    found = []
    for key, _ in counts.most_common(_OFFERED):
        if _is_fit(key) and redact_text(key) == key:
            kind = kinds[key]
            ending = _ENDINGS.get(kind, asked.ending)
            found.append(Held(key, write_key(key) + ending, _HELP.get(kind, "")))
    return found


def _values(store: Store, asked: Question, cancellation: Cancellation) -> list[Held]:
    field = asked.field
    if field.kind is Kind.BOOLEAN:
        return [Held(each, each) for each in ("true", "false")]
    if field.kind is Kind.CHOICE:
        return [Held(each, each) for each in field.choices]
    own = fields.find(field.table, field.column)
    facet = None if own is None or asked.path else facet_of(field.table, own)
    if facet is not None:
        (values,) = (
            values
            for _, values in store.records(field.table).facets(
                only=(facet,), sums=False, cancellation=cancellation
            )
        )
        texts = [each.value for each in values if each.value is not None]
        return [Held(text, write_value(text)) for text in texts[:_OFFERED]]
    name = (field.column, *asked.path)
    counts = Counter(
        (written, str(value) if isinstance(value, str) else written)
        for value in _newest(store, asked, cancellation)
        if (asked.path or value is not None) and redact_scalar(name, value) == value
        if (written := write_json(value) if asked.path else write_value(value)) is not None
    )
    return [Held(plain, written) for (written, plain), _ in counts.most_common(_OFFERED)]


def _newest(store: Store, asked: Question, cancellation: Cancellation) -> Iterator[Any]:
    """The values or keys of the newest records at a path."""
    field, nowhere = asked.field, object()
    for record in store.records(field.table).list(limit=_NEWEST, cancellation=cancellation):
        value = at_path(getattr(record, field.column), asked.path, nowhere)
        if value is not nowhere:
            yield value


def _is_fit(text: str) -> bool:
    return len(text) <= _LONGEST and one_line(text) == text


class Sampled(Message):
    """A question was answered.

    Attributes:
        asked: the question.
        held: the answer; empty if looking it up failed.
    """

    def __init__(self, asked: Question, held: list[Held]) -> None:
        super().__init__()
        self.asked, self.held = asked, held


class Sampler:
    """Answers one question at a time for a widget, which gets the messages.

    Args:
        store: the store.
        owner: who gets the messages.
    """

    def __init__(self, store: Store, owner: Widget) -> None:
        self._store = store
        self._owner = owner
        self._thread = ThreadPoolExecutor(1, "localpay-sample")
        self._cancellation = Cancellation()
        self.current: Question | None = None

    def ask(self, asked: Question) -> None:
        """Start on a question, and drop the one before."""
        self.cancel()
        self.current, self._cancellation = asked, Cancellation()
        self._thread.submit(partial(self._answer, asked, self._cancellation))

    def cancel(self) -> None:
        """Stop looking up."""
        self._cancellation.cancel()
        self.current = None

    def close(self) -> None:
        """Stop for good."""
        self.cancel()
        threads.end(self._thread)

    def _answer(self, asked: Question, cancellation: Cancellation) -> None:
        held: list[Held] = []
        with suppress(LocalpayError):  # nothing is suggested then
            held = answer(self._store, asked, cancellation)
        if not cancellation.cancelled:
            self._owner.post_message(Sampled(asked, held))
