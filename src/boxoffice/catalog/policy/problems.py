"""Gathers what is wrong with a seating plan, so that its author is told of many faults at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxoffice.kernel.errors import InvalidPlan

PROBLEMS_MAX = 20
"""Different reasons that are told; of each the first place, and how many places have it."""


class Problems:
    """What has been refused so far, in the order of the file."""

    def __init__(self) -> None:
        self._places: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._places)

    def note(self, problem: InvalidPlan) -> None:
        """Remember a refusal and go on reading."""
        path = str(problem.members["path"])
        reason = problem.detail.removeprefix(f"{path}: ")
        if reason not in self._places:
            if len(self._places) >= PROBLEMS_MAX:
                return
            self._places[reason] = path
        self._counts[reason] = self._counts.get(reason, 0) + 1

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what is refused within. For a whole part: around every seat it would cost as much as reading it."""
        try:
            yield
        except InvalidPlan as problem:
            self.note(problem)

    def refuse(self) -> None:
        """Raise one `InvalidPlan` for all of them: with the first one's sentence and `path`, and a list `problems`."""
        if not self._places:
            return
        reason, path = next(iter(self._places.items()))
        listed = [
            {"path": path, "detail": reason, "count": self._counts[reason]} for reason, path in self._places.items()
        ]
        raise InvalidPlan(f"{path}: {reason}", path=path, problems=listed)
