import asyncio
from random import Random

import pytest

from boxoffice.crowd.api import Api
from boxoffice.crowd.client import Client
from boxoffice.crowd.figures import Figures
from boxoffice.crowd.patience import Patience
from boxoffice.crowd.refusal import Refused
from boxoffice.crowd.target import target_of


@pytest.fixture
def figures() -> Figures:
    return Figures()


@pytest.fixture
async def api(server, figures):
    client = Client(target_of(server.url), connections=2, timeout_s=0.3)
    yield Api(Patience(client, figures, Random(1), patience_s=2), email="fan@example.com", password="p")
    client.close()


async def test_a_503_is_asked_again_with_the_same_key_and_body(server, api, figures, scripted):
    replies = [
        scripted.answer(503, {"code": "overloaded"}),
        scripted.answer(503, {"code": "unavailable"}),
        scripted.answer(201, {}),
    ]
    server.script = lambda request: replies.pop(0)

    await api.top_up(500, "key-1")

    assert [request.headers["idempotency-key"] for request in server.requests] == ["key-1"] * 3
    assert len({request.body for request in server.requests}) == 1
    assert figures.faults == {"overloaded": 1, "unavailable": 1}


async def test_a_lost_answer_is_asked_for_again_with_the_same_key(server, api, figures, scripted):
    replies = [scripted.close, None, scripted.answer(201, {})[:9] + scripted.close, scripted.answer(201, {})]
    server.script = lambda request: replies.pop(0)

    await api.top_up(500, "key-1")

    assert [request.headers["idempotency-key"] for request in server.requests] == ["key-1"] * 4
    assert figures.faults == {"connection_lost": 2, "timeout": 1}


async def test_a_server_that_starts_again_is_found_again(server, api, figures, scripted):
    server.script = lambda request: scripted.answer(201, {})
    await api.top_up(1, "key-1")
    await server.stop()

    waiting = asyncio.create_task(api.top_up(2, "key-2"))
    while not figures.faults["connection_refused"]:  # noqa: ASYNC110  a counter has no event
        await asyncio.sleep(0.01)
    await server.start()
    await waiting

    assert [request.headers["idempotency-key"] for request in server.requests] == ["key-1", "key-2"]


async def test_patience_ends_under_the_name_of_the_last_fault(server, api, scripted):
    server.script = lambda request: scripted.answer(503, {"code": "unavailable"}, headers="retry-after: 1\r\n")

    with pytest.raises(Refused) as caught:
        await api.top_up(500, "key-1")

    assert (caught.value.code, caught.value.lost) == ("unavailable", True)
    assert 2 <= len(server.requests) <= 3  # Retry-After is the least pause


async def test_a_refusal_is_not_asked_again_and_is_counted_by_its_code(server, api, figures, scripted):
    server.script = lambda request: scripted.answer(409, {"code": "seat_taken", "seats": [1]})

    with pytest.raises(Refused) as caught:
        await api.pay("hold", None, "key-1")

    assert (caught.value.code, caught.value.status, caught.value.lost) == ("seat_taken", 409, False)
    assert figures.refusals == {("pay", "seat_taken"): 1}
    assert len(server.requests) == 1


async def test_a_500_may_have_been_done_all_the_same(server, api, scripted):
    server.script = lambda request: scripted.answer(500, {"code": "internal_error"})

    with pytest.raises(Refused) as caught:
        await api.pay("hold", None, "key-1")

    assert caught.value.lost


async def test_a_session_that_ran_out_is_renewed_once_for_all_tabs(server, api, scripted):
    session = {"access_token": "new", "refresh_token": "r2", "user": {"id": "u"}}

    def script(request):
        if request.path.endswith("/refresh"):
            return scripted.answer(201, session)
        if request.headers.get("authorization") == "bearer new":
            return scripted.answer(200, {"balance_minor": 5})
        return scripted.answer(401, {"code": "unauthorized"})

    server.script = script
    wallets = await asyncio.gather(api.wallet(), api.wallet())

    assert [wallet.balance_minor for wallet in wallets] == [5, 5]
    assert len([request for request in server.requests if request.path.endswith("/refresh")]) == 1


async def test_a_snapshot_that_did_not_change_is_not_sent_again(server, api, scripted):
    body = {"taken": "gA==", "total": 8, "free": 7}

    def script(request):
        if request.headers.get("if-none-match") == '"7"':
            return b"HTTP/1.1 304 X\r\n\r\n"
        return scripted.answer(200, body, headers='ETag: "7"\r\n')

    server.script = script
    first, etag = await api.availability("p", "")
    again, _ = await api.availability("p", etag)

    assert first is not None and first.free == 7
    assert again is None


async def test_an_answer_of_another_shape_is_named(server, api, scripted):
    server.script = lambda request: scripted.answer(200, {"balance": 5})

    with pytest.raises(Refused) as caught:
        await api.wallet()

    assert caught.value.code == "unreadable_answer"


async def test_the_timeline_tells_of_every_trouble_and_of_the_whole_wait_through_it(server, api, figures, scripted):
    replies = [
        scripted.answer(503, {"code": "unavailable"}, headers="retry-after: 1\r\n"),
        scripted.close,
        scripted.answer(201, {}),
    ]
    server.script = lambda request: replies.pop(0)

    await api.top_up(500, "key-1")
    timeline = figures.timekeeper.timeline()
    (wait,) = timeline.waits

    assert {name: sum(steps.values()) for name, steps in timeline.troubles.items()} == {
        "503 unavailable": 1,
        "connection_lost": 1,
    }
    assert {call: sum(steps.values()) for call, steps in timeline.done.items()} == {"top up": 1}
    assert wait.call == "top up"
    assert wait.ended_s - wait.began_s >= 1


async def test_a_refusal_is_no_good_answer_in_the_timeline(server, api, figures, scripted):
    server.script = lambda request: scripted.answer(409, {"code": "seat_taken", "seats": [1]})

    with pytest.raises(Refused):
        await api.pay("hold", None, "key-1")

    assert figures.timekeeper.timeline().done == {}
