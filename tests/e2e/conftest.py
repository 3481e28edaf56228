"""One stack for all modules of a worker that need one: it takes ten seconds to start."""

import os
import signal
from collections.abc import Iterator

import pytest

from deploy.stack.packages import missing
from tests.e2e.stack import Running


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """Also by what a run in the background starts: it would be born deaf to it, like the run itself."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def stack_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    if sentence := missing():
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    stack = Running(tmp_path_factory.mktemp("stack"))
    try:
        stack.command("up", "--sale", "arena")  # large enough for every crowd
        yield stack
    finally:
        stack.command("down")


@pytest.fixture(scope="module")
def stack(stack_folder: Running) -> Running:
    """It runs when a module begins, whatever another one left of it."""
    if not stack_folder.runs():
        stack_folder.command("up")
    return stack_folder
