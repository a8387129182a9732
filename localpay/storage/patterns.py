"""Texts with wildcards as SQLite's LIKE and GLOB want them.

LIKE knows upper and lower case in ASCII only. A text beyond ASCII is therefore asked for in several
spellings: as it is, and all of it in lower, upper and title case.

In the file JSON is a text in which a line break, for one, is a backslash and an n. A word that
begins with n seems to stand there too, so escapes are given marks before it is looked for.

LIKE and GLOB read a text up to its first NUL. What an id or an e-mail holds behind one is therefore
not found by a wildcard or a bare word. All of it is compared, though; and JSON has a NUL escaped.
"""

from __future__ import annotations

import json
import string
from typing import TypeAlias

Pieces: TypeAlias = tuple[str, ...]
"""The literal parts of a pattern; between two of them may stand anything."""

_BETWEEN = "\0"
"""Stands between pieces while their case is changed; no filter can hold it."""

_MARKS = {
    "\\\\": 1, "\\b": 2, "\\f": 3, "\\n": 4, "\\r": 5, "\\t": 6, "\\u": 7,
}  # fmt: skip
"""The code of the character that stands for each escape of JSON; JSON's text can hold none such.
Backslashes come first, as the second of two begins no escape."""

_TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_LIKE_ESCAPES = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_GLOB_ESCAPES = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})


def spellings(pieces: Pieces, *, in_json: bool = False) -> list[Pieces]:
    """The spellings that LIKE has to be asked for, each once, as LIKE takes them.

    Args:
        pieces: what is looked for.
        in_json: whether to look inside JSON, where a quote, for one, has a backslash in front.
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
    """Whether a text, in lower case, may seem to stand in JSON where an escape ends."""
    return any("\\" in each or f"\\{each[:1]}" in _MARKS for each in pieces)


def marked(pieces: Pieces) -> Pieces:
    """A text as `marked_column` holds it."""
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
    """A pattern for GLOB, which tells upper from lower case."""
    return "*".join(each.translate(_GLOB_ESCAPES) for each in pieces)
