"""Ids: a prefix, an underscore and a ULID, as Medusa's `generateEntityId` makes them.

A ULID is 26 upper-case characters of Crockford's base 32: 48 bits of milliseconds, then 80 random
bits. Medusa's ULIDs are not monotonic. Ours are, within one source, so that ids made in the same
millisecond keep their order.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from localpay.clock import system_clock
from localpay.errors import ArgumentError

if TYPE_CHECKING:
    from random import Random

    from localpay.clock import Clock

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(high + low for high in ALPHABET for low in ALPHABET)
_RANDOM_BITS = 80


def ulid(milliseconds: int, randomness: int) -> str:
    """Write a ULID.

    Args:
        milliseconds: since 1970, below 2**48.
        randomness: the random part, below 2**80.
    """
    bits = milliseconds << _RANDOM_BITS | randomness
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(120, -1, -10)])


def _system_bits(count: int) -> int:
    """The same as `random.SystemRandom`, which takes a millisecond to load."""
    return int.from_bytes(os.urandom((count + 7) // 8)) >> -count % 8


class Ids:
    """A source of increasing ids. Threads may share it.

    Args:
        clock: the source of the milliseconds.
        random: the source of the random bits; with a seed, the ids repeat.

    Raises:
        ArgumentError: an argument is of the wrong kind.
    """

    def __init__(self, clock: Clock = system_clock, random: Random | None = None) -> None:
        if not callable(clock):
            raise ArgumentError("clock", "a function that gives the current instant", clock)
        if random is not None and not hasattr(random, "getrandbits"):
            raise ArgumentError("random", "a random.Random", random)
        self._clock = clock
        self._bits = random.getrandbits if random else _system_bits
        self._lock = threading.Lock()
        self._milliseconds = -1
        self._randomness = 0

    def new(self, prefix: str) -> str:
        """Make the next id, such as `ps_01M82FCRE43B40271W8161163X` for the prefix `ps`."""
        now = int(self._clock().timestamp() * 1000)
        with self._lock:
            if now > self._milliseconds:
                self._milliseconds = now
                # One bit fewer, so that incrementing never overflows within a millisecond.
                self._randomness = self._bits(_RANDOM_BITS - 1)
            else:
                self._randomness += 1
            return f"{prefix}_{ulid(self._milliseconds, self._randomness)}"
