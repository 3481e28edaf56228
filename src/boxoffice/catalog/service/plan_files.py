"""Files of seating plans, read beside the event loop."""

import asyncio

from boxoffice.catalog import policy
from boxoffice.catalog.models import SeatingPlan
from boxoffice.catalog.schemas import encode_plan


class PlanFiles:
    """Reads elsewhere, for it may take a second; one by one, for a large file takes a large memory."""

    def __init__(self) -> None:
        self._reading = asyncio.Lock()

    async def read(self, content: bytes, format: policy.PlanFormat, name: str | None) -> SeatingPlan:
        """The plan in a file. Raises `InvalidPlan` with all its `problems`."""
        async with self._reading:
            return await asyncio.to_thread(policy.parse_plan, content, format, name)

    async def preview(self, content: bytes, format: policy.PlanFormat) -> bytes:
        """The plan in a file as its map is drawn, encoded. Raises `InvalidPlan` with all its `problems`."""
        async with self._reading:
            return await asyncio.to_thread(lambda: encode_plan(policy.parse_plan(content, format)))
