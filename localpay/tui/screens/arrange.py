"""Choosing the columns of a list, their order and widths, and what it is sorted by."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.cells import set_cell_size
from textual.binding import Binding
from textual.content import Content

from localpay.query import mistakes
from localpay.tui import layouts, sorting
from localpay.tui.layouts import Shown
from localpay.tui.present import STYLES, fit
from localpay.tui.screens.choosing import ChoosingScreen
from localpay.tui.widgets.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.widgets import Input

    from localpay.tui.columns import ListKind

_NAME: Final = 40
"""Cells for a column's name, where there is room."""

_ADDING: Final = "a field, or a path such as data.intent.id; enter adds it, esc cancels"


class Arrangement(NamedTuple):
    """The columns of a list and its sort.

    Attributes:
        shown: the columns; empty for the default ones.
        sort: the keys, as `listing` takes them.
    """

    shown: tuple[Shown, ...]
    sort: str


class ArrangeScreen(ChoosingScreen[Arrangement | None]):
    """The columns, one per line; the answer is the new arrangement, None to keep the old one.

    Args:
        kind: the list.
        shown: the columns chosen before; empty for the default ones.
        sort: its sort.
    """

    BINDINGS: ClassVar = [
        Binding("space,x", "show_or_hide", "Show or hide"),
        Binding("J,shift+down", "move(1)", "Further right"),
        Binding("K,shift+up", "move(-1)", "Further left"),
        # In this list alone an arrow key does not close the dialog.
        Binding("right,l", "widen(1)", "Wider", priority=True),
        Binding("left,h", "widen(-1)", "Narrower", priority=True),
        Binding("plus,equals_sign", "widen(1)", "Wider"),
        Binding("minus", "widen(-1)", "Narrower"),
        Binding("0", "widen(0)", "Automatic width"),
        Binding("s", "sort", "Sort"),
        Binding("a,slash", "add", "Add"),
        Binding("r", "reset", "Usual"),
        Binding("ctrl+s,c", "done", "Done"),
        Binding("escape,q", "leave", "Cancel"),
    ]
    KEYS = (
        ("space", "show or hide"), ("J K", "move"), ("← →", "width"), ("0", "auto"),
        ("s", "sort"), ("a", "add"), ("r", "defaults"), ("enter", "done"), ("esc", "cancel"),
    )  # fmt: skip

    def __init__(self, kind: ListKind, shown: Sequence[Shown], sort: str) -> None:
        super().__init__(f"Columns of the {kind.label.lower()}")
        self._kind = kind
        self._sort = sort
        self._shown: list[Shown] = []
        self._hidden: list[Shown] = []
        self._take(shown)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys to the line while something is typed there. Called by Textual."""
        if action == "widen" and self.is_asking:
            return False
        return super().check_action(action, parameters)

    def _take(self, shown: Sequence[Shown]) -> None:
        found = [each for each in shown if layouts.column(self._kind, each.name) is not None]
        self._shown = found or [Shown(each.name) for each in self._kind.columns]
        names = {each.name for each in self._shown}
        self._hidden = [Shown(name) for name in layouts.offered(self._kind) if name not in names]

    def on_mount(self) -> None:
        """Start on the first column."""
        self._show(0)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the lines to the width."""
        del event
        if self.query_one(Choices).option_count:
            self._show(self.place)

    def _show(self, place: int) -> None:
        if not self.is_asking:
            self.say("")
        lines = [self._line(each, shown=True) for each in self._shown]
        lines += [self._line(each, shown=False) for each in self._hidden]
        self.query_one(Choices).show(lines, place)

    def _line(self, each: Shown, *, shown: bool) -> Content:
        column = layouts.column(self._kind, each.name)
        sign = sorting.sign(self._sort, None if column is None else column.sort)
        width = "" if not shown else "auto" if each.width is None else str(each.width)
        room = max(4, min(_NAME, self.app.size.width - 16))
        name = set_cell_size(fit(each.name, room), room)
        return Content.assemble(
            ("✓ " if shown else "  ", STYLES["good"]),
            (name, STYLES["plain" if shown else "off"]),
            (f"{width:>6}", STYLES["muted"]),
            (f"  {sign}", STYLES["attention"]),
        )

    @property
    def _each(self) -> Shown:
        return [*self._shown, *self._hidden][self.place]

    def action_show_or_hide(self) -> None:
        """Show the column after the others, or hide it."""
        place, each = self.place, self._each
        if place >= len(self._shown):
            self._hidden.remove(each)
            self._shown.append(each)
        elif len(self._shown) > 1:
            self._shown.remove(each)
            self._hidden.insert(0, each)
        self._show(place)

    def action_move(self, step: int) -> None:
        """Swap places with a neighbour."""
        place = self.place
        other = place + step
        if max(place, other) < len(self._shown) and other >= 0:
            shown = self._shown
            shown[place], shown[other] = shown[other], shown[place]
            self._show(other)

    def action_widen(self, step: int) -> None:
        """Make the column wider or narrower by a cell; 0 uses the room there is."""
        place, each = self.place, self._each
        column = layouts.column(self._kind, each.name)
        if place < len(self._shown) and column is not None:
            width = (each.width or column.best) + step
            new = max(1, min(width, layouts.WIDEST)) if step else None
            self._shown[place] = each._replace(width=new)
            self._show(place)

    def action_sort(self) -> None:
        """Sort by the column too, then in reverse, then not."""
        column = layouts.column(self._kind, self._each.name)
        if column is None or column.sort is None:
            self.say(f"{self._each.name}: the list cannot be sorted by it", "attention")
            return
        self._sort = sorting.step(self._sort, column.sort)
        self._show(self.place)

    def action_reset(self) -> None:
        """Go back to the default columns."""
        self._take(())
        self._show(0)

    def action_add(self) -> None:
        """Type a column."""
        self.ask(_ADDING)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Insert the typed column before the one with the cursor."""
        event.stop()
        name = event.value.strip()
        column = layouts.column(self._kind, name)
        if column is None:
            reason = mistakes.wrong_place(self._kind.entity, name) or "there is no such field"
            self.say(f"{name or 'nothing'}: {reason}", "bad")
            return
        names = [each.name for each in self._shown]
        place = min(self.place, len(names))
        if column.name in names:
            place = names.index(column.name)
        else:
            self._shown.insert(place, Shown(column.name))
            self._hidden = [each for each in self._hidden if each.name != column.name]
        self.end_asking()
        self._show(place)

    def on_option_list_option_selected(self, event: Choices.OptionSelected) -> None:
        """Apply the arrangement when enter is pressed."""
        event.stop()
        self.action_done()

    def action_done(self) -> None:
        """Apply the arrangement."""
        usual = [Shown(each.name) for each in self._kind.columns]
        shown = () if self._shown == usual else tuple(self._shown)
        self.dismiss(Arrangement(shown, self._sort or "-created_at"))
