from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from localpay import Store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Run


def test_a_session_is_shown_with_its_cart_and_what_became_of_it(run: Run, shop: Path) -> None:
    assert (
        run("show", shop, "ps_ada_card").stdout
        == """\
payment session ps_ada_card
  created_at             2026-11-20 12:04:00.000
  updated_at             2026-11-20 12:04:00.000
  cart_id                cart_ada
  provider_id            stripe
  is_selected            yes
  is_initiated           no
  status                 authorized
  data                   {
                           "id": "pi_1",
                           "client_secret": "••••efgh",
                           "charges": [
                             {
                               "n": 1.5
                             }
                           ]
                         }
  idempotency_key
  amount                 25.00 EUR
  payment_authorized_at

cart
  id        state      total  email            created_at
  cart_ada  open   25.00 EUR  ada@example.com  2026-11-20 12:03:00

sessions of the cart
  id           status         amount  provider_id  is_selected  created_at
  ps_ada_card  authorized  25.00 EUR  stripe       yes          2026-11-20 12:04:00
  ps_ada_cash  pending     25.00 EUR  manual                    2026-11-20 12:05:00

payment
  id       state                  amount  amount_refunded  provider_id  created_at
  pay_ada  partially refunded  25.00 EUR         5.00 EUR  stripe       2026-11-20 12:06:00
"""
    )


@pytest.mark.parametrize(
    ("record_id", "first", "parts"),
    [
        ("cart_ada", "cart cart_ada", ["2         Mug     12.50 EUR  item_mug", "reg_eu"]),
        ("pay_ada", "payment pay_ada", ["ref_ada  5.00 EUR  return", "cart_ada"]),
        ("ref_ada", "refund ref_ada", ["5.00 EUR", "pay_ada"]),
        ("reg_jp", "region reg_jp", ["providers           manual, stripe"]),
    ],
)
def test_every_kind_of_record_is_found_by_its_id(
    run: Run, shop: Path, record_id: str, first: str, parts: list[str]
) -> None:
    shown = run("show", shop, record_id).stdout

    assert shown.splitlines()[0] == first
    for part in parts:
        assert part in shown


def test_a_session_without_a_cart_is_shown_by_itself(run: Run, shop: Path) -> None:
    with Store.open(shop) as store:
        store.sessions.create(id="ps_alone", provider_id="manual", amount=1250)

    assert run("show", shop, "ps_alone").stdout.splitlines()[-2:] == [
        "  amount                 1250",
        "  payment_authorized_at",
    ]


@pytest.mark.parametrize(
    ("record_id", "entity"),
    [("ps_ada_card", "sessions"), ("cart_ada", "carts"), ("pay_ada", "payments")],
)
def test_json_is_what_an_export_has(run: Run, shop: Path, record_id: str, entity: str) -> None:
    shown = run("show", shop, record_id, "--format", "json", "--reveal").stdout
    exported = run("export", shop, "--format", "json", "--entity", entity, f"id:{record_id}").stdout

    assert f"[\n{shown}]\n" == exported


def test_json_of_a_refund_and_a_region_has_medusas_fields(run: Run, shop: Path) -> None:
    refund = json.loads(run("show", shop, "ref_ada", "--format", "json").stdout)
    region = json.loads(run("show", shop, "reg_eu", "--format", "json").stdout)

    assert refund["payment_id"] == "pay_ada"
    assert refund["amount"] == 500
    assert [each["id"] for each in region["payment_providers"]] == ["manual", "stripe"]


def test_a_payment_collection_is_shown_with_its_sessions(run: Run, shop: Path) -> None:
    with Store.open(shop) as store:
        store.regions.update("reg_eu", providers=["manual"])
        collection = store.collections.create(
            id="paycol_1", region_id="reg_eu", type="order_edit", amount=1250
        )
        store.collections.set_session(collection.id, "manual")
        whole = store.collections.get(collection.id)
    assert whole.payment_sessions is not None
    session_id = whole.payment_sessions[0].id

    lines = run("show", shop, "paycol_1").stdout.splitlines()
    document = json.loads(run("show", shop, "paycol_1", "--format", "json").stdout)

    assert lines[0] == "payment collection paycol_1"
    assert "  amount             12.50 EUR" in lines
    assert lines[lines.index("sessions") + 2].split()[:4] == [session_id, "pending", "12.50", "EUR"]
    assert document["amount"] == 1250
    assert [each["id"] for each in document["payment_sessions"]] == [session_id]
    assert document["payments"] == []


BAD_SESSION = (
    "id,cart_id,provider_id,is_selected,status,data\n"
    'ps_bad,cart_nowhere,card,,pending,"{""client_secret"":""pi_1_secret_abcdefgh""}"\n'
)


def test_a_quarantined_row_is_shown_with_its_reason_and_where_it_came_from(
    run: Run, shop: Path
) -> None:
    run("import", shop, "-", stdin=BAD_SESSION)

    shown = run("show", shop, "ps_bad").stdout

    assert shown.splitlines()[:3] == [
        "quarantined payment session ps_bad",
        "  reason  it refers to cart 'cart_nowhere', which does not exist",
        "  source  -",
    ]
    assert '"provider_id": "card"' in shown
    assert "abcdefgh" not in shown.replace("••••efgh", "")
    assert "pi_1_secret_abcdefgh" in run("show", shop, "ps_bad", "--reveal").stdout


def test_json_of_quarantined_rows_is_one_on_each_line(run: Run, shop: Path) -> None:
    run("import", shop, "-", stdin=f"{BAD_SESSION}ps_bad,,card,,odd,{{}}\n")

    lines = run("show", shop, "ps_bad", "--format", "json").stdout.splitlines()

    assert [json.loads(line)["line"] for line in lines] == [3, 2]
    assert "status: takes one of" in json.loads(lines[0])["reason"]


def test_a_record_tells_of_rows_with_its_id_that_were_left_out(run: Run, shop: Path) -> None:
    header = BAD_SESSION.partition("\n")[0]
    run("import", shop, "-", stdin=f"{header}\nps_ada_card,,card,,odd,{{}}\n")

    assert run("show", shop, "ps_ada_card").stdout.splitlines()[-4:-1] == [
        "",
        "in the quarantine",
        "  source  line  reason",
    ]


def test_an_id_that_is_nowhere_is_an_error(run: Run, shop: Path) -> None:
    result = run("show", shop, "ps_nowhere")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "localpay: there is no record with id 'ps_nowhere'\n"


@pytest.mark.parametrize("file_format", ["text", "json"])
@pytest.mark.parametrize("record_id", ["ps_ada_card"])
def test_secrets_are_covered_until_they_are_to_be_revealed(
    run: Run, shop: Path, record_id: str, file_format: str
) -> None:
    words = ("show", shop, record_id, "--format", file_format)

    assert "pi_1_secret_abcdefgh" not in run(*words).stdout
    assert "pi_1_secret_abcdefgh" in run(*words, "--reveal").stdout


def test_secrets_of_a_carts_sessions_are_covered_too(run: Run, shop: Path) -> None:
    shown = run("show", shop, "cart_ada", "--format", "json").stdout

    assert "abcdefgh" not in shown
    assert json.loads(shown)["payment_sessions"][0]["data"]["id"] == "pi_1"


def test_data_nested_deeply_is_shown(run: Run, shop: Path) -> None:
    data: object = "the bottom"
    for _ in range(90):
        data = {"a": [data]}
    with Store.open(shop) as store:
        store.sessions.create(id="ps_deep", provider_id="manual", data=data)

    assert "the bottom" in run("show", shop, "ps_deep").stdout
    assert "the bottom" in run("show", shop, "ps_deep", "--format", "json").stdout
