"""What a list is sorted by: one field or several, written as `listing` takes them."""

from __future__ import annotations


def terms(sort: str) -> list[str]:
    """The keys of a sort, the first one first, each with `-` before it for the greatest first."""
    return sort.replace(",", " ").split()


def by(sort: str, name: str) -> str:
    """Sort by one field alone; if that is what it is sorted by, the other way round."""
    return f"-{name}" if sort == name else name


def by_further(sort: str, name: str) -> str:
    """Sort by a further field where the others are equal; by one of them, the other way round."""
    keys = terms(sort)
    for place, key in enumerate(keys):
        if key.removeprefix("-") == name:
            keys[place] = _reversed(key)
            return " ".join(keys)
    return " ".join([*keys, name])


def step(sort: str, name: str) -> str:
    """Have a field go from no key to the last one, then to the other way round, then to none."""
    keys = terms(sort)
    if f"-{name}" in keys:
        keys.remove(f"-{name}")
        return " ".join(keys)
    return by_further(sort, name)


def with_last(sort: str, name: str) -> str:
    """Have another field in place of the last key; the same one goes the other way round."""
    keys = terms(sort)
    return " ".join([*keys[:-1], by(keys[-1], name)]) if keys else name


def with_last_reversed(sort: str) -> str:
    """The last key the other way round."""
    keys = terms(sort)
    return " ".join([*keys[:-1], _reversed(keys[-1])]) if keys else ""


def names(sort: str) -> list[str]:
    """The fields of the keys."""
    return [key.removeprefix("-") for key in terms(sort)]


def sign(sort: str, name: str | None) -> str:
    """How a field's part in a sort is shown: "↑", of several keys "↓2", or nothing."""
    keys = terms(sort)
    for place, key in enumerate(keys, 1):
        if key.removeprefix("-") == name:
            arrow = "↓" if key.startswith("-") else "↑"
            return f"{arrow}{place}" if len(keys) > 1 else arrow
    return ""


def _reversed(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"
