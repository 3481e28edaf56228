"""Bodies that come late, half, or not at all."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from boxoffice.http.bodies import Bodies
from boxoffice.kernel.errors import RequestTimeout

MAX_S = 0.05
FIRST = {"type": "http.request", "body": b'{"a":', "more_body": True}
LAST = {"type": "http.request", "body": b"1}", "more_body": False}
GONE = {"type": "http.disconnect"}


class Client:
    """Gives these events, and then nothing more; keeps what it is sent."""

    def __init__(self, *events: Mapping[str, Any]) -> None:
        self._events = list(events)
        self.status: int | None = None
        self.problem: dict[str, Any] = {}

    async def receive(self) -> Mapping[str, Any]:
        if not self._events:
            await asyncio.Event().wait()
        return self._events.pop(0)

    async def send(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.problem = msgspec.json.decode(message["body"])


async def test_what_comes_in_time_is_handed_on() -> None:
    client = Client(FIRST, LAST)
    receive = Bodies(MAX_S).watched(client.receive, client.send)

    assert [await receive(), await receive()] == [FIRST, LAST]
    assert client.status is None


async def test_a_body_that_never_begins_is_answered_and_the_application_told_that_nobody_is_there() -> None:
    client = Client()
    event = await Bodies(MAX_S).watched(client.receive, client.send)()

    assert event == GONE
    assert (client.status, client.problem["code"]) == (408, "request_timeout")


async def test_half_a_body_is_a_time_out_where_it_is_read_and_the_task_lives_on() -> None:
    client = Client(FIRST)
    receive = Bodies(MAX_S).watched(client.receive, client.send)
    await receive()
    with pytest.raises(RequestTimeout):
        await receive()
    await asyncio.sleep(0)

    assert client.status is None


async def test_a_trickle_is_late_too() -> None:
    async def trickle() -> Mapping[str, Any]:
        await asyncio.sleep(MAX_S / 5)
        return FIRST

    receive = Bodies(MAX_S).watched(trickle, Client().send)
    with pytest.raises(RequestTimeout):
        for _ in range(20):
            await receive()


async def test_a_body_that_breaks_off_before_its_first_piece_is_answered() -> None:
    client = Client(GONE)
    event = await Bodies(MAX_S).watched(client.receive, client.send)()

    assert event == GONE
    assert (client.status, client.problem["code"]) == (400, "malformed_json")


async def test_somebody_elses_cancellation_is_not_taken_for_a_late_body() -> None:
    client = Client()
    receiving = asyncio.ensure_future(Bodies(60).watched(client.receive, client.send)())
    await asyncio.sleep(0)
    receiving.cancel()

    with pytest.raises(asyncio.CancelledError):
        await receiving
    assert client.status is None


async def test_one_timer_watches_over_many() -> None:
    bodies = Bodies(MAX_S)
    clients = [Client() for _ in range(50)]
    events = await asyncio.gather(*(bodies.watched(client.receive, client.send)() for client in clients))

    assert events == [GONE] * 50
    assert {client.status for client in clients} == {408}
