"""How threads end: the program waits for them, as the store is closed after it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


def end(threads: ThreadPoolExecutor) -> None:
    """Let threads begin nothing more. The running loop ends once they have, the screen before."""
    waited_for = partial(threads.shutdown, cancel_futures=True)
    asyncio.get_running_loop().run_in_executor(None, waited_for)
