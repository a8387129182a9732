"""Saved views, wherever they are kept: in the store, or in the user's own settings.

A view is kept in the store, where everybody who opens it finds it. If the store is read-only, it
is kept in the user's settings, which are the same for every store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from localpay.errors import FieldError, ViewNotFoundError
from localpay.tui import columns

if TYPE_CHECKING:
    from localpay.entities import SavedView
    from localpay.store import Store
    from localpay.tui.settings import Settings


class Kept(NamedTuple):
    """A view, and where it is.

    Attributes:
        view: the view.
        own: whether it is in the user's settings, not in the store.
    """

    view: SavedView
    own: bool


def views(store: Store, settings: Settings) -> list[Kept]:
    """All views: those of the store, then the user's own, each in the order they were saved in."""
    found = [Kept(view, own=False) for view in store.views.all()]
    found += [Kept(view, own=True) for view in settings.views()]
    return [each for each in found if each.view.entity in columns.BY_ENTITY]


def find(store: Store, settings: Settings, name: str) -> SavedView:
    """The view with a name; the store's if the user has one of that name too.

    Raises:
        ViewNotFoundError: there is none.
        LocalpayError: `check` refuses it.
    """
    found = [kept.view for kept in views(store, settings)]
    for view in found:
        if view.name == name:
            check(store, view)
            return view
    raise ViewNotFoundError(name, [view.name for view in found])


def check(store: Store, view: SavedView) -> None:
    """Refuse a view that no list can be shown with: a file may say anything.

    Raises:
        QueryError: its filter cannot be understood.
        SortError: the list cannot be sorted by its sort.
    """
    store.records(view.entity).listing(view.query, sort=view.sort)


def save(store: Store, settings: Settings, view: SavedView, *, own: bool = False) -> str:
    """Save a view; one with the same name is replaced.

    Args:
        store: where it is kept, unless the store is read-only.
        settings: the user's, where it is kept otherwise.
        view: the view.
        own: keep it in the user's settings in any case.

    Returns:
        What was done, in a sentence.

    Raises:
        FieldError: the name is empty.
        QueryError: the filter cannot be understood.
        OutputError: the user's settings cannot be written.
    """
    if not view.name.strip():
        raise FieldError("saved_view", "name", "must not be empty")
    if store.read_only:
        settings.keep_view(view)
        return f"Saved {view.name} in your own settings: the store is open read-only."
    if own:
        settings.keep_view(view)
        return f"Saved {view.name} in your own settings."
    store.views.save(
        view.name, view.entity, query=view.query, sort=view.sort, shown_columns=view.shown_columns
    )
    return f"Saved {view.name} in the store."


def forget(store: Store, settings: Settings, kept: Kept) -> str:
    """Forget a view. Returns what was done; raises as `save` does."""
    if kept.own:
        settings.forget_view(kept.view.name)
    else:
        store.views.delete(kept.view.name)
    return f"Forgot {kept.view.name}."
