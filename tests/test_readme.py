"""The README says what the code says: its tables are generated, its examples run.

Run as a program, this file writes the generated parts of the README anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from localpay.payments.rules import table
from localpay.query.reference import markdown
from localpay.tui.actions import ACTIONS, PLACES, key_sign

README = Path(__file__).parent.parent / "README.md"


def keys() -> str:
    """The table of keys."""
    lines = ["| Keys | What they do |", "| --- | --- |"]
    for place, title in PLACES.items():
        lines.append(f"| **{title}** | |")
        for action in (action for action in ACTIONS if action.place == place):
            signs = " ".join(f"`{key_sign(key)}`" for key in action.keys)
            lines.append(f"| {signs} | {action.help.replace('|', chr(92) + '|')} |")
    return "\n".join(lines)


PARTS: dict[str, Callable[[], str]] = {"keys": keys, "filters": markdown, "rules": table}


def with_part(text: str, name: str) -> str:
    """The README with one generated part as it should be."""
    part = f"<!-- {name} -->\n{PARTS[name]().strip()}\n<!-- /{name} -->"
    return re.sub(rf"<!-- {name} -->.*?<!-- /{name} -->", lambda _: part, text, flags=re.DOTALL)


@pytest.mark.parametrize("name", PARTS)
def test_a_generated_part_is_up_to_date(name: str) -> None:
    text = README.read_text("utf-8")

    assert f"<!-- {name} -->" in text
    assert with_part(text, name) == text, "run: python tests/test_readme.py"


def examples() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("example", examples())
def test_an_example_runs(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    exec(compile(example, "README.md", "exec"), {"__name__": "readme"})


def main() -> None:
    """Write the generated parts anew."""
    text = README.read_text("utf-8")
    for name in PARTS:
        text = with_part(text, name)
    README.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
