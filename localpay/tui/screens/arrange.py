"""Choosing the columns of a list: which, in which order, how wide, and what it is sorted by."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.cells import set_cell_size
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from localpay.tui import layouts, sorting
from localpay.tui.layouts import Shown
from localpay.tui.present import STYLES, fit
from localpay.tui.widgets.choices import Choices
from localpay.tui.widgets.form_row import LineEditor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Input

    from localpay.tui.columns import ListKind

_NAME: Final = 40
"""Cells for a column's name, where there is room."""

_KEYS: Final = (
    "space shows or hides  J K move  + - 0 width  s sorts  a adds  r usual  enter done  esc cancel"
)
_ADDING: Final = "a field, or a path such as data.intent.id; enter adds it, esc does not"


class Arrangement(NamedTuple):
    """The columns of a list and its sort.

    Attributes:
        shown: the columns; none for the usual ones.
        sort: the keys, as `listing` takes them.
    """

    shown: tuple[Shown, ...]
    sort: str


class ArrangeScreen(ModalScreen[Arrangement | None]):
    """The columns, one a line; the answer is how the user wants them, None to leave them.

    Args:
        kind: the list.
        shown: the columns that were chosen before; none for the usual ones.
        sort: its sort.
    """

    BINDINGS: ClassVar = [
        Binding("space,x", "show_or_hide", "Show or hide"),
        Binding("J,shift+down", "move(1)", "Further right"),
        Binding("K,shift+up", "move(-1)", "Further left"),
        Binding("plus,equals_sign", "widen(1)", "Wider"),
        Binding("minus", "widen(-1)", "Narrower"),
        Binding("0", "widen(0)", "As there is room"),
        Binding("s", "sort", "Sort"),
        Binding("a,slash", "add", "Add"),
        Binding("r", "reset", "Usual"),
        Binding("ctrl+s,c", "done", "Done"),
        Binding("escape,q", "leave", "Cancel"),
    ]
    DEFAULT_CSS = """
    ArrangeScreen {
        align: center middle;
        background: $background 60%;
        & > Vertical {
            width: 76; max-width: 100%; height: auto; max-height: 100%;
            background: $surface; padding: 0 1;
        }
        & #title { height: 1; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis; }
        & LineEditor { display: none; background: $block-cursor-background; }
        &.-adding LineEditor { display: block; }
        & #keys { height: auto; max-height: 2; color: $foreground 60%; }
        &.-roomy > Vertical { padding: 1 3; }
        &.-roomy Choices, &.-roomy #keys { margin-top: 1; }
    }
    """

    def __init__(self, kind: ListKind, shown: Sequence[Shown], sort: str) -> None:
        super().__init__()
        self._kind = kind
        self._sort = sort
        self._shown: list[Shown] = []
        self._hidden: list[Shown] = []
        self._take(shown)

    def _take(self, shown: Sequence[Shown]) -> None:
        found = [each for each in shown if layouts.column(self._kind, each.name) is not None]
        self._shown = found or [Shown(each.name) for each in self._kind.columns]
        names = {each.name for each in self._shown}
        self._hidden = [Shown(name) for name in layouts.offered(self._kind) if name not in names]

    def compose(self) -> ComposeResult:
        """The lines, a place to type another one, and the keys."""
        with Vertical():
            yield Static(Content(f"Columns of the {self._kind.label.lower()}"), id="title")
            yield Choices()
            yield LineEditor(compact=True, select_on_focus=False)
            yield Static(Content(_KEYS), id="keys")

    def on_mount(self) -> None:
        """Begin with the first column."""
        self._show(0)
        self.query_one(Choices).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Give the lines the room that there is."""
        roomy = event.size.height >= 16
        self.set_class(roomy, "-roomy")
        self.query_one("#keys").display = event.size.height > 6
        taken = 8 if roomy else 4 if event.size.height > 6 else 1
        self.query_one(Choices).styles.max_height = max(1, event.size.height - taken)
        if self.query_one(Choices).option_count:
            self._show(self._place)

    def _show(self, place: int) -> None:
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
    def _place(self) -> int:
        return self.query_one(Choices).chosen

    @property
    def _each(self) -> Shown:
        return [*self._shown, *self._hidden][self._place]

    def action_show_or_hide(self) -> None:
        """Show the column after the others, or hide it."""
        place, each = self._place, self._each
        if place >= len(self._shown):
            self._hidden.remove(each)
            self._shown.append(each)
        elif len(self._shown) > 1:
            self._shown.remove(each)
            self._hidden.insert(0, each)
        self._show(place)

    def action_move(self, step: int) -> None:
        """Change places with a neighbour."""
        place = self._place
        other = place + step
        if max(place, other) < len(self._shown) and other >= 0:
            shown = self._shown
            shown[place], shown[other] = shown[other], shown[place]
            self._show(other)

    def action_widen(self, step: int) -> None:
        """Make the column wider or narrower by a cell; 0 gives it what there is room for."""
        place, each = self._place, self._each
        column = layouts.column(self._kind, each.name)
        if place < len(self._shown) and column is not None:
            width = (each.width or column.best) + step
            new = max(1, min(width, layouts.WIDEST)) if step else None
            self._shown[place] = each._replace(width=new)
            self._show(place)

    def action_sort(self) -> None:
        """Sort by the column too, then the other way round, then not."""
        column = layouts.column(self._kind, self._each.name)
        if column is None or column.sort is None:
            self._say(f"{self._each.name}: a list cannot be sorted by it")
            return
        self._sort = sorting.step(self._sort, column.sort)
        self._show(self._place)

    def action_reset(self) -> None:
        """Go back to the usual columns."""
        self._take(())
        self._show(0)

    def action_add(self) -> None:
        """Type a column."""
        self.add_class("-adding")
        self._say(_ADDING)
        self.query_one(LineEditor).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Show the column that was typed before the one with the cursor."""
        event.stop()
        name = event.value.strip()
        column = layouts.column(self._kind, name)
        if column is None:
            self._say(f"{name or 'nothing'}: there is no such field", "bad")
            return
        names = [each.name for each in self._shown]
        place = min(self._place, len(names))
        if column.name in names:
            place = names.index(column.name)
        else:
            self._shown.insert(place, Shown(column.name))
            self._hidden = [each for each in self._hidden if each.name != column.name]
        event.input.value = ""
        self._end_adding()
        self._show(place)

    def on_option_list_option_selected(self, event: Choices.OptionSelected) -> None:
        """Take enter for done."""
        event.stop()
        self.action_done()

    def action_done(self) -> None:
        """Have it so."""
        usual = [Shown(each.name) for each in self._kind.columns]
        shown = () if self._shown == usual else tuple(self._shown)
        self.dismiss(Arrangement(shown, self._sort or "-created_at"))

    def action_leave(self) -> None:
        """Leave what is typed; then leave everything as it was."""
        if self.has_class("-adding"):
            self._end_adding()
        else:
            self.dismiss(None)

    def _end_adding(self) -> None:
        self.remove_class("-adding")
        self._say(_KEYS)
        self.query_one(Choices).focus()

    def _say(self, sentence: str, tone: str = "off") -> None:
        style = STYLES["bad" if tone == "bad" else "off"]
        self.query_one("#keys", Static).update(Content.styled(fit(sentence, 200), style))
