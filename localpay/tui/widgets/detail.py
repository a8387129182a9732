"""The detail pane: everything about one record, as lines that fold.

Related records are read in a thread, for one record at a time and the latest next, so that a
cursor moving fast through a list never waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.message import Message

from localpay import jsontext
from localpay.clock import to_text
from localpay.errors import LocalpayError, StoreClosedError
from localpay.text import one_line
from localpay.tui.dossier import Dossier, gather
from localpay.tui.present import Cell, scalar
from localpay.tui.widgets.lines import NOTHING, Node
from localpay.tui.widgets.outline import Outline
from localpay.tui.widgets.sections import sections

if TYPE_CHECKING:
    from localpay.entities import BaseEntity
    from localpay.store import Store

_PATIENCE = 0.15
"""Seconds after which a record is shown alone, if reading the related ones takes longer."""


class DetailPane(Outline):
    """Everything about the record under the cursor of the list.

    Args:
        store: where it is read from.
        id: the widget's id.

    Attributes:
        revealed: whether secrets are shown as they are.
        gathering: whether related records are being read.
    """

    @dataclass
    class Jump(Message):
        """The user wants to go to another record.

        Attributes:
            entity: its table's name.
            record_id: its id.
        """

        entity: str
        record_id: str

    @dataclass
    class _Gathered(Message):
        """A thread has read the related records; None if the record is gone."""

        wanted: BaseEntity
        dossier: Dossier | LocalpayError | None

    def __init__(self, store: Store, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.revealed = False
        self._store = store
        self._wanted: BaseEntity | None = None
        self.gathering = False
        self._dossier: Dossier | None = None

    def on_mount(self) -> None:
        """Say what the pane is for while there is no record."""
        if self._wanted is None:
            self.show(None)

    def show(self, record: BaseEntity | None) -> None:
        """Show a record, keeping the folds; with None, say that there is none.

        Args:
            record: the record as the list has it. It is read again, with its relations.
        """
        self._wanted = record
        if record is None:
            self._dossier = None
            self._say("No record", "Choose one in the list to see its details.")
        elif not self.gathering:
            self._gather(record)

    def toggle_secrets(self) -> bool:
        """Show secrets as they are, or mask them again. Returns whether they are shown now."""
        self.revealed = not self.revealed
        if self._dossier is not None:
            self.set_nodes(sections(self._dossier, reveal=self.revealed))
        return self.revealed

    def copy_value(self) -> str | None:
        """The whole value under the cursor, never masked; None if the line has none.

        Texts are given as they are, everything else as JSON.
        """
        node = self.cursor_node
        return None if node is None or node.value is NOTHING else _copied(node.value)

    def _gather(self, record: BaseEntity) -> None:
        self.gathering = True
        self.run_worker(partial(self._read, record), thread=True, group="detail")
        self.set_timer(_PATIENCE, partial(self._show_alone, record))

    def _read(self, record: BaseEntity) -> None:
        """Read the related records; runs in a thread."""
        found: Dossier | LocalpayError | None
        try:
            found = gather(self._store, record)
        except StoreClosedError:
            return
        except LocalpayError as error:
            found = error
        self.post_message(self._Gathered(record, found))

    def _show_alone(self, record: BaseEntity) -> None:
        if self.gathering and record is self._wanted:
            self._set_dossier(Dossier(record))

    def _on_detail_pane__gathered(self, message: _Gathered) -> None:
        self.gathering = False
        if self._wanted is None:
            return
        if message.wanted is not self._wanted:
            self._gather(self._wanted)
            return
        found = message.dossier
        if isinstance(found, Dossier):
            self._set_dossier(found)
        elif found is None:
            self._say("This record is gone", f"{message.wanted.id} was deleted meanwhile.")
        else:
            self._say("This record cannot be read", str(found))

    def _set_dossier(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self.set_nodes(sections(dossier, reveal=self.revealed))

    def _say(self, title: str, sentence: str) -> None:
        self._dossier = None
        note = Node("note", cells=(Cell(one_line(sentence), "muted"),), text=sentence)
        self.set_nodes([Node("title", title, heading=True), note])

    def on_outline_followed(self, message: Outline.Followed) -> None:
        """Say where the user wants to go."""
        message.stop()
        self.post_message(self.Jump(message.entity, message.record_id))


def _copied(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list | tuple):
        return jsontext.dumps(value)
    return to_text(value) if isinstance(value, datetime) else scalar(value).text
