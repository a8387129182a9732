from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import localpay
from localpay import Store, __version__
from localpay.cli.help import Exampled
from localpay.cli.program import VERBS, program

if TYPE_CHECKING:
    from tests.cli.running import Run, Shell

README = Path(localpay.__file__).parent.parent / "README.md"
_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's devices")


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").stdout == f"localpay {__version__}\n"


def test_help_lists_every_verb(run: Run) -> None:
    result = run("--help")

    assert result.exit_code == 0
    for verb in VERBS:
        assert f"\n  {verb} " in result.stdout
    assert "..." not in result.stdout, "a verb's summary is too long for the list"


@pytest.mark.skipif(not README.exists(), reason="an installed localpay has no README beside it")
@pytest.mark.parametrize("verb", VERBS)
def test_the_readme_has_every_verb(verb: str) -> None:
    assert f"localpay {verb}" in README.read_text("utf-8")


def test_without_arguments_there_is_help(run: Run) -> None:
    assert run().stdout == run("--help").stdout


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_has_help_with_an_example_of_itself(run: Run, verb: str) -> None:
    result = run(verb, "--help")
    command = program.get_command(None, verb)  # type: ignore[arg-type]  # not looked at

    assert result.exit_code == 0
    assert isinstance(command, Exampled)
    for example in command.examples:
        assert f"localpay {verb}" in example
        assert f"  {example}\n" in result.stdout
    assert run(verb, "-h").stdout == result.stdout


def test_a_word_that_is_no_verb_and_no_file_is_wrong_usage(run: Run) -> None:
    result = run("lits", "shop.localpay")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        "localpay: there is no command and no file 'lits'; did you mean 'list'? "
        "(see localpay --help)\n"
    )


@pytest.mark.parametrize("word", ["shop.localpay", "./shop", "/somewhere/shop"])
def test_a_word_that_looks_like_a_file_is_a_store_to_open(run: Run, word: str) -> None:
    result = run(word)

    path = word.removeprefix("./")
    assert result.exit_code == 1
    assert result.stderr == (
        f"localpay: {path}: no such file; `localpay init` creates a new store\n"
    )


def test_a_file_is_a_store_to_open_whatever_its_name(run: Run, shop: Path) -> None:
    bare = shop.with_name("shop")
    shop.rename(bare)

    for words in ([bare], [bare, "--read-only"]):
        result = run(*words)
        assert result.exit_code == 2
        assert "the screen needs a terminal" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--nope"], "No such option"),
        (["list"], "Missing argument 'STORE'"),
        (["list", "shop.localpay", "customers"], "'customers' is not one of"),
        (["list", "shop.localpay", "carts", "--limit", "-1"], "-1 is not in the range"),
        (["list", "shop.localpay", "carts", "--nope"], "No such option"),
        (["undo", "shop.localpay", "twice"], "unexpected extra argument"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(run: Run, words: list[str], message: str) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("localpay: ")
    assert result.stderr.count("\n") == 1
    assert message in result.stderr


def test_an_unexpected_error_is_one_line_that_says_how_to_see_more(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Store) -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(Store, "stats", broken)
    result = run("stats", shop)

    assert result.exit_code == 1
    assert result.stderr == (
        "localpay: unexpected ZeroDivisionError: division␊by zero (LOCALPAY_DEBUG=1 shows where)\n"
    )


def test_an_unexpected_error_has_its_traceback_when_asked_for(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Store) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Store, "stats", broken)
    monkeypatch.setenv("LOCALPAY_DEBUG", "1")

    assert isinstance(run("stats", shop).exception, ZeroDivisionError)


def test_data_goes_to_stdout_and_words_to_stderr(shell: Shell, shop: Path) -> None:
    data = shell("list", shop, "sessions", "--columns", "id", "--sort", "id")
    words = shell("check", shop)

    assert data.stdout == b"id\nps_ada_card\nps_ada_cash\nps_kenji\n"
    assert data.stderr == b""
    assert data.returncode == 0
    assert words.stdout == b""
    assert words.stderr == f"{shop} is sound\n".encode()


def test_output_is_utf_8_whatever_the_locale_says(
    shell: Shell, shop: Path, environment: dict[str, str]
) -> None:
    environment |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii:strict"}
    result = shell("list", shop, "carts", "kenji", "--columns", "email")

    assert result.stdout.decode() == "email\n賢治@example.jp\n"


def test_a_reader_that_leaves_early_is_no_error(shop: Path, environment: dict[str, str]) -> None:
    with Store.open(shop) as store:
        store.sessions.create(provider_id="manual", data={"long": "x" * 1_000_000})
    command = [sys.executable, "-m", "localpay", "list", str(shop), "sessions", "--format", "json"]

    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


@_LINUX
def test_a_full_disk_behind_stdout_is_one_line(shell: Shell, shop: Path) -> None:
    with open("/dev/full", "wb") as full:
        result = shell("list", shop, "sessions", stdout=full)

    assert result.returncode == 1
    assert result.stderr == (
        b"localpay: standard output: cannot be written: No space left on device\n"
    )


@_LINUX
def test_a_closed_stdout_is_one_line(shell: Shell, shop: Path) -> None:
    result = shell("list", shop, "sessions", before=lambda: os.close(1))

    assert result.returncode == 1
    assert result.stderr == b"localpay: standard output: cannot be written: it is closed\n"


@_LINUX
def test_an_interrupt_is_status_130_and_leaves_nothing(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    command = [sys.executable, "-m", "localpay", "import", "new.localpay", "-"]

    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        # More than a pipe holds, so that this ends once the program reads its input.
        process.stdin.write(b" " * 1_000_000)
        process.stdin.flush()
        assert (tmp_path / "new.localpay-wal").exists()
        # Python misses a signal just before it waits for input; whoever sees no effect tries again.
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)

        assert process.stderr.read().strip() == b"localpay: interrupted"
        assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []
