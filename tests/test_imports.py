"""The order of imports: read from the code, and seen in fresh processes."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import localpay
from localpay import Store, entities, errors
from localpay.cli.program import VERBS

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(localpay.__file__).parent
RANKS = [
    {"errors", "frozen", "spelling"},
    {"clock", "money", "text", "jsontext", "files"},
    {"ids", "entities"},
    {"query"},
    {"storage"},
    {"payments", "inspect", "transfer", "seeding"},
    {"store", "providers"},
    {"tui", "pytest_plugin"},
    {"cli"},
]
RANK = {name: rank for rank, names in enumerate(RANKS) for name in names}
HOMES = {"peewee": "storage", "playhouse": "storage", "textual": "tui", "rich": "tui"}
REPORT = """
import atexit, sys
atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))
"""
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports when it is loaded or used, not those for types alone."""
    waiting: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole module"
            yield from (f"{node.module}.{each.name}" for each in node.names)
        waiting.extend(ast.iter_child_nodes(node))


def part(module: str) -> str:
    """The part of the house that a module of ours belongs to: `localpay.cli.table` to `cli`."""
    return [*module.split("."), ""][1]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imports(path):
        root = name.split(".")[0]
        if root == "localpay" and own in RANK and part(name) in RANK:
            imported = part(name)
            assert imported == own or RANK[imported] < RANK[own], f"{own} imports {imported}"
        elif root in HOMES:
            assert own == HOMES[root], f"{root} is imported outside {HOMES[root]}"


def test_every_part_of_the_house_has_its_rank() -> None:
    parts = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES}

    assert parts - {"__init__", "__main__"} <= set(RANK)


def loaded(code: str, *words: str) -> set[str]:
    """The modules that a fresh process has after it ran some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{REPORT}\n{code}", *words],
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return set(done.stderr.splitlines()[-1].split())


def run_command(*words: str) -> set[str]:
    return loaded("from localpay.cli import main; main()", *words)


def roots(modules: set[str]) -> set[str]:
    return {module.split(".")[0] for module in modules}


def test_import_localpay_loads_nothing_else_of_it() -> None:
    modules = loaded("import localpay")

    assert {each for each in modules if each.startswith("localpay")} == {"localpay"}
    assert not roots(modules) & {"peewee", "textual", "rich", "click", "sqlite3"}


def test_the_entities_load_no_database() -> None:
    assert "peewee" not in loaded("from localpay import PaymentSession, QueryError")


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["list", "--help"], ["nothing"]])
def test_help_loads_no_database_and_no_screen(words: list[str]) -> None:
    assert not roots(run_command(*words)) & {"peewee", "sqlite3", "textual", "rich"}


def test_version_loads_no_verb() -> None:
    modules = run_command("--version")

    assert not {each for each in modules if each.startswith("localpay.cli.list")}


@pytest.mark.parametrize(
    "words",
    [["list", "{}", "sessions"], ["show", "{}", "ps_1"], ["stats", "{}"], ["history", "{}"]],
    ids=lambda words: words[0],
)
def test_commands_that_read_load_no_screen(tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / "shop.localpay"
    with Store.open(path) as store:
        store.sessions.create(id="ps_1", provider_id="manual")
    modules = run_command(*(word.format(path) for word in words))

    assert "peewee" in modules
    assert not roots(modules) & {"textual", "rich", "pygments", "asyncio"}
    assert not {each for each in modules if each.startswith(("localpay.tui", "localpay.seeding"))}


def test_a_list_loads_what_it_shows_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "shop.localpay"
    with Store.open(path) as store:
        store.sessions.create(provider_id="manual", amount=1, data={"client_secret": "pi_1_secret"})
    words = ["list", str(path), "sessions", "status:pending", "amount:<100", "--sort", "provider"]
    modules = run_command(*words)

    others = {"payments", "transfer", "seeding", "tui", "pytest_plugin", "providers"}
    assert not {part(each) for each in modules if each.startswith("localpay.")} & others
    verbs = {f"localpay.cli.{module}" for module in VERBS.values()}
    assert modules & verbs == {"localpay.cli.list_records"}
    assert not modules & {
        "localpay.inspect.redact",  # no column of a table shows JSON unless it is asked for
        "localpay.query.complete",
        "localpay.query.mistakes",
        "localpay.query.reference",
        "localpay.storage.hints",  # something was found
        "localpay.storage.intake",
    }
    assert not roots(modules) & {"difflib", "platformdirs", "random", "shutil", "tempfile"}


def test_a_session_is_shown_without_the_life_cycle(tmp_path: Path) -> None:
    path = tmp_path / "shop.localpay"
    with Store.open(path) as store:
        store.sessions.create(id="ps_1", provider_id="manual")
    modules = run_command("show", str(path), "ps_1")

    assert not {each for each in modules if each.startswith("localpay.payments")}


def test_a_statement_is_rendered_when_it_is_first_run() -> None:
    loaded("""
from localpay import Store
from localpay.storage import statements
with Store.open(":memory:"):
    rendered = [each.cache_info().currsize for each in vars(statements).values()
                if isinstance(each, type(statements.insert))]
    assert rendered and not any(rendered), rendered
""")


def test_every_public_name_is_there() -> None:
    for name in localpay.__all__:
        assert getattr(localpay, name).__name__ == name
        assert name in dir(localpay)


def test_all_entities_and_errors_are_public() -> None:
    public = {
        name
        for module in (entities, errors)
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
    }

    assert public | {"Rules", "Store"} == set(localpay.__all__)


def test_a_name_that_is_not_public_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Shop'"):
        localpay.Shop  # noqa: B018
