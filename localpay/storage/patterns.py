"""Patterns for SQLite's LIKE and GLOB.

LIKE ignores case in ASCII only. So other text is looked for in several spellings: as it is, and in
lower, upper and title case.

In the file, JSON is text in which a line break, for example, is a backslash and an n. A word that
begins with n would match there, so escapes are replaced by marks before such a word is looked for.

LIKE and GLOB read text only up to its first NUL. So a wildcard or a bare word does not find what
follows a NUL in an id or an e-mail. Exact values are compared completely, and JSON escapes NUL.
"""

from __future__ import annotations

import json
import string
from typing import TypeAlias

Pieces: TypeAlias = tuple[str, ...]
"""The literal parts of a pattern; anything may be between two of them."""

_BETWEEN = "\0"
"""Separates pieces while their case is changed; no filter can contain it."""

_MARKS = {
    "\\\\": 1, "\\b": 2, "\\f": 3, "\\n": 4, "\\r": 5, "\\t": 6, "\\u": 7,
}  # fmt: skip
"""The code of the character that marks each escape of JSON; JSON text cannot contain these.
Backslashes come first, because the second of two does not begin an escape."""

_TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_LIKE_ESCAPES = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_GLOB_ESCAPES = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})


def spellings(pieces: Pieces, *, in_json: bool = False) -> list[Pieces]:
    """The different spellings of a text that LIKE must look for.

    Args:
        pieces: the text.
        in_json: whether to look inside JSON, where a quote, for example, follows a backslash.
    """
    texts = [_BETWEEN.join(pieces)]
    if in_json:
        texts.append(_BETWEEN.join(json.dumps(each, ensure_ascii=False)[1:-1] for each in pieces))
    for text in tuple(texts):
        if not text.isascii():
            texts += [text.lower(), text.upper(), text.title(), text.casefold()]
    distinct = dict.fromkeys(text.translate(_TO_LOWER) for text in texts)
    return [tuple(text.split(_BETWEEN)) for text in distinct]


def ends_escape(pieces: Pieces) -> bool:
    """Whether a text, in lower case, could match in JSON where an escape ends."""
    return any("\\" in each or f"\\{each[:1]}" in _MARKS for each in pieces)


def marked(pieces: Pieces) -> Pieces:
    """A text with a mark in place of each escape, as in `marked_column`."""
    texts = list(pieces)
    for escape, code in _MARKS.items():
        texts = [each.replace(escape, chr(code)) for each in texts]
    return tuple(texts)


def marked_column(column: str) -> str:
    """A column of JSON with a mark in place of each escape."""
    for escape, code in _MARKS.items():
        column = f"replace({column}, '{escape}', char({code}))"
    return column


def like(pieces: Pieces) -> str:
    r"""A pattern for LIKE with `ESCAPE '\'`."""
    return "%".join(each.translate(_LIKE_ESCAPES) for each in pieces)


def glob(pieces: Pieces) -> str:
    """A pattern for GLOB, which distinguishes upper and lower case."""
    return "*".join(each.translate(_GLOB_ESCAPES) for each in pieces)
