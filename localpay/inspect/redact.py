"""Secrets in JSON data: which values are secret, and what is shown instead.

A value is secret for one of two reasons. Either its *name* says so: `client_secret`,
`access_token`, `apiKey`, `password`, `cvc`, `iban`, the `number` of a `card`. Tokens of every kind
count, and so does everything in an object with such a name. Or it *looks* like a secret, by itself
or within a longer text: keys with a known prefix, `…_secret_…`, Bearer and Basic credentials, JSON
web tokens, private keys, a secret name followed by `=` or `:`, IBANs with correct check digits, and
card numbers. A card number has 14 to 19 digits, an issuer's prefix and length, and passes the Luhn
check. So amounts, ids such as `pi_…`, and instants in seconds, milliseconds or microseconds, which
begin with 1, are left alone. Null, true, false and empty text are never secret. People's names and
addresses are not redacted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localpay.jsontext import JsonValue

Path: TypeAlias = Sequence[str | int]
"""The keys and indices that lead to a value in JSON data."""

COVER: Final = "••••"
"""Replaces a secret; the last four characters of a long one follow."""

_SHORTEST = len("cvc=123")
_HINT = 4
_LONG_ENOUGH = 12

_ENDS: Final = (
    "secret", "token", "password", "passwd", "passphrase", "passcode", "credential",
    "apikey", "privatekey", "secretkey", "accesskey", "signingkey", "encryptionkey", "hmackey",
    "cardnumber", "accountnumber", "securitycode", "verificationvalue", "cryptogram", "trackdata",
)  # fmt: skip
_LAST_WORDS: Final = frozenset(
    {
        "pan",
        "pin",
        "cvc",
        "cvv",
        "csc",
        "cavv",
        "otp",
        "jwt",
        "iban",
        "bban",
        "ssn",
        "nonce",
        "pwd",
        "cookie",
    }
)
_OF_TEXTS: Final = frozenset({"auth", "authorization"})
"""Secret if they are texts; objects of these names are records, as PayPal's authorizations are."""

_NUMBERED = re.compile("card|account|sepa")
_HUMP = re.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile("[a-z0-9]+")
_LONGEST_NAME = 80

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}-----|\Z)"
)
_KNOWN_PREFIX = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:sk|rk|ek)_(?:live|test)_[A-Za-z0-9_]{6,}|whsec_[A-Za-z0-9+/=]{6,}"  # Stripe
    r"|shp(?:at|ss|ca|pa)_[A-Za-z0-9]{8,}|sq0(?:atp|csp)-[\w-]{8,}"  # Shopify, Square
    r"|access_token\$(?:production|sandbox)\$[a-z0-9$]{8,}"  # Braintree
    r"|gh[pousr]_[A-Za-z0-9]{16,}|xox[abprs]-[A-Za-z0-9-]{8,}|AKIA[A-Z0-9]{16}"
    r")"
)
_AFTER_SECRET = re.compile(r"(?<=_secret_)[A-Za-z0-9_-]{4,}")
_WEB_TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*){1,3}")
_CREDENTIALS = re.compile(
    r"\b(?:bearer|basic)\s{1,4}(?=\S{0,64}[0-9=]|\S{20})([\w.~+/-]{8,}=*)", re.IGNORECASE
)
_CARD = re.compile(
    r"(?<![A-Za-z0-9])(?:[0-9]{14,19}"
    r"|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{3})?"
    r"|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5}"
    r")(?![A-Za-z0-9])"
)
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
)
_NAMED = re.compile(r"""(?<![\w-])([\w-]{1,64})\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?""")
_NAMED_VALUE = re.compile(
    r"""(?:(?:bearer|basic|digest)\s+)?[^\s"'\\&;,{}()\[\]<>]{3,}""", re.IGNORECASE
)

_SHORTEST_IBAN = 15
_CARD_NUMBERS = range(10**13, 10**19)
_ISSUERS: Final = (
    (re.compile("4"), (16, 19)),  # Visa
    (re.compile("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),  # Mastercard
    (re.compile("3[47]"), (15,)),  # American Express
    (re.compile("30[0-5]|3[689]"), (14, 16, 19)),  # Diners Club
    (re.compile("6011|64[4-9]|65|62|35(?:2[89]|[3-8])"), (16, 17, 18, 19)),  # Discover, …, JCB
    (re.compile("50|5[6-8]|6"), (16, 17, 18, 19)),  # Maestro
)


def mask(value: JsonValue) -> str:
    """What is shown instead of a secret: dots, and the last four characters of a long one."""
    text = str(value)
    if text.startswith(COVER) and len(text) <= len(COVER) + _HINT:
        return text
    hint = text[-_HINT:] if len(text) >= _LONG_ENOUGH else ""
    return COVER + hint if hint.isascii() and hint.isalnum() else COVER


def redact_scalar(path: Path, value: JsonValue) -> JsonValue:
    """A text, number, boolean or null, with the secrets in it covered.

    Args:
        path: the keys and indices that lead to it, beginning with the name of the record's field.
        value: the value.

    Returns:
        The value itself if nothing in it is secret.
    """
    if value is None or isinstance(value, bool) or value == "":
        return value
    return mask(value) if _is_named_secret(path) else _covered(value)


def redact_text(text: str) -> str:
    """A text without a name, such as a message, with the secrets in it covered."""
    if len(text) < _SHORTEST:
        return text
    text = _PRIVATE_KEY.sub(COVER, text)
    for pattern in (_KNOWN_PREFIX, _AFTER_SECRET, _WEB_TOKEN):
        text = pattern.sub(lambda found: mask(found.group()), text)
    text = _CREDENTIALS.sub(lambda found: found[0].removesuffix(found[1]) + mask(found[1]), text)
    text = "".join(_without_named(text))
    text = _CARD.sub(_without_card, text)
    return _IBAN.sub(_without_iban, text)


def redact(value: JsonValue, path: Path = ()) -> JsonValue:
    """A copy of JSON data with its secrets covered. The same data always gives the same copy.

    Args:
        value: any JSON, however deep.
        path: where it is: the name of the record's field, if the name is to count.
    """
    outer: list[JsonValue] = [None]
    # Data may be nested as deep as Python's stack, so a list replaces recursion.
    waiting: list[tuple[Any, str | int, JsonValue, Path]] = [(outer, 0, value, tuple(path))]
    while waiting:
        holder, place, each, here = waiting.pop()
        made: Any
        if isinstance(each, dict):
            holder[place] = made = dict.fromkeys(_covered_keys(each))
            members = zip(made, each.values(), strict=True)
            waiting.extend((made, key, member, (*here, key)) for key, member in members)
        elif isinstance(each, list | tuple):
            holder[place] = made = [None] * len(each)
            waiting.extend((made, at, member, (*here, at)) for at, member in enumerate(each))
        else:
            holder[place] = redact_scalar(here, each)
    return outer[0]


def restore(
    edited: JsonValue, original: JsonValue, path: Path = ()
) -> tuple[JsonValue, list[Path]]:
    """Put the secrets back into a redacted copy that was edited.

    Args:
        edited: the copy after editing.
        original: the data that the copy was made from.
        path: the same as for `redact`.

    Returns:
        The edited data with each secret back in its place; and the paths of covers that were moved
        or typed, so that no secret is known for them.
    """
    outer: list[JsonValue] = [None]
    astray: list[Path] = []
    waiting: list[tuple[Any, str | int, JsonValue, JsonValue, Path]]
    waiting = [(outer, 0, edited, original, tuple(path))]
    while waiting:
        holder, place, each, known, here = waiting.pop()
        made: Any
        if isinstance(each, dict):
            known = known if isinstance(known, dict) else {}
            names: dict[str, str] = dict(zip(_covered_keys(known), known, strict=True))
            holder[place] = made = dict.fromkeys(names.get(key, key) for key in each)
            for key, member in each.items():
                name: Any = names.get(key, key)
                waiting.append((made, name, member, known.get(name), (*here, key)))
                if COVER in key and key not in names:
                    astray.append((*here, key))
        elif isinstance(each, list | tuple):
            known = known if isinstance(known, list | tuple) else ()
            holder[place] = made = [None] * len(each)
            pairs = enumerate(zip_longest(each, known[: len(each)]))
            waiting.extend((made, at, one, other, (*here, at)) for at, (one, other) in pairs)
        else:
            holder[place] = each
            if isinstance(each, str) and COVER in each and each != known:
                if not isinstance(known, dict | list | tuple) and each == redact_scalar(
                    here, known
                ):
                    holder[place] = known
                else:
                    astray.append(here)
    return outer[0], astray


def _covered_keys(members: dict[str, JsonValue]) -> Iterator[str]:
    """The keys of an object; those that are secrets are covered, and kept distinct."""
    taken: set[str] = set()
    for key in members:
        shown = redact_text(key)
        while shown != key and (shown in taken or shown in members):
            shown += COVER[0]
        taken.add(shown)
        yield shown


def _is_named_secret(path: Path) -> bool:
    names = [each[-_LONGEST_NAME:] for each in path if isinstance(each, str)]
    return bool(names) and (
        _names_text(names[-1])
        or (names[-1] == "number" and len(names) > 1 and bool(_NUMBERED.search(names[-2].lower())))
        or any(map(_names_secret, names))
    )


def _names_text(name: str) -> bool:
    """Whether a text with this name is secret."""
    return name.lower().removesuffix("s") in _OF_TEXTS or _names_secret(name)


@lru_cache(maxsize=4096)
def _names_secret(name: str) -> bool:
    """Whether everything with this name is secret, ignoring case, separators, plural and number."""
    words = _WORD.findall(_HUMP.sub("_", name.rstrip("0123456789")).lower())
    if not words:
        return False
    words[-1] = words[-1].removesuffix("s")
    return words[-1] in _LAST_WORDS or "".join(words).endswith(_ENDS)


def _covered(value: JsonValue) -> JsonValue:
    """A value without what looks like a secret."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, int) and value in _CARD_NUMBERS and _is_card(str(value)):
        return mask(value)
    return value


def _without_named(text: str) -> Iterator[str]:
    """The parts of a text, covered where a secret name and `=` or `:` come before them."""
    done = 0
    for found in _NAMED.finditer(text):
        if found.start() < done or not _names_text(found[1]):
            continue
        value = _NAMED_VALUE.match(text, found.end())
        if value is not None:
            yield text[done : value.start()]
            yield mask(value.group())
            done = value.end()
    yield text[done:]


def _without_card(found: re.Match[str]) -> str:
    text = found.group()
    return mask(text) if _is_card(text.replace(found[1] or found[2] or " ", "")) else text


def _is_card(digits: str) -> bool:
    """Whether digits have an issuer's prefix and length, and the right Luhn check digit."""
    if not any(start.match(digits) and len(digits) in lengths for start, lengths in _ISSUERS):
        return False
    doubled = [int(each) * 2 for each in digits[-2::-2]]
    return (
        sum(map(int, digits[-1::-2])) + sum(each // 10 + each % 10 for each in doubled)
    ) % 10 == 0


def _without_iban(found: re.Match[str]) -> str:
    """A found IBAN, covered; the match may include capital words that follow it."""
    parts = found.group().split(" ")
    for count in range(len(parts), 0, -1):
        iban = "".join(parts[:count])
        if len(iban) >= _SHORTEST_IBAN and _has_check_digits(iban):
            return " ".join([mask(iban), *parts[count:]])
    return found.group()


def _has_check_digits(iban: str) -> bool:
    return int("".join(str(int(each, 36)) for each in iban[4:] + iban[:4])) % 97 == 1
