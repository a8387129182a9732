from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

from localpay.ids import ALPHABET, Ids, ulid

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_an_id_is_a_prefix_and_a_ulid() -> None:
    prefix, _, text = Ids().new("ps").partition("_")

    assert prefix == "ps"
    assert len(text) == 26
    assert set(text) <= set(ALPHABET)


def test_a_ulid_holds_milliseconds_and_randomness() -> None:
    assert ulid(0, 0) == "0" * 26
    assert ulid(2**48 - 1, 2**80 - 1) == "7" + "Z" * 25
    assert ulid(1, 0) == "0000000001" + "0" * 16


def test_a_seeded_source_repeats_its_ids() -> None:
    first = Ids(lambda: NOON, Random(5))
    second = Ids(lambda: NOON, Random(5))

    assert [first.new("ps") for _ in range(9)] == [second.new("ps") for _ in range(9)]


def test_ids_grow_within_a_millisecond_and_when_the_clock_goes_back() -> None:
    instants = iter([NOON, NOON, NOON - timedelta(hours=1), NOON + timedelta(milliseconds=1)])
    source = Ids(lambda: next(instants))

    made = [source.new("ps") for _ in range(4)]

    assert made == sorted(set(made))


def test_threads_never_get_the_same_id() -> None:
    source = Ids()
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(source.new, ["ps"] * 4000))

    assert len(set(made)) == 4000
