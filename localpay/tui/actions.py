"""Everything a user can do on the screen, as one table.

Key bindings, the footer, the help behind `?` and the command palette all come from it, so that
every key has a line of help and every line of help a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from textual.binding import Binding

from localpay.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType

Place: TypeAlias = Literal["app", "list", "filter", "details", "facets"]
"""Where the keys of an action work."""

PLACES: Final[dict[Place, str]] = {
    "app": "Anywhere but in the filter line",
    "list": "In the list",
    "details": "In the details",
    "facets": "In the facets",
    "filter": "In the filter line",
}
"""The places and their titles, in the order of the help."""


@frozen
class Action:
    """One thing a user can do.

    Attributes:
        id: its name, unique in its place; the method that does it is called `action_<id>`.
        keys: its keys by Textual's names; the first one is shown.
        label: one or two words, for the footer.
        help: what it does, for the help and the palette.
        place: where the keys work.
        writes: whether it changes the store; refused in a read-only store.
        hint: whether the footer shows it.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    place: Place = "app"
    writes: bool = False
    hint: bool = False


def _action(
    id: str,  # noqa: A002 - it is the field's name
    keys: str,
    label: str,
    help: str,  # noqa: A002
    place: Place = "app",
    *,
    writes: bool = False,
    hint: bool = False,
) -> Action:
    return Action(id, tuple(keys.split()), label, help, place, writes, hint)


ACTIONS: Final[tuple[Action, ...]] = (
    # The footer shows as many as fit, in this order.
    _action("filter", "slash", "Filter", "Filter the list", hint=True),
    _action("open_details", "enter", "Details", "Show the record's details", "list", hint=True),
    _action("edit", "e", "Edit", "Change the record's fields", writes=True, hint=True),
    _action("operate", "a", "Actions", "Authorize, capture, refund and the like", writes=True,
            hint=True),
    _action("next_sort", "s", "Sort", "Sort by the next column", hint=True),
    _action("follow", "o", "Cart", "Go to the cart, or from a cart to its session", hint=True),
    _action("back", "b backspace", "Back", "Go back to where you came from"),
    _action("undo", "u ctrl+z", "Undo", "Undo the last change", writes=True, hint=True),
    _action("redo", "ctrl+y ctrl+r", "Redo", "Redo what was undone", writes=True),
    _action("copy_value", "y", "Copy", "Copy the value, in the list the record's id", hint=True),
    _action("copy_record", "Y", "Copy JSON", "Copy the whole record as JSON"),
    _action("delete", "d", "Delete", "Delete the record", writes=True, hint=True),
    _action("reveal", "x", "Reveal", "Show secrets in the data, or mask them again"),
    _action("toggle_details", "p", "Pane", "Show or hide the details beside the list"),
    _action("reverse_sort", "S", "Reverse", "Reverse the sort"),
    _action("facets", "f", "Facets", "Count the matches by value; hide the counts", hint=True),
    _action("mark", "v", "Mark", "Mark or unmark the record"),
    _action("mark_range", "V", "Mark range", "Mark all from the last marked record to this"),
    _action("mark_all", "ctrl+a", "Mark all", "Mark all that the filter matches"),
    _action("change_marked", "E", "Change", "Set a field of all marked records", writes=True),
    _action("delete_marked", "D", "Delete", "Delete all marked records", writes=True),
    _action("further_sort", "alt+s", "Sort also", "Sort by one more column"),
    _action("columns", "c", "Columns", "Choose, order and widen the columns"),
    _action("views", "w", "Views", "Open or forget a saved view"),
    _action("save_view", "W", "Save view", "Save filter, sort and columns as a view"),
    # Moving
    _action("cursor_down", "j down", "Down", "Next record", "list"),
    _action("cursor_up", "k up", "Up", "Previous record", "list"),
    _action("page_down", "pagedown ctrl+f space", "Page down", "One page down", "list"),
    _action("page_up", "pageup ctrl+b", "Page up", "One page up", "list"),
    _action("cursor_first", "g home", "First", "First record", "list"),
    _action("cursor_last", "G end", "Last", "Last record", "list"),
    _action("go_to", "ctrl+g", "Go to", "Go to an id, a row number or a percentage"),
    _action("sessions", "1", "Sessions", "Show the payment sessions"),
    _action("carts", "2", "Carts", "Show the carts"),
    _action("payments", "3", "Payments", "Show the payments"),
    _action("next_tab", "right_square_bracket", "Next list", "Show the next list"),
    _action("previous_tab", "left_square_bracket", "Previous list", "Show the previous list"),
    _action("switch_focus", "tab shift+tab", "Switch", "Switch between list and details"),
    _action("escape", "escape", "Clear", "Leave the details; clear marks, then filter"),
    # In the filter line
    _action("leave_filter", "enter", "To the list", "Leave the filter line", "filter", hint=True),
    _action("complete", "tab", "Complete", "Accept the completion, or show all", "filter",
            hint=True),
    _action("take_completion", "right", "Complete", "Accept the completion at the end", "filter"),
    _action("suggest_up", "up", "Earlier", "Completion above, or an earlier filter", "filter",
            hint=True),
    _action("suggest_down", "down", "Later", "Completion below, a later filter, or the list",
            "filter"),
    _action("earlier_filter", "ctrl+up", "Earlier", "An earlier filter", "filter"),
    _action("later_filter", "ctrl+down", "Later", "A later filter", "filter"),
    _action("close_suggestions", "escape", "Close", "Close the completions, or leave", "filter"),
    # In the details
    _action("activate", "enter", "Follow", "Follow the link, or fold", "details", hint=True),
    _action("toggle_fold", "space", "Fold", "Fold and unfold", "details", hint=True),
    _action("cursor_down", "j down", "Down", "Next line", "details"),
    _action("cursor_up", "k up", "Up", "Previous line", "details"),
    _action("unfold", "l right", "Unfold", "Unfold, or step in", "details"),
    _action("fold", "h left", "Fold", "Fold, or step out", "details"),
    _action("next_section", "n", "Section", "Next section", "details", hint=True),
    _action("previous_section", "N", "Section", "Previous section", "details"),
    _action("unfold_level", "plus equals_sign", "More", "Unfold one more level", "details"),
    _action("fold_level", "minus", "Less", "Fold one more level", "details"),
    _action("unfold_all", "9 asterisk", "All", "Unfold everything", "details"),
    _action("fold_all", "0", "None", "Fold everything", "details"),
    _action("cursor_page_down", "pagedown ctrl+f", "Page", "One page down", "details"),
    _action("cursor_page_up", "pageup ctrl+b", "Page", "One page up", "details"),
    _action("cursor_first", "g home", "First", "First line", "details"),
    _action("cursor_last", "G end", "Last", "Last line", "details"),
    # In the facets
    _action("toggle_value", "enter space", "Toggle", "Add the value to the filter, or remove it",
            "facets", hint=True),
    _action("cursor_down", "j down", "Down", "Next value", "facets"),
    _action("cursor_up", "k up", "Up", "Previous value", "facets"),
    _action("next_section", "n", "Facet", "Next facet", "facets", hint=True),
    _action("previous_section", "N", "Facet", "Previous facet", "facets"),
    _action("cursor_first", "g home", "First", "First value", "facets"),
    _action("cursor_last", "G end", "Last", "Last value", "facets"),
    # The program
    _action("palette", "ctrl+p colon", "Commands", "Find any command by its name"),
    _action("theme", "t", "Theme", "Choose the colours"),
    _action("help", "question_mark f1", "Help", "Show all keys, and how to filter", hint=True),
    _action("quit", "q ctrl+q", "Quit", "Quit localpay", hint=True),
)  # fmt: skip

_LOCAL: Final = frozenset({"details", "facets"})
"""The places whose widgets do their own actions."""

BY_ID: Final = {action.id: action for action in ACTIONS if action.place not in _LOCAL}
"""The actions that `MainScreen.action_perform` does."""

_SIGNS: Final = {
    "slash": "/", "question_mark": "?", "colon": ":",
    "left_square_bracket": "[", "right_square_bracket": "]",
    "up": "↑", "down": "↓", "left": "←", "right": "→",
    "plus": "+", "minus": "-", "equals_sign": "=", "asterisk": "*",
    "escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "backspace": "⌫",
}  # fmt: skip


def key_sign(key: str) -> str:
    """A key as people write it: "/", "ctrl+z", "esc"."""
    *modifiers, name = key.split("+")
    return "+".join([*modifiers, _SIGNS.get(name, name)])


def owner_of(parts: Iterable[object], action_id: str) -> object:
    """The part of the screen that does an action.

    Only a part's own class counts: Textual's widgets have actions of the same names.

    Args:
        parts: the parts to look at, in this order.
        action_id: the action's id.

    Raises:
        LookupError: no part does it.
    """
    for part in parts:
        if f"action_{action_id}" in vars(type(part)):
            return part
    raise LookupError(f"no part of the screen does {action_id}")


def bindings(place: Place) -> list[BindingType]:
    """Textual's bindings for the keys of one place.

    Keys of the main screen have priority, so they are handled in the order they are pressed:
    otherwise letters typed right after `/` would still act on the list.
    """
    return [
        Binding(
            ",".join(action.keys),
            action.id if place in _LOCAL else f"screen.perform('{action.id}')",
            action.help,
            show=False,
            priority=place not in _LOCAL,
        )
        for action in ACTIONS
        if action.place == place
    ]
