"""The help: every key, from the table of actions, and how filters are written."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from localpay.query import fields, reference
from localpay.tui.actions import ACTIONS, PLACES, key_sign
from localpay.tui.screens.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual import events
    from textual.app import ComposeResult

    from localpay.tui.columns import ListKind

_NARROW: Final = 72
"""Columns of the screen below which what is explained stands on a line of its own."""

_WIDEST: Final = 76
"""Cells that the box takes at most, unless the screen has hardly more."""

_BESIDE: Final = 8
"""Cells of the box beside its lines, where it has most."""

_KEYS, _FORMS = 20, 26
"""Cells for the keys, and for what a filter is made of."""


class HelpScreen(Dialog[None]):
    """All keys, by the place where they work, and how a list is filtered.

    Args:
        kind: the list.
    """

    BINDINGS = [  # noqa: RUF012 - as Textual has it
        Binding("escape,q,question_mark,f1", "dismiss", "Close"),
        Binding("j,down", "scroll(1)", "Down"),
        Binding("k,up", "scroll(-1)", "Up"),
        Binding("pagedown,ctrl+f,space", "page(1)", "Page down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up"),
        Binding("g,home", "first", "First line"),
        Binding("G,end", "last", "Last line"),
        Binding("slash", "filters", "Filters"),
    ]
    DEFAULT_CSS = """
    HelpScreen {
        & > VerticalScroll { max-height: 90%; }
        & #filters { margin-top: 1; }
    }
    """

    def __init__(self, kind: ListKind) -> None:
        super().__init__()
        self._kind = kind

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll(can_focus=False):
            yield Static(id="help")
            yield Static(id="filters")

    def on_resize(self, event: events.Resize) -> None:
        """Fit the lines to the width."""
        width = event.size.width
        room = (width if width < _WIDEST + _BESIDE else _WIDEST) - _BESIDE
        self.query_one("#help", Static).update(_lines(_keys(), room, _KEYS, width < _NARROW))
        filters = _lines(_filters(self._kind), room, _FORMS, width < _NARROW)
        self.query_one("#filters", Static).update(filters)

    @property
    def _text(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    def action_scroll(self, lines: int) -> None:
        """Scroll by some lines."""
        self._text.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by some pages."""
        self.action_scroll(pages * max(self._text.size.height - 1, 1))

    def action_first(self) -> None:
        """Go to the first line."""
        self._text.scroll_home(animate=False)

    def action_last(self) -> None:
        """Go to the last line."""
        self._text.scroll_end(animate=False)

    def action_filters(self) -> None:
        """Go to how filters are written."""
        self._text.scroll_to_widget(self.query_one("#filters"), animate=False, top=True)


def _keys() -> Iterator[tuple[str, str]]:
    """Keys and what they do; the title of a section has nothing on its right."""
    yield "/ leads to the filters, esc closes this help. The mouse works too.", ""
    for place, title in PLACES.items():
        yield title, ""
        for action in ACTIONS:
            if action.place == place:
                yield "  ".join(map(key_sign, action.keys)), action.help


def _filters(kind: ListKind) -> Iterator[tuple[str, str]]:
    """What filters are made of, and what it means; titles as in `_keys`."""
    yield "Filters, for example of sessions", ""
    yield from reference.EXAMPLES
    yield "Values", ""
    for name, written, meaning in reference.VALUES:
        yield written, f"{name}: {meaning}"
    yield f"Fields of a {kind.one}", ""
    for field in reference.listed(kind.entity):
        values = ", ".join(field.choices) or field.kind.value
        yield ", ".join((field.name, *reference.short_names(field))), f"{field.help} ({values})"
    for which, example in reference.related(kind.entity):
        yield f"{example}, …", f"every field of {which}"
    searched = ", ".join(field.name for field in fields.searched(kind.entity))
    yield "a text without a field", f"looked for in {searched}"


def _lines(rows: Iterable[tuple[str, str]], room: int, left: int, narrow: bool) -> Content:  # noqa: FBT001
    """Rows of two columns, or one below the other, with titles between them.

    Args:
        rows: what stands on the left, and what on the right; a title has nothing there.
        room: cells of a line.
        left: cells of what stands on the left; longer ones have a line of their own.
        narrow: whether all of them have.
    """
    lines: list[Content] = []
    for what, meaning in (map(_plain, row) for row in rows):
        if not meaning:
            lines += [Content("")] if lines else []
            lines += [
                Content.styled(line, "bold $text-accent") for line in wrap(what, max(room, 1))
            ]
            continue
        indent = 4 if narrow else left + 2
        texts = wrap(meaning, max(room - indent, 10))
        apart = narrow or len(what) >= left
        if apart:
            lines.append(Content.styled(f"  {what}", "$text-primary"))
        for number, text in enumerate(texts):
            begun = what if number == 0 and not apart else ""
            lines.append(
                Content.assemble(
                    (f"  {begun:<{indent - 2}}", "$text-primary"), (text, "$foreground")
                )
            )
    return Content("\n").join(lines)


def _plain(text: str) -> str:
    """A text of the reference without what marks code in Markdown."""
    return text.replace("`", "")
