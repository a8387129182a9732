"""A clock for tests, so that records made one after the other have different instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class SteppingClock:
    """A clock that moves by one step each time it is read.

    Args:
        start: what it shows before it is read.
        step: how far it moves.

    Attributes:
        now: what it showed last; may be set.
    """

    def __init__(self, start: datetime, step: timedelta) -> None:
        self.now = start
        self._step = step

    def __call__(self) -> datetime:
        self.now += self._step
        return self.now
