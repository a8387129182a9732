"""Payments captured, refunded and canceled from the shell."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from localpay import Store
from tests.cli.running import Run, Shell, answer, calls


@pytest.fixture
def till(path: Path) -> Path:
    """A shop with payments: authorized, captured, canceled, in yen, and of a stranger."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    with Store.open(path) as store:
        payments: dict[str, dict[str, Any]] = {
            "pay_new": {},
            "pay_taken": {"captured_at": now},
            "pay_off": {"canceled_at": now},
            "pay_yen": {"captured_at": now, "currency_code": "jpy"},
            "pay_odd": {"provider_id": "stripe"},
            "pay_firm": {"captured_at": now, "data": {"outcome": "refuse_refund"}},
            "pay_gone": {"data": {"outcome": "refuse_capture"}},
        }
        usual = {"amount": 2500, "currency_code": "eur", "provider_id": "simulator"}
        for payment_id, values in payments.items():
            store.payments.create(id=payment_id, **usual | values)
    return path


def test_a_captured_payment_is_shown(run: Run, till: Path) -> None:
    result = run("payment", "capture", till, "pay_new")

    assert result.stderr.startswith("simulator capturePayment: ok, ")
    assert (
        result.stdout
        == """\
record   state        amount  provider_id  id
payment  captured  25.00 EUR  simulator    pay_new
"""
    )


def test_capturing_again_calls_nobody(run: Run, till: Path) -> None:
    result = run("payment", "capture", till, "pay_taken")

    assert result.exit_code == 0
    assert result.stderr == "no provider was called\n"


def test_a_refund_is_shown_with_its_payment(run: Run, till: Path) -> None:
    result = run("payment", "refund", till, "pay_taken", "5.00", "--reason", "return")
    refund = result.stdout.splitlines()[2].split()

    assert result.stdout.splitlines()[1].split()[1:3] == ["partially", "refunded"]
    assert refund[:-1] == ["refund", "return", "5.00", "EUR"]
    assert refund[-1].startswith("ref_")


@pytest.mark.parametrize(
    ("payment_id", "amount", "units"),
    [
        ("pay_taken", "1250", 1250),
        ("pay_taken", "12.50", 1250),
        ("pay_taken", "12.5", 1250),
        ("pay_taken", "12.5eur", 1250),
        ("pay_taken", "12 EUR", 1200),
        ("pay_taken", " 0.01 ", 1),
        ("pay_yen", "1250", 1250),
        ("pay_yen", "1250.00", 1250),
        ("pay_yen", "1250jpy", 1250),
    ],
)
def test_an_amount_is_in_minor_units_or_has_a_point_or_a_currency(
    run: Run, till: Path, payment_id: str, amount: str, units: int
) -> None:
    payment = answer(run, "payment", "refund", till, payment_id, amount)

    assert payment["amount_refunded"] == units
    assert [each["amount"] for each in payment["refunds"]] == [units]


def test_a_refund_has_a_reason_and_a_note(run: Run, till: Path) -> None:
    words = ("payment", "refund", till, "pay_taken", 100)
    answer(run, *words)
    payment = answer(run, *words, "--reason", "claim", "--note", "handle\x1b[31m broke")

    assert [(each["reason"], each["note"]) for each in payment["refunds"]] == [
        ("other", None),
        ("claim", "handle\x1b[31m broke"),
    ]


def test_canceling_releases_the_money(run: Run, till: Path) -> None:
    first = run("payment", "cancel", till, "pay_new")
    again = run("payment", "cancel", till, "pay_new")

    assert first.stderr.startswith("simulator cancelPayment: ok, ")
    assert first.stdout.splitlines()[1].split()[1] == "canceled"
    assert again.stderr == "no provider was called\n"
    assert again.stdout == first.stdout


def test_json_is_what_an_export_has(run: Run, till: Path) -> None:
    shown = run("payment", "refund", till, "pay_taken", 100, "--json").stdout
    exported = run("export", till, "--format", "json", "--entity", "payments", "id:pay_taken")

    assert exported.stdout == f"[\n{shown}]\n"


@pytest.mark.parametrize(
    "words", [["capture", "pay_new"], ["cancel", "pay_new"], ["refund", "pay_taken", "5.00"]]
)
def test_a_key_used_again_gives_the_same_answer_and_calls_nobody(
    run: Run, till: Path, words: list[str]
) -> None:
    verb, *others = words
    command = ("payment", verb, till, *others, "--idempotency-key", "till 4")
    first = run(*command, "--json")
    again = run(*command, "--json")

    assert first.exit_code == 0
    assert again.stdout == first.stdout
    assert again.stderr == "no provider was called\n"
    assert calls(till) == 1


def test_a_key_used_for_another_amount_is_refused(run: Run, till: Path) -> None:
    words = ("payment", "refund", till, "pay_taken")
    run(*words, 100, "--idempotency-key", "till 4")
    result = run(*words, 200, "--idempotency-key", "till 4")

    assert result.exit_code == 1
    assert "idempotency key 'till 4' was used for refund" in result.stderr


def test_medusas_rules_have_its_faults(run: Run, till: Path) -> None:
    repaired = run("payment", "refund", till, "pay_taken", "--rules", "repaired", "--", "-100")
    as_medusa = run("payment", "refund", till, "pay_taken", "--rules", "medusa", "--", "-100")

    assert repaired.exit_code == 1
    assert "a refund must be of 1 minor unit or more, not -100" in repaired.stderr
    assert as_medusa.exit_code == 0
    assert "-1.00 EUR" in as_medusa.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["capture", "{}", "pay_nope"], "there is no payment with id 'pay_nope'"),
        (["capture", "{}", "pay_off"], "payment 'pay_off' is canceled"),
        (["capture", "{}", "pay_odd"], "provider 'stripe' is not installed"),
        (["capture", "{}", "pay_gone"], "refused to capture: the capture was refused"),
        (["cancel", "{}", "pay_taken"], "payment 'pay_taken' is captured"),
        (["refund", "{}", "pay_new", "1"], "payment 'pay_new' is not captured"),
        (["refund", "{}", "pay_off", "1"], "payment 'pay_off' is canceled"),
        (["refund", "{}", "pay_firm", "1"], "refused to refund: the refund was refused"),
        (["refund", "{}", "pay_taken", "0"], "1 minor unit or more"),
        (["refund", "{}", "pay_taken", "25.01"], "at most 2500 is left"),
        (["refund", "{}", "pay_taken", "9" * 30], "refund.amount"),
        (["refund", "{}", "pay_taken", "5usd"], "is in eur, not in usd"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    run: Run, till: Path, words: list[str], message: str
) -> None:
    before = run("export", till, "--format", "json", "--entity", "payments").stdout
    result = run("payment", *(word.format(till) for word in words))

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("localpay: ")
    assert result.stderr.count("\n") == 1
    assert message in result.stderr
    assert run("export", till, "--format", "json", "--entity", "payments").stdout == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Missing command"),
        (["refund", "{}", "pay_taken"], "Missing argument 'AMOUNT'"),
        (["refund", "{}", "pay_taken", "five"], "'five' is not an amount such as 1250"),
        (["refund", "{}", "pay_taken", "1,50"], "'1,50' is not an amount"),
        (["refund", "{}", "pay_taken", "٥"], "is not an amount"),
        (["refund", "{}", "pay_taken", "9" * 5000], "is not an amount"),
        (["refund", "{}", "pay_taken", "1.005"], "more than the 2 decimals of EUR"),
        (["refund", "{}", "pay_yen", "0.50"], "more than the 0 decimals of JPY"),
        (["refund", "{}", "pay_taken", "5", "--reason", "boredom"], "'boredom' is not one of"),
        (["capture", "{}", "pay_new", "--idempotency-key", ""], "it is empty"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    run: Run, till: Path, words: list[str], message: str
) -> None:
    result = run("payment", *(word.format(till) for word in words))

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("localpay: ")
    assert result.stderr.count("\n") == 1
    assert message in result.stderr
    assert calls(till) == 0


@pytest.mark.parametrize("verb", ["capture", "refund", "cancel"])
def test_a_verb_has_help_with_an_example_of_itself(run: Run, verb: str) -> None:
    assert f"localpay payment {verb} shop.localpay " in run("payment", verb, "--help").stdout


def test_a_terminal_is_not_needed(shell: Shell, till: Path) -> None:
    done = shell("payment", "capture", till, "pay_new")

    assert done.returncode == 0
    assert done.stdout.decode().splitlines()[1].split()[:2] == ["payment", "captured"]
    assert done.stderr.startswith(b"simulator capturePayment: ok, ")
