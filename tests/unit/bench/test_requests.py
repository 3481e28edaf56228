"""What the generators send and read."""

from collections.abc import Iterator

import pytest

from bench.pipeline import Recorder, recorded
from bench.plan import SECTIONS, STADIUM_SEATS, prices, stadium_csv
from bench.visits import Answer, Gate, Visit
from bench.wrk import request
from boxoffice.catalog.policy.plans import parse_plan
from boxoffice.queue.store import QueueStore
from tests.unit.bench.small_server import SmallServer


def test_a_request_goes_over_the_wire_as_http_has_it() -> None:
    wire = request("POST", "/api/v1/payments", headers={"Idempotency-Key": "k"}, body=b"{}", host="h")

    assert wire == (
        b"POST /api/v1/payments HTTP/1.1\r\nHost: h\r\nIdempotency-Key: k\r\n"
        b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    )


def test_a_post_without_a_body_says_so() -> None:
    assert request("POST", "/x").endswith(b"\r\nContent-Length: 0\r\n\r\n")


def test_the_stadium_has_its_seats_and_a_price_for_every_tier() -> None:
    content = stadium_csv(SECTIONS)
    plan = parse_plan(content, "csv")

    assert 54_528 == STADIUM_SEATS == len(plan.seats)
    assert {tier.name for tier in plan.tiers} == set(prices(content))


def test_the_recorded_command_is_the_one_that_the_store_sends() -> None:
    loaded: list[str] = []
    store = QueueStore(Recorder(loaded.append).client())

    commands = [recorded(store.join("concert", fan)) for fan in ("fan-1", "fan-2")]

    assert [b"fan-1" in commands[0], b"fan-2" in commands[1], commands[0].count(b"EVALSHA")] == [True, True, 1]
    assert len(loaded) == 1


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with SmallServer() as running:
        yield running


async def test_more_visits_than_connections_all_come_to_their_turn(server: SmallServer) -> None:
    bodies: list[bytes] = []

    def visit(number: int) -> Visit:
        answer = yield request("GET", f"/{number}")
        yield 0.001
        answer = yield request("GET", f"/again-{number}")
        bodies.append(answer.body)

    gate = Gate([server.port], connections=2)
    await gate.open()
    for number in range(7):
        gate.begin(visit(number))
    await gate.finished()
    await gate.close()

    assert sorted(bodies) == [b"/again-%d" % number for number in range(7)]


async def test_a_visit_whose_connection_breaks_is_told_and_goes_on_over_another(server: SmallServer) -> None:
    answers: list[Answer] = []

    def visit() -> Visit:
        answers.append((yield request("GET", "/hang-up")))
        answers.append((yield request("GET", "/fine")))

    gate = Gate([server.port], connections=1)
    await gate.open()
    gate.begin(visit())
    await gate.finished()
    await gate.close()

    assert [Answer(0, b""), Answer(200, b"/fine")] == answers


async def test_a_parked_visit_goes_on_when_somebody_resumes_it(server: SmallServer) -> None:
    parked: list[Visit] = []
    done: list[int] = []

    def waits() -> Visit:
        yield parked.append
        done.append(1)

    def wakes() -> Visit:
        yield request("GET", "/")
        gate.resume(parked[0])

    gate = Gate([server.port], connections=1)
    await gate.open()
    gate.begin(waits())
    gate.begin(wakes())
    await gate.finished()
    await gate.close()

    assert done == [1]
