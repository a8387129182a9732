"""The keys that change one record, and undo and redo."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from localpay.tui import edits

if TYPE_CHECKING:
    from localpay.entities import BaseEntity
    from localpay.tui.screens.main import MainScreen


class RecordKeys:
    """Editing, paying, deleting, undo and redo. Their screens are loaded when first opened.

    Args:
        screen: the screen with the record.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    @property
    def _record(self) -> BaseEntity | None:
        return self._screen.browser.record

    def action_undo(self) -> None:
        """Undo the last change."""
        self._screen.in_thread(partial(edits.undo, self._screen.store))

    def action_redo(self) -> None:
        """Redo what was undone last."""
        self._screen.in_thread(partial(edits.redo, self._screen.store))

    def action_edit(self) -> None:
        """Change the record's fields."""
        from localpay.tui.screens.edit import EditScreen  # noqa: PLC0415

        record, screen = self._record, self._screen
        if record is not None:
            entity = screen.browser.view.kind.entity
            screen.app.push_screen(EditScreen(screen.store, entity, record.id), self._edited)

    def _edited(self, saved: bool | None) -> None:  # noqa: FBT001 - the screen's answer
        if saved:
            self._tell("Saved. u undoes it.")

    def action_operate(self) -> None:
        """Choose a payment operation on the record."""
        from localpay.tui.screens.operate import OperateScreen  # noqa: PLC0415

        record, screen = self._record, self._screen
        if record is not None:
            screen.app.push_screen(OperateScreen(screen.store, record), self._operated)

    def _operated(self, report: str | None) -> None:
        if report is not None:
            self._tell(report)

    def _tell(self, what: str) -> None:
        self._screen.tell(what)
        self._screen.browser.refresh_rows()

    def action_delete(self) -> None:
        """Delete the record, after showing what goes with it."""
        record = self._record
        if record is not None:
            self._screen.in_thread(partial(self._ask_to_delete, record))

    def _ask_to_delete(self, record: BaseEntity) -> None:
        """Find out what goes with it; runs in a thread."""
        lines = edits.deletion(self._screen.store, record)
        self._screen.app.call_from_thread(self._confirm, record, lines)

    def _confirm(self, record: BaseEntity, lines: list[str]) -> None:
        from localpay.tui.screens.confirm import ConfirmScreen  # noqa: PLC0415

        screen = self._screen

        def answered(yes: bool | None) -> None:  # noqa: FBT001
            if yes:
                screen.in_thread(partial(edits.delete, screen.store, record))

        title = f"Delete this {screen.browser.view.kind.one}?"
        screen.app.push_screen(ConfirmScreen(title, lines, "Delete"), answered)
