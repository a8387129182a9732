from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localpay import Store
from localpay.cli import arguments

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Run

EVERYTHING = {"ps_ada_card", "ps_ada_cash", "ps_kenji"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], EVERYTHING),
        (["status:error"], {"ps_kenji"}),
        (["-status:error"], {"ps_ada_card", "ps_ada_cash"}),
        (["--", "-status:error"], {"ps_ada_card", "ps_ada_cash"}),
        (["provider:stripe", "-status:error"], {"ps_ada_card"}),
        (["-status:error", "-provider:manual"], {"ps_ada_card"}),
        (["-(status:error", "OR", "provider:manual)"], {"ps_ada_card"}),
        (["-provider:manual status:error"], {"ps_kenji"}),
        (["-declined"], {"ps_ada_card", "ps_ada_cash"}),
        (["-has:payment_authorized_at", "status:error"], {"ps_kenji"}),
        (["--sort", "-created_at", "-status:error"], {"ps_ada_card", "ps_ada_cash"}),
        (["-status:error", "--sort=-created_at"], {"ps_ada_card", "ps_ada_cash"}),
    ],
)
def test_the_words_of_a_query_may_begin_with_a_minus(
    run: Run, shop: Path, words: list[str], expected: set[str]
) -> None:
    result = run("list", shop, "sessions", "--columns", "id", *words)

    assert result.exit_code == 0, result.stderr
    assert set(result.stdout.split()[1:]) == expected


def test_short_options_are_still_options_beside_a_query(run: Run, shop: Path) -> None:
    target = shop.with_name("out.ndjson")

    assert run("list", shop, "sessions", "-h").stdout.startswith("Usage: ")
    assert run("export", shop, f"-o{target}", "-order:5", "--entity", "payments").exit_code == 0
    assert target.exists()


def test_a_misspelt_long_option_is_no_term_of_the_query(run: Run, shop: Path) -> None:
    result = run("list", shop, "sessions", "--frmat", "json")

    assert result.exit_code == 2
    assert "--frmat" in result.stderr


def test_a_store_opened_to_read_leaves_nothing_behind(shop: Path) -> None:
    before = shop.read_bytes()
    with arguments.to_read(shop) as store:
        assert store.read_only
        assert store.sessions.count() == 3

    assert shop.read_bytes() == before
    assert [each.name for each in shop.parent.iterdir()] == [shop.name]


def test_a_store_made_to_be_filled_goes_again_when_that_fails(path: Path) -> None:
    with pytest.raises(ZeroDivisionError), arguments.to_fill(path) as store:
        store.regions.create(name="EU", currency_code="eur")
        raise ZeroDivisionError

    assert list(path.parent.iterdir()) == []


def test_a_store_that_was_there_stays_when_filling_it_fails(shop: Path) -> None:
    with pytest.raises(ZeroDivisionError), arguments.to_fill(shop):
        raise ZeroDivisionError

    with Store.open(shop, read_only=True) as store:
        assert store.sessions.count() == 3
