"""Health, with stores that answer or do not."""

import asyncio

import pytest
from falcon.testing import TestClient

from boxoffice.adapters.metrics import PrometheusMetrics
from boxoffice.http.api import build_api
from boxoffice.http.health import health_routes
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import Unavailable


class StandInStore:
    def __init__(self) -> None:
        self.asked = 0
        self.gone = False
        self.hangs = False

    async def ping(self) -> None:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.gone:
            raise Unavailable


class World:
    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.redis, self.database = StandInStore(), StandInStore()
        self.stopping = False
        self.alone = False
        self.metrics = PrometheusMetrics()
        routes = health_routes(
            redis=self.redis,
            database=self.database,
            alone=self.is_alone,
            clock=clock,
            exposition=self.metrics.exposition,
            stopping=lambda: self.stopping,
        )
        self.client = TestClient(build_api(routes, metrics=self.metrics))  # type: ignore[arg-type]

    async def is_alone(self) -> bool:
        return self.alone


@pytest.fixture
def world(clock: ManualClock) -> World:
    return World(clock)


def test_the_process_is_alive_and_asks_no_store(world: World) -> None:
    world.redis.gone = world.database.gone = True
    answer = world.client.simulate_get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "alive"})
    assert (world.redis.asked, world.database.asked) == (0, 0)


def test_it_is_ready_when_both_stores_answer(world: World) -> None:
    answer = world.client.simulate_get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "redis": "ok", "database": "ok"}


@pytest.mark.parametrize(("store", "other"), [("redis", "database"), ("database", "redis")])
def test_a_store_that_nobody_reaches_takes_no_instance_out_and_it_says_which(
    world: World, store: str, other: str
) -> None:
    getattr(world, store).gone = True
    answer = world.client.simulate_get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {"status": "degraded", store: "no answer", other: "ok"}


def test_an_instance_that_alone_lost_the_primary_is_not_ready(world: World) -> None:
    world.database.gone = world.alone = True
    answer = world.client.simulate_get("/readyz")

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json["code"], answer.json["database"], answer.json["redis"]) == ("unavailable", "no answer", "ok")


def test_an_instance_that_lost_every_store_is_not_ready(world: World) -> None:
    world.redis.gone = world.database.gone = True
    answer = world.client.simulate_get("/readyz")

    assert answer.status_code == 503
    assert (answer.json["database"], answer.json["redis"]) == ("no answer", "no answer")


def test_a_store_that_hangs_is_waited_for_a_bounded_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boxoffice.http.health.READY_WITHIN_S", 0.01)
    world.database.hangs = True

    assert world.client.simulate_get("/readyz").json["database"] == "no answer"


def test_stores_are_not_asked_more_often_than_is_useful(world: World) -> None:
    for _ in range(5):
        world.client.simulate_get("/readyz")
    world.redis.gone = True
    world.clock.advance(500)
    answer = world.client.simulate_get("/readyz")

    assert world.redis.asked == 2
    assert answer.json["redis"] == "no answer"


def test_an_instance_that_stops_is_not_ready_and_still_alive(world: World) -> None:
    world.stopping = True

    assert world.client.simulate_get("/readyz").status_code == 503
    assert world.client.simulate_get("/healthz").status_code == 200


def test_metrics_are_in_prometheus_text_format(world: World) -> None:
    world.client.simulate_get("/healthz")
    answer = world.client.simulate_get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'boxoffice_http_requests_total{method="GET",route="/healthz",status="200"} 1.0' in answer.text
