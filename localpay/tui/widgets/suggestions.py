"""The list of completions under the filter line, and the walk through earlier filters.

Names, operators and fixed values are known at once. Other values are counted or looked up in the
store, in a thread, among the records that match the rest of the filter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Offset
from textual.widget import Widget

from localpay.query.complete import complete
from localpay.storage.facets import facet_of
from localpay.text import one_line
from localpay.tui import present
from localpay.tui.completions import Suggestion, is_filter, suggestions
from localpay.tui.counting import Counter, FacetCounted, Wish
from localpay.tui.sampling import Held, Question, Sampled, Sampler, question

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

    from localpay.query.complete import Completions
    from localpay.store import Store
    from localpay.tui.columns import ListKind
    from localpay.tui.counting import Labelled
    from localpay.tui.filter_history import FilterHistory
    from localpay.tui.widgets.filter_line import FilterLine

_MOST: Final = 8
"""The most lines of the list."""

_WIDEST: Final = 64
_KEPT: Final = 32
"""How many counted facets are kept while the user types."""


class Suggestions(Widget):
    """The list under the filter line. It never has the focus.

    Args:
        store: where values are counted.
        line: the filter line.
        history: the filters used before.
        kind: returns the list on the screen.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Suggestions {
        display: none; overlay: screen; constrain: inside inside;
        width: 20; height: 1; background: $panel; color: $foreground;
        text-wrap: nowrap;
    }
    """

    def __init__(
        self,
        store: Store,
        line: FilterLine,
        history: FilterHistory,
        kind: Callable[[], ListKind],
    ) -> None:
        super().__init__(id="suggestions")
        self._kind = kind
        self._store = store
        self._line = line
        self._history = history
        self._counter = Counter(store, self)
        self._counted: dict[tuple[str, Wish], Sequence[Labelled]] = {}
        self._sampler = Sampler(store, self)
        self._held: dict[Question | None, Sequence[Held]] = {}
        self._completions: Completions | None = None
        self._suggested: list[Suggestion] = []
        self._chosen = 0
        self._closed_at: int | None = None
        self._asked = False
        self._moved = False
        self._walked = 0
        self._draft = ""
        self._following = False

    def on_mount(self) -> None:
        """Follow what is typed."""
        for name in ("value", "cursor_position", "has_focus"):
            self.watch(self._line.input, name, self._follow, init=False)

    def _follow(self) -> None:
        """Look at the line once all changes of a key are done."""
        if not self._following:
            self._following = True
            self.call_later(self._followed)

    def _followed(self) -> None:
        self._following = False
        self.update()

    def on_unmount(self) -> None:
        """Stop the threads."""
        self._counter.close()
        self._sampler.close()

    @property
    def is_open(self) -> bool:
        """Whether there is something to choose from."""
        return bool(self._suggested)

    @property
    def counting(self) -> bool:
        """Whether values are still to come."""
        return self._counter.current is not None or self._sampler.current is not None

    @property
    def takes_right(self) -> bool:
        """Whether `right` accepts a completion, because the cursor is at the end."""
        query = self._line.input
        return self.is_open and query.cursor_position == len(query.value)

    def close(self) -> None:
        """Close the list."""
        self._suggested = []
        self._asked = self._moved = False
        self.display = False
        self._line.hush(quiet=False)

    def leave(self) -> None:
        """Add the filter to the history when the filter line is left."""
        self.close()
        self._counter.cancel()
        self._counted.clear()
        self._sampler.cancel()
        self._held.clear()
        self._closed_at, self._walked = None, 0
        kind, text = self._kind(), self._line.input.value
        if not is_filter(text, kind.entity):
            return
        if self._history.add(kind.entity, text):
            self._in_thread(self._history.write)

    # Suggestions

    def update(self, *, asked: bool = False) -> None:
        """Suggest what can be typed at the cursor.

        Args:
            asked: suggest even though nothing of it is typed yet.
        """
        kind, query = self._kind(), self._line.input
        if not query.has_focus:
            self.close()
            return
        found = complete(query.value, query.cursor_position, kind.entity)
        typed = query.value[found.start : found.end]
        if self._closed_at not in {None, found.start}:
            self._closed_at = None
        self._asked = asked or (self._asked and self._is_same_place(found))
        before = self._suggested[self._chosen].text if self._suggested and self._moved else None
        self._completions = found
        is_wanted = bool(typed) or found.field is not None or self._asked
        if not is_wanted or self._closed_at is not None:
            self.close()
            return
        self._suggested = self._fitting(found, kind)
        if [each.text.lower() for each in self._suggested] == [typed.lower()]:
            self._suggested = []  # it is typed completely
        texts = [each.text for each in self._suggested]
        self._moved = before in texts
        self._chosen = texts.index(before) if before in texts else 0
        self._show()

    def _is_same_place(self, found: Completions) -> bool:
        return self._completions is not None and found.start == self._completions.start

    def _fitting(self, found: Completions, kind: ListKind) -> list[Suggestion]:
        rest = found.rest if is_filter(found.rest, kind.entity) else ""
        facet = None if found.field is None else facet_of(kind.entity, found.field)
        if facet is None:
            return suggestions(found, sampled=self._sampled(question(found, kind.entity, rest)))
        wish = Wish(facet, rest)
        counted = self._counted.get((kind.name, wish))
        current = self._counter.current
        if counted is None and (
            current is None or current.kind is not kind or current.wishes[0] != wish
        ):
            self._counter.ask(kind, [wish])
        return suggestions(found, counted or ())

    def _sampled(self, asked: Question | None) -> Sequence[Held]:
        """The answer to a question, if it is known already."""
        if asked is not None and asked not in self._held and self._sampler.current != asked:
            self._sampler.ask(asked)
        return self._held.get(asked, ())

    def on_sampled(self, message: Sampled) -> None:
        """Suggest what was looked up."""
        message.stop()
        if message.asked != self._sampler.current:
            return
        self._sampler.cancel()
        if len(self._held) >= _KEPT:
            self._held.clear()
        self._held[message.asked] = message.held
        self.update()

    def on_facet_counted(self, message: FacetCounted) -> None:
        """Suggest the counted values."""
        message.stop()
        if message.count is not self._counter.current:
            return
        self._counter.cancel()
        if len(self._counted) >= _KEPT:
            self._counted.clear()
        self._counted[message.count.kind.name, message.wish] = message.values
        self.update()

    # Keys

    async def action_complete(self) -> None:
        """Accept the highlighted completion; if there is none, show all."""
        await self._catch_up()
        if self.is_open:
            self._take()
        else:
            self._closed_at = None
            self.update(asked=True)

    async def action_take_completion(self) -> None:
        """Accept the highlighted completion."""
        await self._catch_up()
        if self.is_open:
            self._take()

    async def action_suggest_up(self) -> None:
        """Choose the completion above; if there is none, the earlier filter."""
        await self._catch_up()
        if self.is_open:
            self._choose(-1)
        else:
            self._walk(1)

    async def action_suggest_down(self) -> None:
        """Choose the completion below; if there is none, the later filter, or go to the list."""
        await self._catch_up()
        if self.is_open:
            self._choose(1)
        elif self._walked:
            self._walk(-1)
        else:
            await self.run_action("screen.perform('leave_filter')")

    async def action_earlier_filter(self) -> None:
        """Show the earlier filter."""
        await self._catch_up()
        self._walk(1)

    async def action_later_filter(self) -> None:
        """Show the later filter."""
        await self._catch_up()
        self._walk(-1)

    async def action_close_suggestions(self) -> None:
        """Close the list; if there is none, leave the filter line."""
        await self._catch_up()
        if self.is_open and self._completions is not None:
            self._closed_at = self._completions.start
            self.close()
        else:
            await self.run_action("screen.perform('leave_filter')")

    def take_chosen(self) -> bool:
        """Accept the completion that was chosen with the arrows.

        Returns:
            False if none was chosen.
        """
        if self.is_open and self._moved:
            self._take()
            return True
        return False

    def on_click(self, event: events.Click) -> None:
        """Accept the completion under the mouse."""
        event.stop()
        index = self._first + event.y
        if index < len(self._suggested):
            self._chosen = index
            self._take()

    async def _catch_up(self) -> None:
        """Wait for the keys still on their way to the input."""
        await self._line.catch_up()
        self.update()

    def _choose(self, step: int) -> None:
        self._chosen = (self._chosen + step) % len(self._suggested)
        self._moved = True
        self.refresh()

    def _take(self) -> None:
        found, query = self._completions, self._line.input
        assert found is not None
        text = self._suggested[self._chosen].text
        self.close()
        query.value = query.value[: found.start] + text + query.value[found.end :]
        query.cursor_position = found.start + len(text)
        self.update()

    def _walk(self, step: int) -> None:
        """Show another filter of the history in the line."""
        kind, query = self._kind(), self._line.input
        if not self._walked:
            self._history.read()
            self._draft = query.value
        earlier = [each for each in self._history.of(kind.entity) if each != self._draft]
        self._walked = max(0, min(self._walked + step, len(earlier)))
        query.value = earlier[self._walked - 1] if self._walked else self._draft
        query.cursor_position = len(query.value)
        self.update()
        if self._completions is not None:
            self._closed_at = self._completions.start
        self.close()

    def _in_thread(self, work: Callable[[], None]) -> None:
        self.run_worker(work, thread=True, exit_on_error=False)

    # Drawing

    @property
    def _first(self) -> int:
        """The index of the first visible completion."""
        height = max(1, self.size.height)
        return max(0, min(self._chosen - height + 1, len(self._suggested) - height))

    def _show(self) -> None:
        """Place the list under the typed word, as large as needed and possible."""
        query = self._line.input.content_region
        room = self.app.size.height - query.y - 1
        height = min(_MOST, len(self._suggested), room)
        if height < 1:
            self.close()
            return
        widest = max(cell_len(self._written(each)) for each in self._suggested[:200]) + 2
        typed = self._line.input
        assert self._completions is not None
        start = cell_len(typed.value[: self._completions.start]) - typed.scroll_offset.x
        width = max(1, min(widest, _WIDEST, self.app.size.width))
        place = Offset(max(0, min(query.x + start - 1, self.app.size.width - width)), query.y + 1)
        self.styles.width, self.styles.height = width, height
        if self.absolute_offset != place:
            self.absolute_offset = place
            self.refresh(layout=True)
        self.display = True
        self._line.hush(quiet=True)
        self.refresh()

    def _written(self, item: Suggestion) -> str:
        count = "" if item.records is None else f"{item.records:,}"
        text = f"{one_line(item.text):<{self._column}}"
        return "  ".join(each for each in (text, one_line(item.help)[:_WIDEST], count) if each)

    @property
    def _column(self) -> int:
        """Cells of the longest text, so that the help lines up."""
        return min(32, max((cell_len(one_line(each.text)) for each in self._suggested), default=0))

    def render(self) -> Content:
        """The lines. Called by Textual."""
        width, first = self.size.width, self._first
        lines = []
        for index, each in enumerate(self._suggested[first : first + self.size.height], first):
            style = "$block-cursor-foreground on $block-cursor-background"
            chosen = style if index == self._chosen else "$foreground"
            count = "" if each.records is None else f"{each.records:,}"
            text = present.fit(each.text, min(self._column, width - 2))
            if width < self._column + cell_len(count) + 4:
                count = ""
            text += " " * max(0, min(self._column, width - 2) - cell_len(text))
            room = width - cell_len(text) - cell_len(count) - 4
            help_text = present.fit(each.help, room - 1 if count else room)
            gap = " " * max(0, room - cell_len(help_text))
            dim = chosen if index == self._chosen else "$foreground 60%"
            line = (f" {text} ", chosen), (f" {help_text}{gap}{count} ", dim)
            lines.append(Content.assemble(*line).truncate(width))
        return Content("\n").join(lines)
