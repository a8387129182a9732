"""Sources that cannot be read: one clear sentence with the place, and a store as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localpay.errors import SourceError
from localpay.store import Store
from tests.transfer.contents import contents
from tests.transfer.sources import (
    CSV,
    JSON,
    Write,
    csv_sources,
)

SESSIONS = "id,cart_id,provider_id,is_selected,status,data\n"
HEADER = '{"localpay":1}\n'
REGION = (
    '{"kind":"region","id":"reg_1","name":"EU","currency_code":"eur","tax_rate":20.0,'
    '"gift_cards_taxable":true,"automatic_taxes":true}\n'
)

UNREADABLE: dict[str, tuple[str | bytes, str, int | None, int | None]] = {
    "empty": ("", "is empty", None, None),
    "only blanks": (" \n\n\t", "is empty", None, None),
    "SQLite": (b"SQLite format 3\x00 and so on", "is an SQLite file", None, None),
    "UTF-16": ('{"cart": {}}'.encode("utf-16"), "the encoding is UTF-16", 1, 1),
    "Latin-1 in JSON": (
        b'{"cart": {"id": "cart_1",\n "email": "\xfc"}}',
        "the byte 0xfc is not",
        2,
        12,
    ),
    "Latin-1 in CSV": (f"{SESSIONS}ps_1,\xfc,".encode("latin-1"), "the byte 0xfc is not", 2, 6),
    "JSON cut off": ('{"cart": {"id": "cart_1"', "it ends here before it is complete", 1, 25),
    "JSON cut off in a text": ('{"cart":\n{"id": "cart', "the text that begins here is", 2, 8),
    "JSON with more": ('{"cart": {}}\n{"cart": {}}', "there is more after its end", 2, 1),
    "not JSON": ('{\n"cart": nothing}', "a value is expected here", 2, 9),
    "NaN": ('{"cart":\n {"NaN": NaN}}', "NaN is not JSON", 2, 10),
    "a number without end": ('{"cart":\n' + "9" * 5000, "this number has too many digits", 2, 1),
    "far too deep": ('{"a":' + "[" * 200_000, "nested too deeply", 1, 1),
    "another JSON": ('{"products": []}', "contains nothing that localpay stores", None, None),
    "another answer": ('{"product": {"id": "prod_1"}}', "contains nothing that", None, None),
    "a JSON list of numbers": ("[1, 2]", "contains nothing that localpay stores", None, None),
    "a record of another kind": (
        '{"id": "prod_1", "title": "Mug"}',
        "contains nothing that",
        None,
        None,
    ),
    "text": ("Dear Sir or Madam,\n", "is neither JSON nor CSV with the header", 1, 1),
    "CSV of another table": ("id,title,handle\nprod_1,Mug,mug\n", "is neither JSON nor", 1, 1),
    "CSV without a header": ((CSV / "cart.csv").read_text().partition("\n")[2], "is neither", 1, 1),
    "an order's CSV": (
        "id,status,cart_id,customer_id,email,region_id,currency_code,display_id\n",
        "is neither JSON nor CSV",
        1,
        1,
    ),
    "a column twice": (f"id,{SESSIONS}", "the header has the column 'id' twice; remove", 1, 4),
    "a column twice, later": (
        SESSIONS.replace("\n", ',"a\nb",status\n'),
        "the header has the column 'status' twice; remove one of them from the file",
        2,
        4,
    ),
    "NUL": (SESSIONS.replace("cart", "ca\0rt"), "the header contains a NUL character", 1, 4),
    "UTF-16 without a mark": (SESSIONS.encode("utf-16-le"), "the header contains a NUL ch", 1, 1),
    "too few cells": (
        f"{SESSIONS}ps_1,,m,,pending,{{}}\nps_2,,m\n",
        "the record has 3 cells",
        3,
        8,
    ),
    "too many cells": (f"{SESSIONS}ps_1,,m,,pending,{{}},x,y\n", "the record has 8 cells", 2, 21),
    "a quote left open": (
        f'{SESSIONS}ps_1,"cart\n_1,m,,pending,{{}}\n',
        "the quote that opens",
        2,
        6,
    ),
    "text behind a quote": (
        f'{SESSIONS}ps_1,"cart"x,m,,pending,{{}}\n',
        "a quoted cell continues",
        2,
        12,
    ),
    "text behind a quote, later": (
        f'{SESSIONS}"ps\n1","ca\nrt"x,m,,pending,{{}}\n',
        "a quoted cell continues",
        4,
        4,
    ),
    "a bare carriage return": (
        f"{SESSIONS}ps_1,a\rb,m,,pending,{{}}\n",
        "an unquoted cell contains",
        2,
        7,
    ),
    "NDJSON cut off": (f'{HEADER}{REGION}{{"kind":"cart","id":"car', "the text that begins", 3, 21),
    "NDJSON that lost lines": (
        '{"localpay":1,"records":3}\n' + REGION,
        "holds 1 records but",
        2,
        None,
    ),
    "NDJSON of a newer localpay": ('{"localpay":2}\n', "written by a newer localpay", 1, 1),
    "NDJSON of no localpay": ('{"localpay":"x"}\n', 'the header must contain "localpay":1', 1, 1),
    "a record without a kind": (f'{HEADER}{{"id":"reg_1"}}\n', "is not a record", 2, 1),
    "a record of no kind": (f'{HEADER}{{"kind":"order"}}\n', "there is no kind 'order'", 2, 1),
    "a line that is no object": (f"{HEADER}[1]\n", "is not a record", 2, 1),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_source_is_reported_with_its_place(
    store: Store, write: Write, name: str
) -> None:
    content, reason, line, column = UNREADABLE[name]
    source = write("source", content)

    with pytest.raises(SourceError) as raised:
        store.import_sources([*csv_sources("region"), source])

    assert raised.value.reason.startswith(reason)
    assert raised.value.source == str(source)
    assert (raised.value.line, raised.value.column) == (line, column)
    assert "\n" not in str(raised.value)
    assert store.regions.count() == 0


def test_a_source_that_is_not_there_is_reported(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere: no such file"):
        store.import_sources([tmp_path / "nowhere"])


def test_a_folder_is_no_source(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a directory"):
        store.import_sources([tmp_path])


def test_a_name_that_is_not_unicode_can_be_shown(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as raised:
        store.import_sources([tmp_path / "caf\udce9"])

    str(raised.value).encode()


@pytest.mark.parametrize("size", [1, 7, 64])
def test_the_place_is_right_however_the_file_is_read(
    store: Store, write: Write, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("localpay.transfer.sources.BLOCK", size)
    data = f"{SESSIONS}ps_1,,é,,pending,{{}}\nps_2,é".encode() + b"\xe9,m,,pending,{}\n"

    with pytest.raises(SourceError) as raised:
        store.import_sources([write("source", data)])

    assert (raised.value.line, raised.value.column) == (3, 7)


@pytest.mark.parametrize("size", [64, 1000, 4096])
def test_a_source_is_read_alike_in_small_pieces(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    store.import_sources(csv_sources())
    monkeypatch.setattr("localpay.transfer.sources.BLOCK", size)

    other.import_sources(csv_sources())

    assert contents(store) == contents(other)


def test_every_cut_of_a_source_is_an_error_or_loses_nothing_but_whole_rows(write: Write) -> None:
    text = (JSON / "store-payment-collection.json").read_text()
    for length in range(1, len(text) - 1, 97):
        with Store.open(":memory:") as store:
            with pytest.raises(SourceError):
                store.import_sources([write("cut", text[:length])])
            assert store.regions.count() == 0


BEGINNINGS = st.sampled_from([b"", b"{", b"[", HEADER.encode(), SESSIONS.encode(), b'{"cart":'])
PIECES = st.lists(
    st.sampled_from(
        [b'"', b",", b"\n", b"\r", b"{", b"}", b"[", b"]", b":", b"1", b"null", b"\xff"]
    )
    | st.binary(max_size=4),
    max_size=30,
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(BEGINNINGS, PIECES)
def test_whatever_a_file_holds_only_our_errors_are_raised(
    write: Write, beginning: bytes, rest: list[bytes]
) -> None:
    source = write("random", beginning + b"".join(rest))
    with Store.open(":memory:") as store:
        try:
            store.import_sources([source])
        except SourceError as error:
            str(error).encode()
