"""What a list is sorted by: one field or several, written as `listing` takes them."""

from __future__ import annotations


def terms(sort: str) -> list[str]:
    """The keys of a sort in order, each with `-` in front if it sorts the greatest first."""
    return sort.replace(",", " ").split()


def by(sort: str, name: str) -> str:
    """Sort by one field alone; if it is the only key already, reverse it."""
    return f"-{name}" if sort == name else name


def by_further(sort: str, name: str) -> str:
    """Add a field as the last key; if it is a key already, reverse it."""
    keys = terms(sort)
    for place, key in enumerate(keys):
        if key.removeprefix("-") == name:
            keys[place] = _reversed(key)
            return " ".join(keys)
    return " ".join([*keys, name])


def step(sort: str, name: str) -> str:
    """Step a field on: from no key to the last key, then reversed, then no key again."""
    keys = terms(sort)
    if f"-{name}" in keys:
        keys.remove(f"-{name}")
        return " ".join(keys)
    return by_further(sort, name)


def with_last(sort: str, name: str) -> str:
    """Replace the last key by a field; if it is that field already, reverse it."""
    keys = terms(sort)
    return " ".join([*keys[:-1], by(keys[-1], name)]) if keys else name


def with_last_reversed(sort: str) -> str:
    """Reverse the last key."""
    keys = terms(sort)
    return " ".join([*keys[:-1], _reversed(keys[-1])]) if keys else ""


def names(sort: str) -> list[str]:
    """The fields of the keys."""
    return [key.removeprefix("-") for key in terms(sort)]


def sign(sort: str, name: str | None) -> str:
    """The sign of a field in a sort: "↑", with several keys "↓2", or nothing."""
    keys = terms(sort)
    for place, key in enumerate(keys, 1):
        if key.removeprefix("-") == name:
            arrow = "↓" if key.startswith("-") else "↑"
            return f"{arrow}{place}" if len(keys) > 1 else arrow
    return ""


def _reversed(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"
