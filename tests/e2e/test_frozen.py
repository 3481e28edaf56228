"""An instance that is there and does not move: nobody waits for it for long, and it comes back."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.topology import TOPOLOGY
from tests.e2e.stack import Answer, Running
from tests.servers_redis import wait_until

pytestmark = pytest.mark.xdist_group("stack")


def test_whoever_asked_a_frozen_instance_is_told_so_and_it_comes_back(stack: Running) -> None:
    def ask(number: int) -> tuple[Answer, float]:
        answer = stack.sign_in(f"frozen-{number}@example.com", "wrong horse")
        return answer, time.monotonic() - frozen_s

    wait_until(lambda: list(stack.in_service().values()).count("UP") == 2, "The instances are not in service.")
    pid = int(stack.state("instance-1")["words"][2])
    with ThreadPoolExecutor(8) as fans:
        os.kill(pid, signal.SIGSTOP)
        frozen_s = time.monotonic()
        try:
            asked = [fans.submit(ask, number) for number in range(8)]
            wait_until(lambda: stack.under_way("instance-1") > 0, "The instance is asked nothing.")
            answers = [each.result() for each in asked]
            out = stack.in_service()["instance-1"]
            without = stack.sign_in("frozen-out@example.com", "wrong horse")
        finally:
            os.kill(pid, signal.SIGCONT)
    wait_until(lambda: list(stack.in_service().values()).count("UP") == 2, "The instance does not come back.")
    told = [(answer, after_s) for answer, after_s in answers if answer.status != 401]

    assert told
    assert {(503, "unavailable", "1")} == {
        (answer.status, answer.body["code"], answer.headers["retry-after"]) for answer, _ in told
    }
    assert max(after_s for _, after_s in told) < TOPOLOGY.balancer.frozen_within_s
    assert out.startswith("DOWN")
    assert without.status == 401
