"""Fans whose character is fixed, against the box office in memory."""

from random import Random

import msgspec
import pytest

from boxoffice.crowd.api import Api
from boxoffice.crowd.behaviour import Character, character_of, programme_of
from boxoffice.crowd.client import Client
from boxoffice.crowd.fan import Fan, Manners
from boxoffice.crowd.figures import Figures
from boxoffice.crowd.messages import Concert, Performance, Plan, PlanSeat, Polling, PricedTier, QueueSnapshot
from boxoffice.crowd.patience import Patience
from boxoffice.crowd.queueing import pause_s
from boxoffice.crowd.seatmap import Rows
from boxoffice.crowd.target import target_of

MEEK = {
    "count": 2,
    "best_available": True,
    "waiting": "patiently",
    "away_s": 0.01,
    "holding": "keeps",
    "paying": "once",
    "short_of_money": False,
    "renews_session": False,
    "cancels": False,
}


@pytest.fixture
def figures() -> Figures:
    return Figures()


@pytest.fixture
async def make_fan(server, house, figures):
    client = Client(target_of(server.url), connections=4, timeout_s=1)
    patience = Patience(client, figures, Random(1), patience_s=1)
    rows = Rows(Plan([PlanSeat(no, "S", str(no // 20)) for no in range(400)]))
    performance = Performance(house.performance_id, 400, 4, (PricedTier("A", house.price_minor),))
    programme = programme_of([Concert(house.concert_id, "T", (performance,))])

    def make(**traits) -> Fan:
        random = Random(1)
        character: Character = character_of(1, random, programme, arrival_s=0)
        character = msgspec.structs.replace(character, **(MEEK | traits))
        api = Api(patience, email="fan@example.com", password="p")
        return Fan(api, character, rows, random, figures, Manners("run", 0.0, 5.0))

    yield make
    client.close()


def asked(server, method: str, end: str) -> list:
    return [request for request in server.requests if request.method == method and request.path.endswith(end)]


async def test_a_meek_fan_buys_what_was_wished_for(make_fan, house):
    fan = make_fan()

    assert await fan.live() == "sold"
    assert [purchase.seats for purchase in fan.deeds.purchases] == [(0, 1)]
    assert house.balances["fan@example.com"] == fan.deeds.balance_minor() == 0


@pytest.mark.parametrize("paying", ["twice_in_turn", "twice_at_once"])
async def test_paying_twice_uses_one_key(make_fan, server, figures, paying):
    assert await make_fan(paying=paying).live() == "sold"
    payments = asked(server, "POST", "/payments")
    assert len(payments) == 2
    assert len({request.headers["idempotency-key"] for request in payments}) == 1
    assert figures.findings == []


async def test_two_tabs_use_two_keys_and_one_of_them_is_refused(make_fan, server, figures):
    assert await make_fan(paying="two_tabs").live() == "sold"
    assert len({request.headers["idempotency-key"] for request in asked(server, "POST", "/payments")}) == 2
    assert figures.refusals == {("pay", "already_paid"): 1}
    assert figures.findings == []


async def test_a_key_that_is_answered_in_two_ways_is_noticed(make_fan, server, house, figures, scripted):
    def forgetful(request):
        if len(asked(server, "POST", "/payments")) == 2:
            return scripted.answer(409, {"code": "already_paid"})
        return house(request)

    server.script = forgetful

    assert await make_fan(paying="twice_in_turn").live() == "sold"
    assert len(figures.findings) == 1


async def test_a_hold_that_is_sold_twice_is_noticed(make_fan, server, house, figures, scripted):
    def greedy(request):
        if request.path.endswith("/payments"):
            number = len(asked(server, "POST", "/payments"))
            tickets = [{"seat_no": no, "price_minor": house.price_minor} for no in (0, 1)]
            return scripted.answer(201, {"reservation": {"id": f"r{number}", "tickets": tickets}})
        return house(request)

    server.script = greedy
    fan = make_fan(paying="two_tabs")

    assert await fan.live() == "sold"
    assert "was sold twice" in figures.findings[0]
    assert len(fan.deeds.purchases) == 2


async def test_other_seats_than_those_held_are_noticed(make_fan, server, house, figures, scripted):
    def swap(request):
        if request.path.endswith("/payments"):
            return scripted.answer(201, {"reservation": {"id": "r", "tickets": [{"seat_no": 7, "price_minor": 1}]}})
        return house(request)

    server.script = swap
    await make_fan().live()

    assert "is not what hold" in figures.findings[0]


async def test_a_fan_short_of_money_fills_the_wallet_and_pays_with_another_key(make_fan, server, house):
    fan = make_fan(short_of_money=True)

    assert await fan.live() == "sold"
    assert len({request.headers["idempotency-key"] for request in asked(server, "POST", "/payments")}) == 2
    assert house.balances["fan@example.com"] == fan.deeds.balance_minor() == 1


async def test_a_cancelled_purchase_is_money_back_in_the_books(make_fan, house):
    fan = make_fan(cancels=True)

    assert await fan.live() == "sold_and_cancelled"
    assert house.balances["fan@example.com"] == fan.deeds.balance_minor() == 2000


async def test_a_refund_of_another_amount_is_noticed(make_fan, server, house, figures, scripted):
    def mean(request):
        if request.path.endswith("/cancellation"):
            return scripted.answer(201, {"amount_minor": 1})
        return house(request)

    server.script = mean
    await make_fan(cancels=True).live()

    assert "gave 1 back" in figures.findings[0]


async def test_a_fan_who_gives_up_releases_the_hold_and_the_place(make_fan, server, house):
    assert await make_fan(holding="gives_up").live() == "gave_up_hold"
    assert house.taken == set()
    assert len(asked(server, "DELETE", "/current")) == 1


async def test_a_fan_who_vanishes_releases_nothing(make_fan, server, house):
    assert await make_fan(holding="vanishes").live() == "vanished_with_hold"
    assert house.taken == {0, 1}
    assert asked(server, "DELETE", "/current") == []


async def test_a_fan_whose_seats_are_taken_looks_again(make_fan, server, house, scripted):
    def contested(request):
        if len(asked(server, "POST", "/holds")) < 3 and request.path.endswith("/holds"):
            return scripted.answer(409, {"code": "seat_taken", "seats": [1]})
        return house(request)

    server.script = contested

    assert await make_fan(best_available=False).live() == "sold"
    assert len(asked(server, "POST", "/holds")) == 3
    assert len(asked(server, "GET", "/availability")) == 3


async def test_a_payment_that_nobody_answered_is_remembered_for_the_audit(make_fan, server, house, scripted):
    server.script = lambda request: scripted.close if request.path.endswith("/payments") else house(request)
    fan = make_fan()

    assert await fan.live() == "connection_lost"
    (unsettled,) = fan.deeds.unsettled
    assert (unsettled.kind, unsettled.key) == ("pay", "run-1-2")


async def test_a_fan_on_another_device_finds_the_same_number(make_fan, house, figures):
    house.queued = True

    assert await make_fan(waiting="changes_device").live() == "sold"
    assert figures.findings == []


async def test_a_number_that_is_lost_on_another_device_is_noticed(make_fan, server, house, figures):
    house.queued = True

    def forgetful(request):
        if request.path.endswith("/queue/tokens"):
            house.numbers[f"other {len(house.numbers)}"] = 0
            house.numbers.pop("fan@example.com", None)
        return house(request)

    server.script = forgetful
    await make_fan(waiting="changes_device").live()

    assert "came back to number" in figures.findings[0]


async def test_nobody_asks_for_the_own_place_before_being_called(make_fan, server, house, scripted):
    house.queued = True
    looks = iter([(0, "open"), (0, "paused"), (1, "open")])

    def far(request):
        if request.path.endswith("/queue"):
            calling, phase = next(looks)
            return scripted.answer(200, {"phase": phase, "calling": calling, "poll": {"near_ms": 1, "far_ms": 2}})
        return house(request)

    server.script = far

    assert await make_fan().live() == "sold"
    assert len(asked(server, "GET", "/queue")) == 3
    assert len(asked(server, "GET", "/current")) == 1


def test_the_pause_grows_with_the_distance_inside_the_servers_bounds():
    snapshot = QueueSnapshot("open", 100, Polling(near_ms=1000, far_ms=15_000, per_position_ms=2, jitter=0.0))

    assert [pause_s(snapshot, number, Random(1)) for number in (101, 1100, 100_000)] == [1.002, 3.0, 15.0]


def test_the_pause_is_spread_by_the_jitter_that_the_server_asks_for():
    snapshot = QueueSnapshot("open", 0, Polling(near_ms=1000, far_ms=1000, per_position_ms=0, jitter=0.2))
    random = Random(1)
    pauses = [pause_s(snapshot, 5, random) for _ in range(1000)]

    assert 0.8 <= min(pauses) < 0.82
    assert 1.18 < max(pauses) <= 1.2
