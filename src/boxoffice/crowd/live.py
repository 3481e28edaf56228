"""The crowd while it runs: one line that moves, or a plain line now and then where nobody watches."""

import asyncio
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from boxoffice.crowd.figures import Figures

_TERMINAL_EVERY_S = 0.25
_PLAIN_EVERY_S = 5.0


class LiveView:
    """Shows `figures` until cancelled."""

    def __init__(self, figures: Figures, fans: int, console: Console) -> None:
        self._figures = figures
        self._fans = fans
        self._console = console
        self._last_requests = 0
        self._last_s = perf_counter()

    async def show(self) -> None:
        """Run beside the crowd."""
        if not self._console.is_terminal:
            while True:
                await asyncio.sleep(_PLAIN_EVERY_S)
                through = f"{self._figures.endings.total():,} of {self._fans:,} fans through"
                self._console.print(f"{through} · {self._now()}", highlight=False, soft_wrap=True)
        progress = Progress(
            TextColumn("fans"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=self._console,
            auto_refresh=False,
        )
        with progress:
            task = progress.add_task("", total=self._fans)
            try:
                while True:
                    await asyncio.sleep(_TERMINAL_EVERY_S)
                    progress.update(task, completed=self._figures.endings.total(), description=self._now())
                    progress.refresh()
            finally:
                progress.update(task, completed=self._figures.endings.total(), description=self._now())
                progress.refresh()

    def _now(self) -> str:
        figures, now_s = self._figures, perf_counter()
        rate = (figures.requests - self._last_requests) / max(now_s - self._last_s, 0.001)
        self._last_requests, self._last_s = figures.requests, now_s
        return (
            f"{figures.waiting:,} waiting · {figures.inside:,} inside · {figures.sold:,} sold · {rate:,.0f} requests/s"
        )
