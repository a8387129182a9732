"""CSV read and written: null and empty text, quotes, lines, and where something is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localpay.storage.models import MODELS
from localpay.store import Store
from localpay.transfer import medusa, postgres_csv
from localpay.transfer.postgres_csv import BrokenCsvError, records
from tests.transfer.contents import exported
from tests.transfer.sources import (
    CSV,
    Write,
    csv_sources,
    session_document,
)

Table = list[list[str | None]]
CELLS = st.none() | st.text(
    st.sampled_from('ab",\n\r ;é💥\x0b\x1c\u2028') | st.characters(exclude_categories=["Cs"]),
    max_size=6,
)


def table(width: int) -> st.SearchStrategy[Table]:
    return st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=5)


def written(rows: Table, end: str, *, quote_all: bool) -> str:
    """CSV as PostgreSQL and others write it."""

    def cell(value: str | None) -> str:
        if value is None:
            return ""
        if quote_all or value == "" or any(each in value for each in '",\n\r'):
            return '"' + value.replace('"', '""') + '"'
        return value

    return "".join(",".join(map(cell, row)) + end for row in rows)


@given(
    st.integers(2, 4).flatmap(lambda width: st.tuples(st.just(width), table(width))),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_every_table_is_read_as_it_was_written(
    drawn: tuple[int, Table], end: str, quote_all: bool
) -> None:
    width, rows = drawn
    text = written(rows, end, quote_all=quote_all)

    found, lines = records(text, 1, width)

    assert found == rows
    assert records(text.removesuffix(end), 1, width)[0] == rows
    expected = 1
    for row, line in zip(rows, lines, strict=True):
        assert line == expected
        expected += 1 + sum((cell or "").count("\n") for cell in row)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a,b\n", [["a", "b"]]),
        (",\n", [[None, None]]),
        ('"",\n', [["", None]]),
        (',""\n', [[None, ""]]),
        (',""', [[None, ""]]),
        ('"","a,"",""b"\n', [["", 'a,","b']]),
        ('a,"x\ny"\n\nc,d\n', [["a", "x\ny"], ["c", "d"]]),
        ('a"b,c\n', [['a"b', "c"]]),
    ],
)
def test_null_and_empty_text_are_two_things(text: str, cells: Table) -> None:
    assert records(text, 1, 2)[0] == cells


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a\n", (1, 2)),
        ("a,b\nc,d,e\n", (2, 5)),
        ('a,"b\nc"d\n', (2, 3)),
        ('a,b\n"x,y\n', (2, 1)),
        ("a,b\nc,d\re\n", (2, 4)),
    ],
)
def test_what_is_wrong_is_reported_with_its_place(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(BrokenCsvError) as raised:
        records(text, 1, 2)

    assert (raised.value.line, raised.value.column) == place


def test_a_field_of_any_length_is_read() -> None:
    long = "x" * 300_000

    assert records(f'a,"{long}"\n', 1, 2)[0] == [["a", long]]


def test_a_quote_that_is_never_closed_does_not_fill_the_memory(
    store: Store, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_csv, "_LONGEST", 100)
    monkeypatch.setattr("localpay.transfer.sources.BLOCK", 50)
    source = write("a", 'region_id,provider_id\nreg_1,"manual\n' + "reg_1,x\n" * 100)

    with pytest.raises(Exception, match="line 2, column 7: the quote that opens here"):
        store.import_sources([source])


@pytest.mark.parametrize("source", sorted(CSV.glob("*.csv")), ids=lambda path: path.stem)
def test_the_header_tells_the_table(source: Path) -> None:
    header = source.read_text().partition("\n")[0].split(",")

    assert medusa.table_of_columns(header) == source.name.partition(".")[0]


@pytest.mark.parametrize("name", sorted(set(MODELS) & set(medusa.IDENTIFYING)))
def test_our_own_columns_tell_the_table(name: str) -> None:
    assert medusa.table_of_columns(MODELS[name].columns()) == name


def test_a_shops_own_columns_are_passed_over(store: Store, write: Write) -> None:
    header, _, rows = (CSV / "region.csv").read_text().partition("\n")
    wider = [f"{row},extra" for row in rows.splitlines()]

    store.import_sources([write("a", "\n".join([f"{header},vat_id", *wider]) + "\n")])

    assert store.regions.count() == 5


# Out

DAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY_TEXT = "2026-11-20T12:00:00.000000Z"
NASTY = 'a "quoted", line\nbreak\r and \u2028 💥'


def nasty(store: Store) -> None:
    region = store.regions.create(
        name="=EU", currency_code="eur", id="reg_1", created_at=DAY, updated_at=DAY
    )
    store.carts.create(
        id="cart_1",
        region_id=region.id,
        email="",
        customer_id=NASTY,
        metadata={"note": "=1+1"},
        created_at=DAY,
        updated_at=DAY,
    )
    for document in (
        session_document(data={"b": 1, "a": "=1+1"}, idempotency_key="=cmd()"),
        session_document(id="ps_2", provider_id="+card", is_selected=None, amount=-5),
    ):
        values = {key: value for key, value in document.items() if not key.endswith("_at")}
        store.sessions.create(**values, created_at=DAY, updated_at=DAY)


def test_sessions_as_csv(store: Store) -> None:
    nasty(store)

    assert exported(store, "csv", entity="sessions") == (
        "id,created_at,updated_at,cart_id,provider_id,is_selected,is_initiated,status,data,"
        "idempotency_key,amount,payment_authorized_at\n"
        "ps_1,2026-11-20T12:00:00.000000Z,2026-11-20T12:00:00.000000Z,cart_1,manual,true,true,"
        'pending,"{""b"":1,""a"":""=1+1""}",=cmd(),3360,\n'
        "ps_2,2026-11-20T12:00:00.000000Z,2026-11-20T12:00:00.000000Z,cart_1,+card,,true,"
        'pending,"{""id"":""pi_1""}",,-5,\n'
    )


def test_cells_that_a_spreadsheet_would_run_are_defused_on_request(store: Store) -> None:
    nasty(store)

    lines = exported(store, "csv", entity="sessions", excel_safe=True).split("\n")

    assert ",'=cmd(),3360," in lines[1]
    assert ",'+card," in lines[2]
    assert lines[2].endswith(",-5,")


def test_null_is_empty_and_empty_text_is_quoted(store: Store) -> None:
    nasty(store)

    text = exported(store, "csv", entity="carts")

    row = text.split("\n", 1)[1]
    assert row.startswith(f'cart_1,{DAY_TEXT},{DAY_TEXT},,"",,,reg_1,"a ""quoted"", line\nbreak\r')


def test_what_was_exported_comes_in_again(store: Store, other: Store, write: Write) -> None:
    store.import_sources(csv_sources())
    entities = ("sessions", "carts", "payments")
    tables = [write(name, exported(store, "csv", entity=name)) for name in entities]

    other.import_sources([*csv_sources("region", "line_item"), *tables])

    for name in entities:
        assert exported(other, "csv", entity=name) == exported(store, "csv", entity=name)
