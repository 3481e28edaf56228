import re
from io import StringIO

import msgspec
import pytest
from rich.console import Console

from boxoffice.crowd.run import CrowdPlan, CrowdResult, main, run
from boxoffice.crowd.target import CrowdError


def plan_for(server, **wishes) -> CrowdPlan:
    given = {
        "base_urls": (server.url,),
        "fans": 60,
        "operator_email": "o@x",
        "operator_password": "p",
        "arrival_s": 0.05,
        "connections": 16,
        "think_ms": 1,
        "patience_s": 5,
    }
    return CrowdPlan(**(given | wishes))


async def send(server, **wishes) -> tuple[CrowdResult, str]:
    out = StringIO()
    result = await run(plan_for(server, **wishes), console=Console(file=out, width=160))
    return result, out.getvalue()


async def test_a_crowd_buys_and_the_audit_holds(server, house):
    result, printed = await send(server)

    assert result.ok, result.checks
    assert sum(result.endings.values()) == 60
    assert result.sold > 40
    assert len(house.reservations) == result.sold
    assert "✓ no seat has two active tickets" in printed
    assert re.search(r"pay +│ +\d+", printed)


async def test_somebody_at_a_terminal_sees_it_move(server, house):
    out = StringIO()
    await run(plan_for(server), console=Console(file=out, width=160, force_terminal=True))

    assert re.search(r"60/60.*waiting.*inside.*sold.*requests/s", out.getvalue())


async def test_fans_wait_until_they_are_called(server, make_house):
    make_house(queued=True)

    result, _ = await send(server)

    assert result.ok, result.checks
    assert result.admitted >= 50
    assert result.calls["current"].count >= result.admitted


async def test_a_small_house_sells_out_and_the_rest_go_home_with_a_reason(server, make_house):
    house = make_house(seats=30)

    result, _ = await send(server)

    assert result.ok, result.checks
    assert result.endings["sold_out"] > 0
    assert len([ticket for ticket in house.tickets.values() if ticket["active"]]) <= 30


async def test_the_same_seed_asks_for_the_same_things(server, make_house):
    def wishes(house):
        return sorted((user.split("-")[2], house.balances[user]) for user in house.balances)

    first = make_house()
    await send(server, seed=7)
    second = make_house()
    await send(server, seed=7)
    third = make_house()
    await send(server, seed=8)

    assert wishes(first) == wishes(second)
    assert wishes(first) != wishes(third)


async def test_a_server_that_is_away_for_a_moment_only_delays_the_crowd(server, house, scripted):
    calls = 0

    def shaky(request):
        nonlocal calls
        calls += 1
        reply = house(request)
        if calls % 7 == 0:  # it was done, and the answer is lost
            return scripted.close
        if calls % 11 == 0:
            return reply[:20] + scripted.close
        return scripted.answer(503, {"code": "overloaded"}) if calls % 13 == 0 else reply

    server.script = shaky

    result, _ = await send(server, patience_s=20)

    assert result.ok, result.checks
    assert result.faults["connection_lost"] > 0
    assert result.faults["overloaded"] > 0
    assert sum(result.endings.values()) == 60


async def test_a_ticket_that_was_never_answered_201_breaks_the_audit(server, house):
    def generous(request):
        reply = house(request)
        if request.path.endswith("/payments") and len(house.reservations) == 5:
            user, _ = house.reservations[min(house.reservations)]
            house.sell(user, "nobody-paid-for-this", 399)
        return reply

    server.script = generous

    result, printed = await send(server)

    assert not result.ok
    assert "✗ no ticket lacks a 201" in printed


async def test_an_answer_without_a_name_breaks_the_audit(server, house, scripted):
    server.script = lambda request: scripted.answer(500) if request.path.endswith("/holds") else house(request)

    result, _ = await send(server)

    assert not result.ok
    assert result.endings["http_500"] > 0


async def test_a_closed_sale_is_a_reason_with_a_name(server, make_house):
    house = make_house(phase="closed")

    result, _ = await send(server, concert_ids=(house.concert_id,))

    assert result.ok, result.checks
    assert result.endings == {"sale_closed": 60}


async def test_nothing_on_sale_is_said_in_one_sentence(server, make_house):
    make_house(phase="scheduled")

    with pytest.raises(CrowdError, match="Nothing is on sale"):
        await send(server)


async def test_a_crowd_past_its_bounds_does_not_set_out(server):
    with pytest.raises(CrowdError, match="connections must be a number from 1 to 1000"):
        await send(server, connections=5000)


def test_exit_status_2_when_the_crowd_may_not_go_there():
    out = StringIO()
    plan = CrowdPlan(base_urls=("http://tickets.example.com",), fans=1, operator_email="o", operator_password="p")

    status = main(plan, console=Console(file=out, width=200))

    assert status == 2
    assert "only goes to this machine" in out.getvalue()


def test_a_file_that_cannot_be_written_is_told_before_the_crowd_goes(tmp_path):
    out = StringIO()
    plan = CrowdPlan(base_urls=("http://127.0.0.1:1",), fans=1, operator_email="o", operator_password="p")

    status = main(plan, console=Console(file=out, width=200), json_file=tmp_path / "nowhere" / "crowd.json")

    assert status == 2
    assert "cannot be written" in out.getvalue()


async def test_the_result_goes_through_json_with_what_was_answered_when(server, house):
    result, _ = await send(server)

    again = msgspec.json.decode(msgspec.json.encode(result), type=CrowdResult)

    assert again == result
    assert sum(again.timeline.done["pay"].values()) >= result.sold


@pytest.mark.parametrize("count", [0, 65])
async def test_a_crowd_goes_to_one_instance_at_least_and_not_to_any_number(server, count):
    with pytest.raises(CrowdError, match="base_urls"):
        await run(plan_for(server, base_urls=(server.url,) * count), console=Console(file=StringIO()))
