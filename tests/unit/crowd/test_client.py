import asyncio

import pytest

from boxoffice.crowd.client import BrokenAnswer, Client, ConnectionLost, ConnectionRefused, TimedOut
from boxoffice.crowd.target import target_of


@pytest.fixture
async def client(server):
    client = Client(target_of(server.url), connections=4, timeout_s=0.3)
    yield client
    client.close()


async def test_a_body_of_known_length_is_read_whole(server, client, scripted):
    server.script = lambda request: scripted.answer(200, "x" * 300_000, headers='ETag: "7"\r\n')

    reply = await client.ask("GET", "/a")

    assert reply.status == 200
    assert len(reply.body) == 300_002
    assert reply.headers[b"etag"] == b'"7"'


async def test_a_chunked_body_is_put_together(server, client):
    server.script = lambda request: (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n"
    )

    assert (await client.ask("GET", "/a")).body == b"abcdefg"
    assert (await client.ask("GET", "/a")).body == b"abcdefg"
    assert server.connections == 1


async def test_an_answer_that_comes_byte_by_byte_is_put_together(client):
    received = []

    async def slowly(reader, writer):
        received.append(await reader.readuntil(b"\r\n\r\n"))
        for byte in b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 X\r\ncontent-length: 2\r\n\r\nok":
            writer.write(bytes([byte]))
            await writer.drain()
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(slowly, "127.0.0.1", 0)
    slow = Client(
        target_of(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/base/"), connections=1, timeout_s=2
    )
    reply = await slow.ask("GET", "/a")
    slow.close()
    listening.close()
    await listening.wait_closed()

    assert (reply.status, reply.body) == (201, b"ok")
    assert received[0].startswith(b"GET /base/a HTTP/1.1\r\nhost: 127.0.0.1:")


async def test_a_body_is_sent_with_its_length_and_type(server, client):
    await client.ask("POST", "/a", "x-queue-token: t\r\n", b'{"n":1}')
    await client.ask("POST", "/b")

    first, second = server.requests
    assert (first.method, first.path, first.body) == ("POST", "/a", b'{"n":1}')
    assert first.headers["content-type"] == "application/json"
    assert first.headers["x-queue-token"] == "t"
    assert second.headers["content-length"] == "0"


async def test_answers_without_a_body_leave_the_connection_in_use(server, client):
    server.script = lambda request: f"HTTP/1.1 {request.path[1:]} X\r\n\r\n".encode()

    statuses = [(await client.ask("GET", path)).status for path in ("/204", "/304", "/204")]

    assert statuses == [204, 304, 204]
    assert server.connections == 1


async def test_one_connection_serves_one_request_after_another(server, client):
    for _ in range(5):
        await client.ask("GET", "/a")

    assert server.connections == 1


async def test_there_are_never_more_connections_than_allowed(server, client, scripted):
    at_once = most = 0

    async def count(request):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.005)
        at_once -= 1
        return scripted.answer(200)

    server.script = count
    replies = await asyncio.gather(*(client.ask("GET", "/a") for _ in range(40)))

    assert len(replies) == 40
    assert most == 4
    assert server.connections == 4
    assert max(reply.waited_s for reply in replies) > 0.02


async def test_connection_close_is_honoured_and_a_new_one_is_made(server, client, scripted):
    server.script = lambda request: scripted.answer(200, 1, headers="connection: close\r\n") + scripted.close

    assert (await client.ask("GET", "/a")).body == b"1"
    assert (await client.ask("GET", "/a")).body == b"1"
    assert server.connections == 2


async def test_half_an_answer_is_a_lost_connection(server, client, scripted):
    server.script = lambda request: scripted.answer(200, "abcdef")[:-3] + scripted.close

    with pytest.raises(ConnectionLost):
        await client.ask("GET", "/a")


async def test_no_answer_is_a_timeout_and_the_place_is_free_again(server, client, scripted):
    server.script = lambda request: None
    with pytest.raises(TimedOut):
        await client.ask("GET", "/a")
    server.script = lambda request: scripted.answer(200, 2)

    replies = await asyncio.gather(*(client.ask("GET", "/a") for _ in range(8)))

    assert [reply.body for reply in replies] == [b"2"] * 8


async def test_nobody_listening_is_a_refused_connection(server, client):
    await server.stop()

    with pytest.raises(ConnectionRefused):
        await client.ask("GET", "/a")
    await server.start()
    assert (await client.ask("GET", "/a")).status == 200


async def test_what_is_not_http_is_a_broken_answer(server, client):
    server.script = lambda request: b"SSH-2.0-OpenSSH\r\n\r\n"

    with pytest.raises(BrokenAnswer):
        await client.ask("GET", "/a")


async def test_a_request_that_was_called_off_does_not_leave_its_answer_to_the_next(server, client, scripted):
    async def late(request):
        await asyncio.sleep(0.05 if request.path == "/slow" else 0)
        return scripted.answer(200, request.path)

    server.script = late
    slow = asyncio.create_task(client.ask("GET", "/slow"))
    await asyncio.sleep(0.02)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow

    assert [(await client.ask("GET", "/quick")).body for _ in range(5)] == [b'"/quick"'] * 5


async def test_whoever_is_called_off_while_waiting_takes_no_place_along(server, client, scripted):
    async def slowly(request):
        await asyncio.sleep(0.02)
        return scripted.answer(200)

    server.script = slowly
    tasks = [asyncio.create_task(client.ask("GET", "/a")) for _ in range(12)]
    await asyncio.sleep(0.005)
    for task in tasks[4:8]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert [task.cancelled() for task in tasks] == [False] * 4 + [True] * 4 + [False] * 4
    assert len(await asyncio.gather(*(client.ask("GET", "/a") for _ in range(8)))) == 8


async def test_a_place_given_to_somebody_who_leaves_at_that_moment_goes_to_the_next(server):
    client = Client(target_of(server.url), connections=1, timeout_s=0.3)

    async def ask_and_call_off() -> None:
        await client.ask("GET", "/a")
        second.cancel()  # the place is already the second's, who does not know it yet

    first = asyncio.create_task(ask_and_call_off())
    await asyncio.sleep(0)
    second = asyncio.create_task(client.ask("GET", "/b"))
    await first
    async with asyncio.timeout(1):
        reply = await client.ask("GET", "/c")
    client.close()

    assert reply.status == 200
    assert second.cancelled()
