"""How threads end: the program waits for them, because the store is closed afterwards."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


def end(threads: ThreadPoolExecutor) -> None:
    """Let threads start nothing new. The event loop ends after them, the screen before them."""
    waited_for = partial(threads.shutdown, cancel_futures=True)
    asyncio.get_running_loop().run_in_executor(None, waited_for)
