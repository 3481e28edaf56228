"""What runs beside what: tests that need the machine for themselves get it."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.side_by_side import SideBySide, turn

TESTS = [
    f"tests/{folder}/test_{letter}.py::test_{number}"
    for folder in ("integration", "unit", "concurrency", "e2e")
    for letter in "ab"
    for number in range(3)
]


class Worker:
    """Runs what it is sent, but the last only when it knows what comes after, as a worker of xdist does."""

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.queue: list[int] = []
        self.shutting_down = False

    def send_runtest_some(self, indices: list[int]) -> None:
        self.queue += indices

    def shutdown(self) -> None:
        self.shutting_down = True

    def next(self) -> int | None:
        return self.queue.pop(0) if len(self.queue) > 1 or (self.queue and self.shutting_down) else None


def history(tests: list[str], workers: int) -> list[tuple[str, list[str]]]:
    """Each test that was run, with the workers that were there at the time."""
    config = SimpleNamespace(option=SimpleNamespace(loadscopereorder=True), getvalue=lambda _: ["popen"] * workers)
    scheduler: Any = SideBySide(config, None)
    for number in range(workers):
        worker: Any = Worker(f"gw{number}")
        scheduler.add_node(worker)
        scheduler.add_node_collection(worker, tests)
    scheduler.schedule()
    done: list[tuple[str, list[str]]] = []
    for _ in range(10 * len(tests)):
        for worker in scheduler.nodes:
            index = worker.next()
            if index is not None:
                done.append((tests[index], [node.gateway.id for node in scheduler.nodes]))
                scheduler.mark_test_complete(worker, index)
            elif worker.shutting_down:
                scheduler.remove_node(worker)
    assert scheduler.nodes == []
    return done


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("tests", [TESTS, TESTS[12:], TESTS[:3], TESTS[-1:]], ids=["all", "alone", "file", "one"])
def test_every_test_is_run_once_and_those_that_run_alone_when_all_others_have_left(
    tests: list[str], workers: int
) -> None:
    done = history(tests, workers)

    assert sorted(tests) == sorted(test for test, _ in done)
    assert all(len(there) == 1 for test, there in done if turn(test) == 3)


def test_others_run_side_by_side_and_a_file_stays_together() -> None:
    done = history(TESTS, 2)

    assert {2} == {len(there) for test, there in done[:6]}
    assert turn("tests/integration/test_a.py::test_1") < turn("tests/unit/http/test_a.py::test_1")
    assert turn("tests/unit/http/test_a.py::test_1") < turn("tests/e2e/test_a.py::test_1")
