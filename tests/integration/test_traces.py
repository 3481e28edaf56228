"""Traces as a collector gets them, over HTTP: what belongs to a request, and what several requests share."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from boxoffice.settings import SettingsError, check
from tests.world import Visitor, World, settings_for, world_of

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Collector(ThreadingHTTPServer):
    """Takes what is exported to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Export)
        self.exported: list[Any] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1/traces"

    def spans(self, name: str) -> list[Any]:
        return [span for span in self.exported if span.name == name]


class _Export(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.server.exported += scope.spans
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
async def world(tmp_path: Path, valkey_url: str, collector: Collector) -> AsyncIterator[World]:
    async with world_of(tmp_path, valkey_url, traces_url=collector.url) as ready:
        yield ready


async def sent(world: World) -> None:
    """Until the collector has everything."""
    assert world.application.traces is not None
    await asyncio.to_thread(world.application.traces.close)


async def holding(world: World, seat: int) -> tuple[Visitor, str]:
    fan = await world.inside()
    return fan, (await fan.hold(seat)).json["id"]


async def test_a_request_goes_on_with_its_clients_trace(world: World, collector: Collector) -> None:
    fan = await world.visitor()
    fan.headers |= {"traceparent": f"00-{TRACE}-{PARENT}-01"}
    answer = await fan.join()
    await sent(world)
    [span] = collector.spans("POST /api/v1/concerts/{concert_id}/queue/tokens")
    attributes = {each.key: each.value.string_value or each.value.int_value for each in span.attributes}

    assert span.trace_id.hex() == TRACE
    assert span.parent_span_id.hex() == PARENT
    assert answer.headers["traceresponse"] == f"00-{TRACE}-{span.span_id.hex()}-01"
    assert attributes["http.response.status_code"] == 201
    assert attributes["enduser.id"] == fan.user_id


async def test_a_pipeline_belongs_to_the_request_that_it_carries(world: World, collector: Collector) -> None:
    fan = await world.visitor()
    fan.headers |= {"traceparent": f"00-{TRACE}-{PARENT}-01"}
    await fan.join()
    await sent(world)
    [request] = collector.spans("POST /api/v1/concerts/{concert_id}/queue/tokens")
    pipelines = [span for span in collector.spans("redis pipeline") if span.trace_id.hex() == TRACE]

    assert {span.parent_span_id for span in pipelines} == {request.span_id}
    assert all(span.end_time_unix_nano > span.start_time_unix_nano for span in pipelines)


async def test_a_settlement_links_to_all_the_requests_that_it_settles(world: World, collector: Collector) -> None:
    buyers = [await holding(world, seat) for seat in range(4)]
    paid = await asyncio.gather(*(fan.pay(hold_id) for fan, hold_id in buyers))
    await sent(world)
    payments = {span.span_id for span in collector.spans("POST /api/v1/payments")}
    settlements = collector.spans("batch payment")

    assert [answer.status_code for answer in paid] == [201] * 4
    assert sorted(payments) == sorted(link.span_id for span in settlements for link in span.links)
    assert all(span.parent_span_id == span.links[0].span_id for span in settlements)
    assert [len(span.links) for span in settlements] == [span.attributes[0].value.int_value for span in settlements]
    assert len(settlements) < 4


async def test_the_databases_part_of_a_request_has_spans_of_its_own(world: World, collector: Collector) -> None:
    fan, hold_id = await holding(world, 0)
    await fan.pay(hold_id)
    await sent(world)
    [payment] = collector.spans("POST /api/v1/payments")
    [settlement] = collector.spans("batch payment")
    of_payment = {span.name for span in collector.exported if span.parent_span_id == payment.span_id}
    [write, commit] = (
        next(span for span in collector.spans(f"database {word}") if span.parent_span_id == settlement.span_id)
        for word in ("write", "commit")
    )

    assert "batch payment" in of_payment
    assert settlement.start_time_unix_nano <= write.start_time_unix_nano < commit.start_time_unix_nano
    assert commit.end_time_unix_nano <= write.end_time_unix_nano <= settlement.end_time_unix_nano


async def test_what_no_request_asked_for_has_no_span(world: World, collector: Collector) -> None:
    await world.tick()
    await sent(world)

    assert collector.exported == []


async def test_without_an_address_nothing_is_traced(tmp_path: Path, valkey_url: str) -> None:
    async with world_of(tmp_path, valkey_url) as world:
        answer = await (await world.visitor()).join()

    assert world.application.traces is None
    assert "traceresponse" not in answer.headers


def test_an_address_that_is_none_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="BOXOFFICE_TRACES_URL must begin with http"):
        check(settings_for(tmp_path, "redis://127.0.0.1:1", traces_url="collector:4318"))
