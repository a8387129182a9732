"""The table with the facets beside it, or over it if there is no room for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from localpay.store import Store
    from localpay.tui.columns import ListKind
    from localpay.tui.widgets.facet_pane import FacetPane
    from localpay.tui.widgets.record_table import RecordTable

_SLIM = 64
"""Columns below which the facets cover the table."""


class TableFrame(Container):
    """Holds the table and the facets, which are made when first opened.

    Args:
        store: where to count.
        table: the table.

    Attributes:
        facets: the facets; None until they are first opened.
    """

    BLANK = True  # its parts cover it
    DEFAULT_CSS = """
    TableFrame {
        layout: horizontal; height: 1fr;
        &.-facets FacetPane { display: block; }
        &.-facets.-slim FacetPane { width: 1fr; border: none; }
        &.-facets.-slim RecordTable { display: none; }
    }
    """

    def __init__(self, store: Store, table: RecordTable) -> None:
        super().__init__()
        self.facets: FacetPane | None = None
        self._store = store
        self._table = table
        self._followed: tuple[ListKind, str] | None = None

    def compose(self) -> ComposeResult:
        """The table."""
        yield self._table

    @property
    def in_facets(self) -> bool:
        """Whether the facets have the focus."""
        return self.facets is not None and self.facets.has_focus

    def follow(self, kind: ListKind, query: str) -> None:
        """Count for another list or filter, if the facets are open."""
        self._followed = (kind, query)
        if self.facets is not None and self.has_class("-facets"):
            self.facets.follow(kind, query)

    def action_facets(self) -> None:
        """Show the facets and go there; if they have the focus, hide them."""
        if self.in_facets:
            self._close()
            return
        if self.facets is None:
            from localpay.tui.widgets.facet_pane import FacetPane  # noqa: PLC0415 - on request

            self.facets = FacetPane(self._store)
            self.mount(self.facets, before=self._table)
        if not self.has_class("-facets"):
            self.add_class("-facets")
            if self._followed is not None:
                self.facets.follow(*self._followed)
        self.screen.set_focus(self.facets)

    def leave(self) -> None:
        """Go from the facets to the table; hide them if they cover it."""
        if self.has_class("-slim"):
            self._close()
        self.screen.set_focus(self._table)

    def _close(self) -> None:
        self.remove_class("-facets")
        if self.facets is not None:
            self.facets.rest()
        self.screen.set_focus(self._table)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Uncover the table when the focus goes elsewhere."""
        if event.widget is self.facets and self.has_class("-slim") and self.app.focused:
            self.remove_class("-facets")

    def on_resize(self, event: events.Resize) -> None:
        """Set a class if there is no room for both."""
        self.set_class(event.size.width < _SLIM, "-slim")
