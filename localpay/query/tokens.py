"""The words of a filter: its text cut into tokens, each of which knows where it stands.

A token is a parenthesis, a `-`, one of AND, OR and NOT, a term (`status:error`, kept whole, as no
blank stands inside one) or a text to search for. `split_values` then cuts the values of a term.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from localpay.errors import QueryError

MAX_LENGTH = 10_000
"""Longer filters are refused: there is a limit to what one SQL statement may hold."""

WORDS = frozenset({"AND", "OR", "NOT"})
"""The words that join terms; written otherwise, or in quotes, they are texts."""

CURRENCIES = frozenset({
    "aed", "ars", "aud", "bgn", "bhd", "brl", "cad", "chf", "clp", "cny", "czk", "dkk",
    "eur", "gbp", "hkd", "huf", "idr", "ils", "inr", "isk", "jpy", "krw", "kwd", "mxn",
    "myr", "nok", "nzd", "omr", "pen", "php", "pln", "ron", "rub", "sar", "sek", "sgd",
    "thb", "tnd", "twd", "uah", "usd", "uyu", "vnd", "zar",
})  # fmt: skip
"""Frequent currencies, none of them a word: a text that is one is canonically in quotes."""

SIGNS = ":=<>!≤≥≠"
"""What operators are written with, here or in other languages."""

QUOTED = r'"(?:[^"\\]|\\.)*+"'
"""A text in quotes, as a pattern."""

PLAIN_KEY = r'[^\s()\[\]."\\:=<>!,]++'
"""A key of JSON in the path of a field's name; any other stands in quotes there."""

_TOKEN = re.compile(
    rf"""\s*+(?:
        (?P<open>\() | (?P<close>\)) | (?P<minus>-)
      | (?P<word>AND|OR|NOT)(?=[\s()]|\Z)
      | (?!(?i:https?)://)(?P<name>[A-Za-z_]\w*+(?:\.(?:{PLAIN_KEY}|{QUOTED})|\[\d++\])*+)
        (?P<operator>:?(?:[<>!]=|[<>=])|:)
        (?P<values>(?:[^\s()"]++|{QUOTED})*+)
      | (?P<text>(?:[^\s()"]++|{QUOTED})++)
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_PART = re.compile(
    rf"(?P<quoted>{QUOTED})|(?P<star>\*+)|(?P<dots>\.\.)|(?P<comma>,)|(?:[^\",*.]|\.(?!\.))++",
    re.DOTALL,
)
_PLAIN_WORD = re.compile(r'[^",*.]++(?=,|\Z)')
_TEXT_PART = re.compile(rf'(?P<quoted>{QUOTED})|(?P<star>\*+)|[^"*]++', re.DOTALL)
_OPERATOR = re.compile(r"[<>!]=|[<>=]")
_SIGNS = re.compile(r"[<>=!≤≥≠]+")
_MEANT = {
    "==": "=", "=>": ">=", "=<": "<=", "<>": "!=", "!": "!=", "≤": "<=", "≥": ">=", "≠": "!=",
}  # fmt: skip
"""Operators of other languages, and what they are here."""
_ESCAPE = re.compile(r'\\(["\\])')


class Token(NamedTuple):
    """One word of a filter.

    Attributes:
        kind: "(", ")", "-", "AND", "OR", "NOT", "term", "text" or "end".
        start: offset of its first character.
        end: offset after its last character.
        name: of a term the field's name, as written.
        operator: of a term what stands after the name, without the colon; "" for a colon alone.
        body: where a term's values, or a text, begin.
    """

    kind: str
    start: int
    end: int
    name: str = ""
    operator: str = ""
    body: int = 0


class Word(NamedTuple):
    """One value of a term, or one text to search for.

    Attributes:
        pieces: its literal parts; wildcards stand between them, so that `a*b` has two pieces.
        quoted: whether quotes stand in it.
        start: offset of its first character.
        end: offset after its last character.
    """

    pieces: tuple[str, ...]
    quoted: bool
    start: int
    end: int

    @property
    def text(self) -> str:
        """The word without its quotes, its wildcards written as `*`."""
        return "*".join(self.pieces)


class Item(NamedTuple):
    """One member of a term's list of values.

    Attributes:
        operator: "=", ">", ">=", "<" or "<="; ".." for a range.
        words: the value, or the two ends of a range, of which one may be empty.
    """

    operator: str
    words: tuple[Word, ...]

    @property
    def is_wildcard(self) -> bool:
        """Whether anything will do, as long as there is a value."""
        return self.operator == "=" and self.words[0].pieces == ("", "")


def tokenize(text: str) -> list[Token]:
    """Cut a filter into tokens; the last one is always "end".

    Raises:
        QueryError: too long, a quote that is not closed, or characters no text can hold.
    """
    _refuse_unusable(text)
    tokens: list[Token] = []
    position = 0
    while True:
        found = _TOKEN.match(text, position)
        if found is None:
            start = text.index('"', position)
            raise QueryError(text, start, "this quote is not closed", len(text) - start)
        position = found.end()
        kind = found.lastgroup
        if kind == "values":
            name, operator = found.group("name", "operator")
            start, body = found.start("name"), found.start("values")
            tokens.append(Token("term", start, position, name, operator.lstrip(":"), body))
        elif kind == "text":
            start = found.start("text")
            tokens.append(Token("text", start, position, body=start))
        elif kind == "end":
            tokens.append(Token("end", position, position))
            return tokens
        else:
            symbol = found[found.lastindex or 0]
            tokens.append(Token(symbol, position - len(symbol), position))


def _refuse_unusable(text: str) -> None:
    if len(text) > MAX_LENGTH:
        reason = f"a filter may have {MAX_LENGTH:,} characters, this one has {len(text):,}"
        raise QueryError(text, MAX_LENGTH, reason, len(text) - MAX_LENGTH)
    if "\0" in text:
        raise QueryError(text, text.index("\0"), "a filter cannot hold a NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            reason = "half a surrogate pair is not a character"
            raise QueryError(text, error.start, reason) from None


def split_values(text: str, token: Token) -> list[Item]:
    """Cut the values of a term at its commas, and each at its operator, dots and wildcards.

    Args:
        text: the whole filter.
        token: one of its terms. Its operator belongs to the first value.

    Raises:
        QueryError: a value is missing, or a range has no ends or too many.
    """
    items: list[Item] = []
    operator = token.operator
    position = token.body
    while True:
        if not operator and (found := _OPERATOR.match(text, position, token.end)):
            operator, position = found.group(), found.end()
            if operator == "!=":
                raise QueryError(text, found.start(), "!= stands in front of all values", 2)
        words, end = _read_words(text, position, token.end)
        items.append(_item(text, operator or "=", words))
        if end == token.end:
            return items
        operator, position = "", end + 1


def _item(text: str, operator: str, words: list[Word]) -> Item:
    start, end = words[0].start, words[-1].end
    for word in words:
        if word.start < word.end and text[word.start] in "<>=!":
            raise no_operator(text, len(text[: word.start].rstrip("<>=!")))
    if len(words) == 1:
        if start == end:
            raise QueryError(text, start, _missing_value(text, start))
        return Item(operator, (words[0],))
    if operator != "=":
        raise QueryError(text, start, f"a range takes no {operator!r} in front", end - start)
    if len(words) > 2 or end - start == 2:
        reason = "a range is written 10..20, 10.. or ..20; text with two dots goes in quotes"
        raise QueryError(text, start, reason, end - start)
    return Item("..", tuple(words))


def no_operator(text: str, start: int) -> QueryError:
    """What is said of signs that are no operator.

    Args:
        text: the whole filter.
        start: where the signs begin.
    """
    found = _SIGNS.match(text, start)
    assert found is not None
    signs = found[0]
    meant = _MEANT.get(signs)
    hint = f"did you mean {meant}?" if meant else "a value that begins with such a sign is quoted"
    return QueryError(text, start, f"there is no operator {signs}; {hint}", len(signs))


def _missing_value(text: str, start: int) -> str:
    if text.startswith("(", start):
        return "values are joined by commas, without parentheses: provider:stripe,paypal"
    if text[start : start + 1].isspace() and text[start:].strip():
        return "a value is missing here; it stands right behind its operator or comma"
    return 'a value is missing here; an empty text is written ""'


def _read_words(text: str, position: int, end: int) -> tuple[list[Word], int]:
    """Read up to a comma or the end: the words, which stand apart by two dots, and where it is."""
    if plain := _PLAIN_WORD.match(text, position, end):  # most values are; twice as fast
        return [Word((plain[0],), False, position, plain.end())], plain.end()  # noqa: FBT003
    words: list[Word] = []
    pieces = [""]
    quoted = False
    start = position
    while position < end:
        found = _PART.match(text, position, end)
        assert found is not None  # any character is one of the parts
        kind = found.lastgroup
        if kind == "comma":
            break
        position = found.end()
        if kind is None:
            pieces[-1] += found[0]
        elif kind == "star":
            _add_wildcard(pieces)
        elif kind == "quoted":
            pieces[-1] += unquote(found[0])
            quoted = True
        else:
            words.append(Word(tuple(pieces), quoted, start, found.start()))
            pieces, quoted, start = [""], False, position
    words.append(Word(tuple(pieces), quoted, start, position))
    return words, position


def read_text(text: str, token: Token) -> Word:
    """A text to search for: commas and dots stand for themselves in it.

    Args:
        text: the whole filter.
        token: one of its texts.
    """
    pieces = [""]
    for found in _TEXT_PART.finditer(text, token.start, token.end):
        if found.lastgroup == "star":
            _add_wildcard(pieces)
        else:
            pieces[-1] += found[0] if found.lastgroup is None else unquote(found[0])
    return Word(tuple(pieces), '"' in text[token.start : token.end], token.start, token.end)


def _add_wildcard(pieces: list[str]) -> None:
    """Begin another piece; of several wildcards in a row one counts."""
    if len(pieces) == 1 or pieces[-1]:
        pieces.append("")


def quote(text: str) -> str:
    """Put a text in quotes, so that nothing in it has a meaning."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unquote(text: str) -> str:
    r"""The text that stands in quotes. A backslash escapes a quote and itself, nothing else."""
    return _ESCAPE.sub(r"\1", text[1:-1])
