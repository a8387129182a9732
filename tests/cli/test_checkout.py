"""A cart's checkout from the shell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from localpay import Store
from localpay.payments.providers.simulator import OUTCOMES
from tests.cli.running import Run, Shell, answer, calls

CARD = '{"card": "4242424242424242"}'


@pytest.fixture
def counter(path: Path) -> Path:
    """A shop with one cart to be paid, and a provider that is not installed."""
    with Store.open(path) as store:
        for region_id, providers in (
            ("reg_eu", ["manual", "simulator", "stripe"]),
            ("reg_cash", ["manual"]),
        ):
            store.regions.create(
                id=region_id, name=region_id, currency_code="eur", providers=providers
            )
        item = {"title": "Mug", "unit_price": 1250, "quantity": 2}
        for cart_id in ("cart_ada", "cart_bare"):
            store.carts.create(
                id=cart_id, region_id="reg_eu", email="ada@example.com", items=[item]
            )
        store.carts.create(id="cart_nobody", region_id="reg_eu", items=[item])
        for provider in ("manual", "simulator", "stripe"):
            for cart in ("ada", "nobody"):
                store.sessions.create(
                    id=f"ps_{cart}_{provider}", cart_id=f"cart_{cart}", provider_id=provider
                )
    return path


@pytest.fixture
def selected(run: Run, counter: Path) -> Path:
    """The shop, with the simulator chosen to pay its carts."""
    for cart in ("cart_ada", "cart_nobody"):
        assert run("checkout", "select", counter, cart, "simulator").exit_code == 0
    return counter


def test_a_cart_goes_from_its_first_session_to_the_last_refund(run: Run, counter: Path) -> None:
    created = run("checkout", "create", counter, "cart_bare")
    assert created.stderr == "no provider was called\n"
    assert created.stdout.count("session  pending  25.00 EUR") == 3

    chosen = run("checkout", "select", counter, "cart_bare", "simulator")
    assert chosen.stderr.startswith("simulator initiatePayment: ok, ")
    sent = run("checkout", "update", counter, "cart_bare", "--data", CARD)
    assert sent.stderr.startswith("simulator updatePaymentData: ok, ")

    done = run("checkout", "complete", counter, "cart_bare")
    assert [line.split(", ")[0] for line in done.stderr.splitlines()] == [
        "simulator authorizePayment: authorized",
        "simulator retrievePayment: ok",
        "simulator getPaymentStatus: authorized",
    ]
    *_, payment = done.stdout.splitlines()
    payment_id = payment.split()[-1]
    assert payment.split()[:-1] == ["payment", "authorized", "25.00", "EUR", "simulator"]

    assert "captured" in run("payment", "capture", counter, payment_id).stdout
    assert "partially refunded" in run("payment", "refund", counter, payment_id, "12.50").stdout
    assert "refunded" in run("payment", "refund", counter, payment_id, 1250).stdout
    assert run("check", counter).exit_code == 0


def test_what_is_there_afterwards_is_a_table(run: Run, counter: Path) -> None:
    assert (
        run("checkout", "select", counter, "cart_ada", "simulator").stdout
        == """\
record            state       amount  provider_id  id
cart              open     25.00 EUR               cart_ada
session           pending  25.00 EUR  manual       ps_ada_manual
selected session  pending  25.00 EUR  simulator    ps_ada_simulator
session           pending  25.00 EUR  stripe       ps_ada_stripe
"""
    )


def test_json_is_what_an_export_has(run: Run, selected: Path) -> None:
    shown = run("checkout", "complete", selected, "cart_ada", "--json").stdout
    exported = run("export", selected, "--format", "json", "--entity", "carts", "id:cart_ada")

    assert exported.stdout == f"[\n{shown}]\n"


def test_only_the_calls_just_made_are_told(run: Run, selected: Path) -> None:
    left = run("checkout", "select", selected, "cart_ada", "manual")

    assert [line.split(",")[0] for line in left.stderr.splitlines()] == [
        "manual initiatePayment: ok",
        "simulator deletePayment: ok",
    ]


def test_a_region_with_one_provider_has_it_selected_at_once(run: Run, counter: Path) -> None:
    with Store.open(counter) as store:
        store.carts.update("cart_bare", region_id="reg_cash")

    assert "selected session" in run("checkout", "create", counter, "cart_bare").stdout


def test_data_is_merged_with_what_the_session_had(run: Run, selected: Path) -> None:
    source = selected.with_name("data.json")
    source.write_text('\ufeff{"wallet": {"kind": "moon"}}', "utf-8")
    cart = answer(
        run, "checkout", "update", selected, "cart_ada", "simulator", "--data", f"@{source}"
    )

    assert cart["payment_session"]["data"]["wallet"] == {"kind": "moon"}
    assert cart["payment_session"]["data"]["id"].startswith("sim_")


def test_data_chooses_the_provider_that_it_is_sent_to(run: Run, selected: Path) -> None:
    cart = answer(run, "checkout", "update", selected, "cart_ada", "manual", "--data", "{}")

    assert cart["payment_session"]["provider_id"] == "manual"


def test_data_without_a_chosen_provider_goes_nowhere(run: Run, counter: Path) -> None:
    result = run("checkout", "update", counter, "cart_ada", "--data", CARD)

    assert result.exit_code == 0
    assert result.stderr == "no provider was called\n"


def test_refreshing_starts_the_payment_anew(run: Run, selected: Path) -> None:
    cart = answer(run, "checkout", "refresh", selected, "cart_ada", "simulator")

    assert cart["payment_session"]["id"] != "ps_ada_simulator"


def test_a_deleted_session_is_gone(run: Run, selected: Path) -> None:
    cart = answer(run, "checkout", "delete", selected, "cart_ada", "simulator")

    assert [each["provider_id"] for each in cart["payment_sessions"]] == ["manual", "stripe"]


def test_authorizing_makes_a_payment_and_leaves_the_cart_open(run: Run, selected: Path) -> None:
    cart = answer(run, "checkout", "authorize", selected, "cart_ada")

    assert cart["payment"]["amount"] == 2500
    assert cart["completed_at"] is None


def test_a_context_reaches_the_provider(run: Run, selected: Path) -> None:
    run("checkout", "authorize", selected, "cart_ada", "--context", '{"ip": "203.0.113.9"}')

    with Store.open(selected, read_only=True) as store:
        told = [line.after or {} for line in store.history("ps_ada_simulator")]
    asked = next(each for each in told if each.get("call") == "authorizePayment")
    assert asked["request"]["context"] == {"ip": "203.0.113.9", "cart_id": "cart_ada"}


def test_a_chosen_outcome_is_what_the_simulator_does(run: Run, selected: Path) -> None:
    declined = run("checkout", "complete", selected, "cart_ada", "--outcome", "decline")
    asked = run("checkout", "complete", selected, "cart_ada", "--outcome", "require_more")
    confirmed = run("checkout", "complete", selected, "cart_ada")

    assert declined.exit_code == 1
    assert declined.stdout == ""
    assert declined.stderr == (
        "localpay: provider 'simulator' refused to authorize: "
        "the card was declined: generic_decline\n"
    )
    assert asked.exit_code == 0
    assert asked.stderr.splitlines()[1:] == [
        "cart cart_ada is not completed: its provider has not authorized it yet"
    ]
    assert "selected session  requires more" in asked.stdout
    assert confirmed.stdout.splitlines()[1].split()[:2] == ["cart", "completed"]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_ends_in_a_table_or_in_one_line(
    run: Run, selected: Path, outcome: str
) -> None:
    result = run("checkout", "authorize", selected, "cart_ada", "--outcome", outcome)

    assert result.exit_code in {0, 1}
    assert (result.stdout == "") == (result.exit_code == 1)
    assert not result.exit_code or result.stderr.count("\n") == 1
    assert run("check", selected).exit_code == 0


def test_outcomes_are_the_simulators_alone(run: Run, selected: Path) -> None:
    run("checkout", "select", selected, "cart_ada", "manual")
    result = run("checkout", "authorize", selected, "cart_ada", "--outcome", "decline")

    assert result.exit_code == 2
    assert "--outcome is for provider 'simulator', but 'manual' is selected" in result.stderr


def test_a_key_used_again_gives_the_same_answer_and_calls_nobody(run: Run, selected: Path) -> None:
    words = ("checkout", "complete", selected, "cart_ada", "--idempotency-key", "till 4")
    first, first_json = run(*words), run(*words, "--json")
    made = calls(selected)
    with Store.open(selected) as store:
        store.sessions.update("ps_ada_manual", data={"changed": "since"})

    again = run(*words)
    assert (again.exit_code, again.stdout) == (0, first.stdout)
    assert again.stderr == "no provider was called\n"
    assert run(*words, "--json").stdout == first_json.stdout
    assert calls(selected) == made


def test_a_key_used_for_something_else_is_refused(run: Run, counter: Path) -> None:
    words = ("checkout", "select", counter, "cart_ada")
    run(*words, "manual", "--idempotency-key", "till 4")
    result = run(*words, "simulator", "--idempotency-key", "till 4")

    assert result.exit_code == 1
    assert "idempotency key 'till 4' was used for select with other arguments" in result.stderr


def test_medusas_rules_have_its_faults(run: Run, selected: Path) -> None:
    repaired = answer(run, "checkout", "refresh", selected, "cart_ada", "simulator")
    as_medusa = answer(
        run, "checkout", "refresh", selected, "cart_ada", "simulator", "--rules", "medusa"
    )

    assert repaired["payment_session"]["provider_id"] == "simulator"
    assert "payment_session" not in as_medusa


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["create", "{}", "cart_nope"], "there is no cart with id 'cart_nope'"),
        (["create", "{}", "cart\n\x1b[31m"], "there is no cart with id 'cart\\n\\x1b[31m'"),
        (["select", "{}", "cart_ada", "paypal"], "does not offer provider 'paypal'"),
        (["select", "{}", "cart_bare", "manual"], "has no session of provider 'manual'"),
        (["select", "{}", "cart_ada", "stripe"], "provider 'stripe' is not installed"),
        (["authorize", "{}", "cart_bare"], "no session of cart 'cart_bare' is selected"),
        (["complete", "{}", "cart_nobody"], "cart 'cart_nobody' has no customer"),
        (["complete", "{}", "cart_ada", "--outcome", "error"], "is not authorized"),
        (["complete", "{}", "cart_ada", "--outcome", "time_out"], "did not answer in time"),
        (["update", "{}", "cart_ada", "--data", '{"card": "1"}'], "this is not a test card"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    run: Run, selected: Path, words: list[str], message: str
) -> None:
    result = run("checkout", *(word.replace("{}", str(selected)) for word in words))

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("localpay: ")
    assert result.stderr.count("\n") == 1
    assert message in result.stderr


def test_a_completed_cart_is_left_as_it_is(run: Run, selected: Path) -> None:
    run("checkout", "complete", selected, "cart_ada")
    result = run("checkout", "select", selected, "cart_ada", "manual")

    assert result.exit_code == 1
    assert "cart 'cart_ada' is completed" in result.stderr


def test_a_payment_that_is_authorized_has_to_be_canceled_first(run: Run, selected: Path) -> None:
    run("checkout", "authorize", selected, "cart_ada")
    result = run("checkout", "delete", selected, "cart_ada", "simulator")

    assert result.exit_code == 1
    assert "cancel payment 'pay_" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Missing command"),
        (["crate"], "No such command 'crate'"),
        (["select", "{}", "cart_ada"], "Missing argument 'PROVIDER'"),
        (["update", "{}", "cart_ada"], "Missing option '--data'"),
        (["update", "{}", "cart_ada", "--data", "{"], "'--data': not JSON: line 1"),
        (["update", "{}", "cart_ada", "--data", "[1]"], "'--data': takes a JSON object"),
        (["update", "{}", "cart_ada", "--data", "@nope"], "nope: No such file"),
        (["update", "{}", "cart_ada", "--data", "@"], "'--data': "),
        (["update", "{}", "cart_ada", "--data", "@{}"], "this is not UTF-8"),
        (["update", "{}", "cart_ada", "--data", "[" * 100_000], "nested too deeply"),
        (["authorize", "{}", "cart_ada", "--context", "1"], "'--context': takes a JSON object"),
        (["authorize", "{}", "cart_ada", "--outcome", "luck"], "'luck' is not one of"),
        (["create", "{}", "cart_ada", "--rules", "saleor"], "'saleor' is not one of"),
        (["create", "{}", "cart_ada", "--idempotency-key", " "], "it is empty"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    run: Run, counter: Path, words: list[str], message: str
) -> None:
    result = run("checkout", *(word.replace("{}", str(counter)) for word in words))

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("localpay: ")
    assert result.stderr.count("\n") == 1
    assert message in result.stderr
    assert calls(counter) == 0


def test_a_store_is_not_made_by_a_checkout(run: Run, path: Path) -> None:
    result = run("checkout", "create", path, "cart_ada")

    assert result.exit_code == 1
    assert "no such file" in result.stderr
    assert not path.exists()


def test_help_tells_the_verbs_in_the_order_of_a_checkout(run: Run) -> None:
    listed = run("checkout", "--help").stdout.split("Commands:\n")[1].split("\n\n")[0]

    assert [line.split()[0] for line in listed.splitlines()] == [
        "create",
        "select",
        "update",
        "refresh",
        "delete",
        "authorize",
        "complete",
    ]
    for line in listed.splitlines():
        verb = line.split()[0]
        assert f"localpay checkout {verb} " in run("checkout", verb, "--help").stdout


def test_the_verbs_load_no_database_before_they_need_it(environment: dict[str, str]) -> None:
    code = "import sys, localpay.cli.checkout, localpay.cli.payment; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert not {"peewee", "sqlite3", "textual"} & set(done.stdout.split())


def test_data_goes_to_stdout_and_words_to_stderr(shell: Shell, selected: Path) -> None:
    done = shell("checkout", "authorize", selected, "cart_ada", "--json")

    assert done.returncode == 0
    assert json.loads(done.stdout)["payment"]["amount"] == 2500
    assert [line.split()[1] for line in done.stderr.decode().splitlines()] == [
        "authorizePayment:",
        "retrievePayment:",
    ]


def test_a_cart_completed_by_several_programs_is_paid_once(
    selected: Path, environment: dict[str, str]
) -> None:
    words = ["checkout", "complete", str(selected), "cart_ada", "--json"]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "localpay", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    answers = [process.communicate(timeout=60) for process in running]

    assert [process.returncode for process in running] == [0, 0, 0], answers
    assert len({json.loads(out)["payment_id"] for out, _ in answers}) == 1
    with Store.open(selected, read_only=True) as store:
        assert store.payments.count() == 1


def test_a_plug_in_that_cannot_be_loaded_is_told_of_in_a_line(
    shell: Shell, counter: Path, environment: dict[str, str]
) -> None:
    folder = counter.parent / "plugins" / "broken-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text("[localpay.providers]\nstripe = nowhere:Stripe\n")
    environment["PYTHONPATH"] += f":{folder.parent}"

    done = shell("checkout", "select", counter, "cart_ada", "stripe")
    warning, error = done.stderr.decode().splitlines()

    assert done.returncode == 1
    assert warning.startswith("localpay: provider 'stripe' (nowhere:Stripe) cannot be loaded: ")
    assert error.startswith("localpay: provider 'stripe' is not installed")
