"""Texts that have broken terminals and screens: each goes through every field on every surface."""

from __future__ import annotations

from typing import Any, Final

HOSTILE: Final[dict[str, str]] = {
    "closing tag": "a[/nope]b",
    "opening tag": "[bold]x",
    "style tag": "[red on $primary]x[/]",
    "action link": "[@click=app.quit]x[/]",
    "unfinished tag": "x[",
    "escaped bracket": r"\[x\]\[",
    "link tag": "[link='https://example.test']x[/link]",
    "console markup": ":skull: [b]x[/b][/b]",
    "window title": "\x1b]0;owned\x07x",
    "clipboard": "\x1b]52;c;b3duZWQ=\x1b\\x",
    "clear screen": "\x1b[2J\x1b[Hx",
    "colour": "\x1b[31mred",
    "eight-bit control": "\x9b31mx\x9d0;owned\x9c",
    "null": "a\x00b",
    "delete": "a\x7f\x08b",
    "line breaks": "one\r\ntwo\nthree\rfour\vfive\fsix\u2028seven\u2029eight\x85nine",
    "tabs": "a\tb\t\tc",
    "right to left": "\u202egpj.exe\u202c",
    "isolates": "\u2066\u2067\u2068x\u2069",
    "arabic": "السلام عليكم",
    "zero width": "a\u200bb\u200cc\u200dd\ufeffe\u2060f",
    "invisible filler": "\u3164\u115f\uffa0",
    "tag characters": "x\U000e0041\U000e0042",
    "wide": "日本語テキスト" * 8,
    "emoji": "👩‍👩‍👧‍👦 🇩🇪 👍🏽 ☺️",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "many combining": "e" + "\u0301" * 2000,
    "private use": "\ue0b0\uf8ff\U0010fffd",
    "not a character": "\ufffe\U0001ffff",
    "blank": "   ",
    "empty": "",
    "very long": "long " * 4_000,
    "very long word": "x" * 100_000,
    "very long and wide": "語" * 10_000,
    "formula": "=cmd|' /C calc'!A0",
    "percent": "%s %d %(x)s {0} {x} ${x}",
}
"""Texts that a store takes, by what is wrong with them."""

RAW: Final = frozenset(
    [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *"\u202a\u202b\u202c\u202d\u202e"]
) - {"\n"}
"""Characters that must never reach a terminal as they are."""


def nested(depth: int, leaf: Any = "leaf") -> Any:
    """Objects and lists within one another, so many levels deep."""
    value = leaf
    for level in range(depth):
        value = [value] if level % 2 else {f"level {level}": value}
    return value


def hostile_json() -> dict[str, Any]:
    """JSON with every hostile text as key and as value, deep, wide and with odd numbers."""
    return {
        "values": dict(HOSTILE),
        "keys": {text: name for name, text in HOSTILE.items()},
        "list": list(HOSTILE.values()),
        "deep": nested(180),
        "wide": {f"key {number}": number for number in range(2000)},
        "numbers": [0, -1, 10**300, 1e300, 0.1, -0.0, 9007199254740993],
        "nothing": [None, True, False, "", {}, []],
    }
