"""Waiting for what happens in other processes, where no clock of ours can be moved."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def eventually(happens: Callable[[], Awaitable[bool]], *, within_s: float = 10.0) -> float:
    """Ask until it is so, and fail when that takes longer; after how many seconds it was."""
    started_s = time.monotonic()
    while not await happens():
        assert time.monotonic() - started_s < within_s, f"not within {within_s} s"
        await asyncio.sleep(0.02)
    return time.monotonic() - started_s
