"""Claims: who is calling a provider for a cart or payment, so that nobody else does so meanwhile.

A claim is a row of the file, so it applies to all programs that have the file open. It is not part
of the shop's data, and the journal has no line about it. A claim no longer counts when its program
has ended, or when it is older than any call to a provider can take.
"""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from localpay import clock
from localpay.storage import statements
from localpay.storage.models import Claim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localpay.storage.database import Database

LEASE = timedelta(minutes=10)
"""How long a claim counts if its program neither releases it nor ends."""

_TAKE = "INSERT OR REPLACE INTO claim (subject, holder, operation, until) VALUES (?, ?, ?, ?)"
"""Replaces a claim that no longer counts."""
_RELEASE = "DELETE FROM claim WHERE holder = ?"


class Claims:
    """The claims of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._program = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
        self._numbers = count()

    def underway(self, subject: str) -> str | None:
        """The operation that has claimed a subject, or None."""
        found = self._database.row(statements.select(Claim), (subject,))
        if found is None:
            return None
        _, holder, operation, until = found
        if until <= clock.to_text(clock.system_clock()) or self._has_ended(holder):
            return None
        return str(operation)

    def take(self, subjects: Iterable[str], operation: str) -> str:
        """Claim subjects that nobody has claimed, inside a transaction.

        Returns:
            The holder to release them with.
        """
        holder = f"{self._program}:{next(self._numbers)}"
        until = clock.to_text(clock.system_clock() + LEASE)
        for subject in subjects:
            self._database.run(_TAKE, (subject, holder, operation, until))
        return holder

    def release(self, holder: str) -> None:
        """Release what `take` claimed, inside a transaction."""
        self._database.run(_RELEASE, (holder,))

    @staticmethod
    def _has_ended(holder: str) -> bool:
        """Whether the program of a claim ran on this machine and has ended."""
        host, pid, _, _ = holder.rsplit(":", 3)
        if os.name != "posix" or host != socket.gethostname():
            return False
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False
