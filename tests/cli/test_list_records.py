from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from localpay import Store
from localpay.cli import list_records
from localpay.entities import Cart, Payment, PaymentSession, QuarantinedRow, fields_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Run


def test_a_table_has_the_usual_columns_the_newest_first(run: Run, shop: Path) -> None:
    assert run("list", shop, "sessions").stdout == (
        "id           status         amount  provider_id  cart.email       created_at\n"
        "ps_kenji     error         800 JPY  stripe       賢治@example.jp  2026-11-20 12:09:00\n"
        "ps_ada_cash  pending     25.00 EUR  manual       ada@example.com  2026-11-20 12:05:00\n"
        "ps_ada_card  authorized  25.00 EUR  stripe       ada@example.com  2026-11-20 12:04:00\n"
    )


def test_carts_and_payments_tell_their_state_in_words(run: Run, shop: Path) -> None:
    assert run("list", shop, "carts", "email:ada*").stdout == (
        "id        state      total  email            created_at\n"
        "cart_ada  open   25.00 EUR  ada@example.com  2026-11-20 12:03:00\n"
    )
    assert run("list", shop, "payments").stdout == (
        "id       state                  amount  amount_refunded  provider_id  created_at\n"
        "pay_ada  partially refunded  25.00 EUR         5.00 EUR  stripe       "
        "2026-11-20 12:06:00\n"
    )


def test_columns_are_named_as_in_a_query(run: Run, shop: Path) -> None:
    result = run(
        "list", shop, "sessions", "id:ps_ada_card", "--columns",
        "provider,selected,email,total,data.id,data.charges[0].n,data.charges[7],created",
    )  # fmt: skip

    assert result.stdout == (
        "provider_id  is_selected  cart.email       cart.total  data.id  data.charges[0].n"
        "  data.charges[7]  created_at\n"
        "stripe       yes          ada@example.com   25.00 EUR  pi_1     1.5              "
        "                   2026-11-20 12:04:00\n"
    )


def test_a_place_in_a_list_is_no_key_of_an_object(run: Run, path: Path) -> None:
    with Store.open(path) as store:
        store.sessions.create(id="ps_1", provider_id="manual", data={"0": "zero", "list": ["one"]})
    words = ("list", path, "sessions", "--format", "csv", "--columns")

    assert run(*words, "data[0],data.0,data.list[0]").stdout == (
        "data[0],data.0,data.list[0]\n,zero,one\n"
    )


def test_a_column_may_be_a_key_of_json_with_any_sign(run: Run, path: Path) -> None:
    with Store.open(path) as store:
        store.sessions.create(id="ps_1", provider_id="manual", data={"a,b": 1, 'q"o\\': 2})
    words = ("list", path, "sessions", "--format", "ndjson", "--columns")

    result = run(*words, r'id, data."a,b",data."q\"o\\"')

    assert list(json.loads(result.stdout).values()) == ["ps_1", 1, 2]


@pytest.mark.parametrize(
    ("entity", "columns", "message"),
    [
        ("sessions", "statu", "sessions have no column 'statu'; did you mean 'status'?"),
        ("carts", "zzz", "carts have no column 'zzz'; there are id, state, total, "),
        ("carts", "session.status", "'session.status' may have several values; list sessions"),
        ("sessions", 'data."a', "no column 'data.\"a'; this quote is not closed"),
        ("sessions", "id,data.a..b", "'data.a..b'; a place in JSON is written data.key, data[0]"),
        ("quarantine", "reasn", "quarantine has no column 'reasn'; did you mean 'reason'?"),
    ],
)
def test_an_unknown_column_is_wrong_usage(
    run: Run, shop: Path, entity: str, columns: str, message: str
) -> None:
    result = run("list", shop, entity, "--columns", columns)

    assert result.exit_code == 2
    assert message in result.stderr


def test_secrets_are_covered_in_a_table_alone(run: Run, shop: Path) -> None:
    words = ("list", shop, "sessions", "id:ps_ada_card", "--columns", "data.client_secret,data")

    assert "abcdefgh" not in run(*words).stdout
    assert "pi_1_secret_abcdefgh" in run(*words, "--format", "json").stdout


def test_the_order_is_the_one_asked_for(run: Run, shop: Path) -> None:
    result = run("list", shop, "sessions", "--columns", "id", "--sort", "provider,-id")

    assert result.stdout.split() == ["id", "ps_ada_cash", "ps_kenji", "ps_ada_card"]


@pytest.fixture
def many(path: Path) -> Path:
    with Store.open(path) as store, store.transaction():
        for _ in range(60):
            store.sessions.create(provider_id="manual")
    return path


def test_a_table_ends_after_fifty_and_says_of_how_many(run: Run, many: Path) -> None:
    result = run("list", many, "sessions")

    assert len(result.stdout.splitlines()) == 51
    assert result.stderr == "first 50 of 60; --limit 0 for all\n"


def test_counting_ends_where_it_would_take_longer_than_listing(
    run: Run, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_records, "_COUNTED", 55)

    assert run("list", many, "sessions").stderr == "first 50 of more than 55; --limit 0 for all\n"


def test_a_limit_that_was_asked_for_needs_no_words(run: Run, many: Path) -> None:
    assert len(run("list", many, "sessions", "--limit", "7").stdout.splitlines()) == 8
    assert run("list", many, "sessions", "--limit", "7").stderr == ""
    assert len(run("list", many, "sessions", "--limit", "0").stdout.splitlines()) == 61


@pytest.mark.parametrize("file_format", ["json", "ndjson", "csv"])
def test_the_formats_for_programs_hold_all(run: Run, many: Path, file_format: str) -> None:
    result = run("list", many, "sessions", "--format", file_format)

    assert result.stdout.count("ps_") == 60
    assert result.stderr == ""
    assert (
        run("list", many, "sessions", "--format", file_format, "--limit", "3").stdout.count("ps_")
        == 3
    )


KENJI = (
    '{"id":"ps_kenji","amount":800,"is_selected":null,"created_at":"2026-11-20T12:09:00.000Z",'
    r'"data":{"message":"card, \"declined\"\n"},"cart.email":"賢治@example.jp"}'
)
ADA = (
    '{"id":"ps_ada_card","amount":2500,"is_selected":true,"created_at":"2026-11-20T12:04:00.000Z",'
    '"data":{"id":"pi_1","client_secret":"pi_1_secret_abcdefgh","charges":[{"n":1.5}]},'
    '"cart.email":"ada@example.com"}'
)
GOLDEN = {
    "json": f"[\n{KENJI},\n{ADA}\n]\n",
    "ndjson": f"{KENJI}\n{ADA}\n",
    "csv": (
        "id,amount,is_selected,created_at,data,cart.email\n"
        "ps_kenji,800,,2026-11-20T12:09:00.000000Z,"
        r'"{""message"":""card, \""declined\""\n""}",賢治@example.jp'
        "\n"
        "ps_ada_card,2500,true,2026-11-20T12:04:00.000000Z,"
        '"{""id"":""pi_1"",""client_secret"":""pi_1_secret_abcdefgh"",""charges"":[{""n"":1.5}]}",'
        "ada@example.com\n"
    ),
}


@pytest.mark.parametrize("file_format", GOLDEN)
def test_the_bytes_of_a_format_are_what_programs_rely_on(
    run: Run, shop: Path, file_format: str
) -> None:
    """A change here breaks the scripts of those who read it."""
    result = run(
        "list", shop, "sessions", "provider:stripe", "--format", file_format,
        "--columns", "id,amount,selected,created,data,email",
    )  # fmt: skip

    assert result.stdout_bytes == GOLDEN[file_format].encode()


@pytest.mark.parametrize(
    ("entity", "record"),
    [
        ("sessions", PaymentSession),
        ("carts", Cart),
        ("payments", Payment),
        ("quarantine", QuarantinedRow),
    ],
)
def test_without_columns_a_program_gets_all_fields_in_medusas_order(
    run: Run, shop: Path, entity: str, record: type
) -> None:
    header = run("list", shop, entity, "--format", "csv").stdout.splitlines()[0]
    objects = json.loads(run("list", shop, entity, "--format", "json").stdout)

    assert header.split(",") == list(fields_of(record))
    for each in objects:
        assert list(each) == list(fields_of(record))


@pytest.mark.parametrize("file_format", ["json", "csv"])
def test_a_list_of_whole_records_looks_as_an_export_of_them(
    run: Run, shop: Path, file_format: str
) -> None:
    listed = run(
        "list", shop, "sessions", "--sort", "created_at", "--format", file_format
    )  # fmt: skip
    exported = run("export", shop, "--entity", "sessions", "--format", file_format)

    assert listed.stdout_bytes == exported.stdout_bytes


def test_an_empty_list_is_one_in_every_format(run: Run, shop: Path) -> None:
    words = ("list", shop, "sessions", "status:canceled", "--columns", "id", "--format")

    assert run(*words, "json").stdout == "[]\n"
    assert run(*words, "ndjson").stdout == ""
    assert run(*words, "csv").stdout.split() == ["id"]
    assert run(*words, "table").stdout == "id\n"


def test_the_quarantine_shows_why_rows_were_left_out(run: Run, shop: Path) -> None:
    source = shop.with_name("bad.json")
    source.write_text(
        '[{"id":"ps_bad","cart_id":"cart_nope","provider_id":"x","data":{},"is_selected":null}]'
    )
    run("import", shop, source)
    result = run("list", shop, "quarantine")

    assert "ps_bad" in result.stdout
    assert "cart_nope" in result.stdout
    assert (
        json.loads(run("list", shop, "quarantine", "--format", "json").stdout)[0]["row"]["id"]
        == "ps_bad"
    )


@pytest.mark.parametrize("words", [["status:error"], ["--sort", "id"]])
def test_the_quarantine_takes_no_query(run: Run, shop: Path, words: list[str]) -> None:
    assert run("list", shop, "quarantine", *words).exit_code == 2


def test_a_list_of_nothing_tells_of_a_value_that_no_record_has(run: Run, shop: Path) -> None:
    done = run("list", shop, "sessions", "provider:strpe", "--format", "ndjson")

    assert done.stdout == ""
    assert done.stderr == "no session has the provider 'strpe'; did you mean 'stripe'?\n"
    assert done.exit_code == 0
    assert run("list", shop, "carts", "region:reg_xx", "--limit", "0").stderr
    assert not run("list", shop, "sessions", "provider:stripe status:canceled,error").stderr
    assert not run("list", shop, "sessions", "id:none").stderr
