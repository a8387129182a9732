"""Misspelt names, and the known ones that were probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that another was probably meant to be; None if none is similar."""
    from difflib import get_close_matches  # noqa: PLC0415 - few words are misspelt

    return next(iter(get_close_matches(word.lower(), known, n=1)), None)


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown word: "; did you mean 'status'?", or nothing."""
    near = nearest(word, known)
    return f"; did you mean {near!r}?" if near else ""
