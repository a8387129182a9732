from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.inspect.redact import (
    COVER,
    mask,
    redact,
    redact_scalar,
    redact_text,
    restore,
)
from tests.hostile import HOSTILE, nested


def is_secret(path: tuple[str, ...], value: Any) -> bool:
    return bool(redact_scalar(path, value) != value)


@pytest.mark.parametrize(
    "name",
    [
        "client_secret", "clientSecret", "CLIENT-SECRET", "secret", "webhook_secret", "secret1",
        "token", "access_token", "accessToken", "order_token", "tokens", "x_auth_token",
        "api_key", "apiKey", "APIKey", "X-Api-Key", "apikey", "private_key", "secretKey",
        "password", "Password", "user_passwd", "pwd", "credentials", "passphrase",
        "authorization", "Authorization", "cookie", "Set-Cookie", "auth",
        "pan", "cardPan", "cvc", "cvv", "cvv2", "card_cvc", "iban", "IBAN", "pin", "otp",
        "card_number", "cardNumber", "encryptedCardNumber", "encryptedSecurityCode",
        "account_number", "payment_method_nonce", "cryptogram", "jwt",
    ],
)  # fmt: skip
def test_a_name_makes_a_value_secret(name: str) -> None:
    assert is_secret(("data", name), "some value")
    assert is_secret(("data", name), 1234)


@pytest.mark.parametrize(
    "name",
    [
        "id", "status", "key", "idempotency_key", "publishable_key", "public_key", "token_type",
        "tokenization", "cvc_check", "cvc_result", "iban_last4", "card_last4", "last4", "number",
        "japan", "company", "spinning", "pinned", "authorized", "authorization_code", "authorize",
        "author", "secretary", "passport", "order_number", "nonces_used", "panel", "",
    ],
)  # fmt: skip
def test_other_names_do_not(name: str) -> None:
    assert not is_secret(("data", name), "some value")


def test_the_number_of_a_card_or_an_account_is_secret() -> None:
    assert is_secret(("data", "card", "number"), "123")
    assert is_secret(("data", "bankAccount", "number"), "123")
    assert not is_secret(("data", "order", "number"), "123")


def test_all_that_a_secret_name_holds_is_secret() -> None:
    data = {"credentials": {"user": "ada", "roles": ["a", {"b": 7}], "live": True, "gone": None}}
    assert redact(data) == {
        "credentials": {"user": COVER, "roles": [COVER, {"b": COVER}], "live": True, "gone": None}
    }


def test_an_authorization_that_is_an_object_is_a_record_and_no_secret() -> None:
    data = {"authorization": {"id": "4AB12345CD", "amount": 1250}, "authorizations": [{"id": "x"}]}
    assert redact(data) == data
    assert redact({"authorization": "abc"}) == {"authorization": COVER}
    assert redact({"authorizations": ["abc"]}) == {"authorizations": [COVER]}


@pytest.mark.parametrize("value", [None, True, False, ""])
def test_nothing_and_yes_and_no_are_never_secret(value: Any) -> None:
    assert not is_secret(("client_secret",), value)
    assert redact_scalar(("client_secret",), value) is value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pi_3abc_secret_1a2b3c4d5e6f7g8h", "pi_3abc_secret_••••7g8h"),
        ("seti_1_secret_short", "seti_1_secret_••••"),
        ("sk_live_51HabcDEF0123456789", "••••6789"),
        ("rk_test_51HabcDEF0123456789", "••••6789"),
        ("whsec_abcdefgh12345678", "••••5678"),
        ("Bearer abc123def456ghi7", "Bearer ••••ghi7"),
        ("authorization: Basic QWxhZGRpbjpvcGVu", "authorization: ••••cGVu"),
        ("eyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0dXJl", "••••dXJl"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----", "••••"),
        ("https://shop.test/pay?order=1&token=5O190127TN36&x=1",
         "https://shop.test/pay?order=1&token=••••TN36&x=1"),
        ('{"client_secret":"abcdefgh1234","amount":1}', '{"client_secret":"••••1234","amount":1}'),
        ("error:token:abcdef", "error:token:••••"),
        ("4242424242424242", "••••4242"),
        ("card 4242 4242 4242 4242 was declined", "card ••••4242 was declined"),
        ("3782-822463-10005", "••••0005"),
        ("DE89370400440532013000", "••••3000"),
        ("from DE89 3704 0044 0532 0130 00 AND ON", "from ••••3000 AND ON"),
    ],
)  # fmt: skip
def test_a_secret_within_a_text_is_covered_and_the_rest_stays(text: str, shown: str) -> None:
    assert redact_text(text) == shown
    assert is_secret(("note",), text)


@pytest.mark.parametrize(
    "value",
    [
        "pi_3NotTAhu7ugZ9pi6k9TDcWTe", "ci_1NotTAhu7ugZ9pi6k9TDcWTe", "pm_card_visa", "ch_3abc",
        "ps_01M82FCRE43B40271W8161163X", "cus_9s6XKzkNRiz8i3", "pk_live_51HabcDEF0123456789",
        "8515131751004933", "1795379733", "1795379733123", "1795379733123456",
        1250, 4242, 1795379733, 1795379733123, 1795379733123456, 1795379733123456789,
        4242424242424241, "4242 4242 4242 4241", "20261122203305", "0123456789012345678901",
        "550e8400-e29b-41d4-a716-446655440000", "4242424242424242a", "DE89370400440532013001",
        "ada@example.com", "basic authentication", "the bearer was late", "requires_payment_method",
        12.5, 0.4242424242424242, "https://example.test/a?order=4242", "2026-11-22T20:33:05.475Z",
        "+49 1512 3456789", "secret", "token",
    ],
)  # fmt: skip
def test_ids_amounts_and_instants_are_left_alone(value: Any) -> None:
    assert not is_secret(("data", "value"), value)
    assert redact({"value": value}) == {"value": value}


@pytest.mark.parametrize(
    "number",
    [
        "4242424242424242", "5555555555554444", "2223003122003222", "378282246310005",
        "6011111111111117", "30569309025904", "3566002020360505", "6200000000000005",
    ],
)  # fmt: skip
def test_card_numbers_of_every_issuer_are_known_as_text_and_as_number(number: str) -> None:
    assert redact({"a": number, "b": int(number)}) == {"a": mask(number), "b": mask(number)}


def test_a_mask_keeps_the_last_four_characters_of_a_long_secret_only() -> None:
    assert mask("4242424242424242") == "••••4242"
    assert mask(4242424242424242) == "••••4242"
    assert mask("hunter2") == COVER
    assert mask("twelve chars…") == COVER
    assert mask(mask("4242424242424242")) == "••••4242"


def test_a_key_that_is_a_secret_is_covered_and_none_is_lost() -> None:
    data = {"4242424242424242": 1, "5454 5454 5454 4242": 2, "••••4242": 3, "6011111111111117": 4}
    assert list(redact(data).values()) == [1, 2, 3, 4]
    assert "4242424242424242" not in redact(data)


def test_the_order_of_keys_stays_and_the_original_is_not_touched() -> None:
    data = {"z": 1, "token": "abc", "a": [{"y": 1, "b": "4242424242424242"}]}
    before = copy.deepcopy(data)
    assert list(redact(data)) == ["z", "token", "a"]
    assert data == before


def test_data_may_be_deep_and_a_value_by_itself() -> None:
    assert json.dumps(redact(nested(900, {"token": "abcdef"}))).count(COVER[0]) == 0
    assert "abcdef" not in json.dumps(redact(nested(900, {"token": "abcdef"})))
    assert redact("4242424242424242") == "••••4242"
    assert redact("abc", ("client_secret",)) == COVER


def test_an_edited_copy_gets_its_secrets_back() -> None:
    data = {"client_secret": "pi_1_secret_abcdefgh", "status": "a", "list": ["4242424242424242"]}
    edited = redact(data)
    edited["status"] = "b"
    edited["list"].append("new")
    restored: dict[str, Any] = {"client_secret": "pi_1_secret_abcdefgh", "status": "b"}
    restored["list"] = ["4242424242424242", "new"]
    assert restore(edited, data) == (restored, [])


def test_a_cover_that_was_moved_is_told_and_never_taken_for_a_value() -> None:
    data = {"token": "abcdefgh12345678", "list": ["a", "4242424242424242"]}
    edited = {"other": "••••5678", "list": ["••••4242"], "••••": 1, "token": "new"}
    _, astray = restore(edited, data)
    assert sorted(astray, key=str) == [("list", 0), ("other",), ("••••",)]


def test_hostile_texts_do_no_harm() -> None:
    for text in HOSTILE.values():
        assert redact_text(text) == text
        assert is_secret(("token",), text) == (text != "")


_NAMES = st.sampled_from(["client_secret", "accessToken", "API-Key", "password", "cvc", "iban"])
_SECRETS = st.one_of(
    st.from_regex(r"(sk|rk)_(live|test)_[A-Za-z0-9]{16,40}", fullmatch=True),
    st.from_regex(r"eyJ[a-z0-9]{8,20}\.[a-z0-9]{8,20}\.[a-z0-9]{8,20}", fullmatch=True),
    st.sampled_from(["4242424242424242", "5555555555554444", "DE89370400440532013000"]),
)
_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False)
    | st.text("abcdefgh ijk[]/\n", max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["id", "status", "amount", "links", "last4"]), inner),
    max_leaves=12,
)  # fmt: skip


@given(_PLAIN)
def test_data_without_secrets_comes_back_as_it_is(data: Any) -> None:
    copied = redact(data)
    assert json.dumps(copied) == json.dumps(data)


@given(_PLAIN, _SECRETS, st.text("abc ,.\n", max_size=9), st.data())
def test_a_planted_secret_never_stays(plain: Any, secret: str, around: str, draw: Any) -> None:
    name = draw.draw(_NAMES)
    holders = [
        {"a": plain, "deep": [{"b": f"{around} {secret} {around}"}]},
        {"a": plain, name: secret},
        {name: [plain, {"x": secret}]},
        {f"{around} {secret}": plain},
        {"body": json.dumps({name: secret, "rest": around})},
        [f"https://example.test/pay?{name}={secret}&a=b", plain],
    ]
    data = draw.draw(st.sampled_from(holders))
    shown = json.dumps(redact(data), ensure_ascii=False)
    assert secret not in shown
    assert redact(data) == redact(copy.deepcopy(data))
    assert redact(redact(data)) == redact(data)
    assert restore(redact(data), data) == (data, [])


@given(st.text(), st.text())
def test_any_text_is_taken(name: str, text: str) -> None:
    covered = redact_scalar((name,), text)
    assert redact_scalar((name,), covered) == covered
    assert redact_text(redact_text(text)) == redact_text(text)
