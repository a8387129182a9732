"""What a user has chosen on the screen, kept in a file of theirs: colours, columns, and views.

The file is not trusted: what cannot be used is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from localpay import jsontext
from localpay.entities import SavedView
from localpay.errors import JsonError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from localpay.entities import EntityName
    from localpay.tui.layouts import Shown

_LARGEST: Final = 1_000_000
"""The size in bytes beyond which a file is not one of ours."""


class Settings:
    """The choices of one user.

    Args:
        path: the file; None to keep nothing beyond this run.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._kept = self._read()

    @classmethod
    def of_user(cls) -> Settings:
        """The settings of the user who runs the program."""
        from platformdirs import user_config_path  # noqa: PLC0415 - not needed by tests

        return cls(user_config_path("localpay") / "screen.json")

    @property
    def theme(self) -> str | None:
        """The name of the chosen theme, which may no longer exist."""
        kept = self._kept.get("theme")
        return kept if isinstance(kept, str) else None

    def keep_theme(self, name: str) -> None:
        """Keep the theme. Raises as `keep_columns` does."""

        def change(kept: dict[str, Any]) -> None:
            kept["theme"] = name

        self._change(change)

    def columns(self) -> dict[str, tuple[Shown, ...]]:
        """The columns that were chosen, by the lists' tables."""
        chosen = _dict(self._kept.get("columns"))
        if not chosen:
            return {}
        from localpay.tui import layouts  # noqa: PLC0415 - few need it before the first frame

        return {
            entity: layouts.read(texts)
            for entity, texts in chosen.items()
            if isinstance(texts, list)
        }

    def keep_columns(self, entity: str, columns: Iterable[str]) -> None:
        """Keep the columns of a list.

        Raises:
            OutputError: the file cannot be written; the choice still lasts for this run.
        """
        chosen = list(columns)

        def change(kept: dict[str, Any]) -> None:
            kept["columns"] = _dict(kept.get("columns")) | {entity: chosen}

        self._change(change)

    def views(self) -> list[SavedView]:
        """The user's views, in the order in which they were first saved."""
        return [view for each in _list(self._kept.get("views")) if (view := _view(each))]

    def keep_view(self, view: SavedView) -> None:
        """Keep a view; one of the same name is replaced. Raises as `keep_columns` does."""

        def change(kept: dict[str, Any]) -> None:
            views = _list(kept.get("views"))
            names = [_dict(each).get("name") for each in views]
            place = names.index(view.name) if view.name in names else len(names)
            kept["views"] = [*views[:place], _written(view), *views[place + 1 :]]

        self._change(change)

    def forget_view(self, name: str) -> None:
        """Forget a view. Raises as `keep_columns` does."""

        def change(kept: dict[str, Any]) -> None:
            views = _list(kept.get("views"))
            kept["views"] = [each for each in views if _dict(each).get("name") != name]

        self._change(change)

    def _read(self) -> dict[str, Any]:
        if self._path is None:
            return {}
        try:
            with self._path.open("rb") as file:
                content = file.read(_LARGEST + 1)
            return _dict(jsontext.loads(content.decode()) if len(content) <= _LARGEST else None)
        except (OSError, UnicodeDecodeError, JsonError):
            return {}

    def _change(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change what is kept, starting from the file: another program may have written to it."""
        if self._path is not None:
            self._kept = self._read() or self._kept
        change(self._kept)
        if self._path is None:
            return
        from localpay.files import replace_file  # noqa: PLC0415 - not for the first frame

        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with replace_file(self._path) as file:
                file.write(jsontext.dumps(self._kept))
        except (OSError, JsonError) as error:
            raise OutputError(str(self._path), str(error)) from None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _written(view: SavedView) -> dict[str, Any]:
    return {
        "name": view.name,
        "entity": view.entity,
        "query": view.query,
        "sort": view.sort,
        "shown_columns": list(view.shown_columns),
    }


def _view(value: Any) -> SavedView | None:
    """Read a view that was kept; None if it is not one."""
    kept = _dict(value)
    words = [kept.get(name) for name in ("name", "entity", "query", "sort")]
    shown = kept.get("shown_columns")
    name, entity, query, sort = words
    if not (isinstance(name, str) and isinstance(entity, str)):
        return None
    if not (isinstance(query, str) and isinstance(sort, str) and isinstance(shown, list)):
        return None
    # A newer localpay may list more entities; `saved.views` skips those it does not know.
    known = cast("EntityName", entity)
    return SavedView(name, known, query, sort, tuple(each for each in shown if type(each) is str))
