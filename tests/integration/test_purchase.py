"""A purchase from sign-up to refund, over HTTP, with everything real but the clock."""

import asyncio
import base64

import pytest

from boxoffice.kernel.errors import Unavailable
from tests.world import PRICE_MINOR, Visitor, World


async def test_a_fan_buys_two_seats_and_finds_them_again(world: World) -> None:
    fan = await world.inside(balance_minor=1_000)
    held = await fan.hold(3, 4)
    paid = await fan.pay(held.json["id"])

    reservation = paid.json["reservation"]
    found = await world.get(f"/reservations/{reservation['id']}", headers=fan.headers)

    assert found.json == reservation
    assert [ticket["label"] for ticket in reservation["tickets"]] == ["4", "5"]
    assert paid.json["payment"]["amount_minor"] == 2 * PRICE_MINOR
    assert await fan.balance() == 1_000 - 2 * PRICE_MINOR
    assert (await world.get("/reservations", headers=fan.headers)).json["items"] == [reservation]
    assert await world.problems() == []


async def test_what_is_sold_shows_in_everybodys_availability(world: World) -> None:
    fan = await world.inside()
    await fan.buy(0, 9)
    world.clock.advance(1_000)

    shown = (await world.get(f"/performances/{world.performance_id}/availability")).json

    assert base64.b64decode(shown["taken"]) == bytes([0b10000000, 0b01000000])
    assert (shown["free"], shown["total"]) == (8, 10)


async def test_a_taken_seat_is_refused_with_its_number(world: World) -> None:
    first, second = await world.inside(), await world.inside()
    await first.hold(3)

    refused = await second.hold(3, 4)

    assert (refused.status_code, refused.json["code"], refused.json["seats"]) == (409, "seat_taken", [3])
    assert (await first.hold(4)).status_code == 201


async def test_a_fan_whose_turn_has_not_come_is_refused(world: World) -> None:
    await world.change_policy(limit=1)
    await world.inside()
    waiting = await world.visitor()
    assert (await waiting.join()).json["status"] == "waiting"

    refused = await waiting.hold(1)

    assert (refused.status_code, refused.json["code"]) == (403, "not_admitted")


async def test_a_lapsed_hold_cannot_be_paid_and_its_seat_goes_to_the_next(world: World) -> None:
    first, second = await world.inside(), await world.inside()
    held = await first.hold(3)
    world.clock.advance(60_000)

    refused = await first.pay(held.json["id"])

    assert (refused.status_code, refused.json["code"]) == (409, "hold_expired")
    assert await first.balance() == 1_000
    await second.buy(3)
    assert await world.problems() == []


async def test_after_buying_the_place_inside_is_free_for_the_next(world: World) -> None:
    await world.change_policy(limit=1)
    buyer = await world.inside()
    waiting = await world.visitor()
    await waiting.join()
    await world.tick()
    await waiting.current()

    await buyer.buy(3)
    await world.tick()

    assert (await waiting.current()).json["status"] == "admitted"
    assert (await buyer.current()).json["status"] == "left"


async def test_a_refund_frees_the_seat_and_the_next_fan_gets_it(world: World) -> None:
    first, second = await world.inside(), await world.inside()
    bought = await first.buy(3)

    refunded = await first.cancel(bought)
    await second.buy(3)

    assert refunded.json["amount_minor"] == PRICE_MINOR
    assert await first.balance() == 1_000
    assert (await first.cancel(bought)).json["code"] == "already_cancelled"
    assert await world.problems() == []


async def test_a_balance_too_small_buys_nothing_and_can_be_topped_up_under_the_same_key(world: World) -> None:
    fan = await world.inside(balance_minor=PRICE_MINOR - 1)
    held = await fan.hold(3)
    refused = await fan.pay(held.json["id"], key="once")
    await fan.top_up(1)

    paid = await fan.pay(held.json["id"], key="once")

    assert (refused.status_code, refused.json["code"]) == (402, "insufficient_balance")
    assert refused.json["missing_minor"] == 1
    assert paid.status_code == 201
    assert await fan.balance() == 0


async def test_the_same_key_twice_at_once_pays_once_with_the_same_answer(world: World) -> None:
    fan = await world.inside()
    held = await fan.hold(3)

    replies = await asyncio.gather(*(fan.pay(held.json["id"], key="once") for _ in range(10)))

    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    assert sum("Idempotent-Replayed" in reply.headers for reply in replies) == 9
    assert await fan.balance() == 1_000 - PRICE_MINOR


async def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    fan = await world.inside()
    first, second = await fan.hold(3), await fan.hold(4)
    await fan.pay(first.json["id"], key="once")

    refused = await fan.pay(second.json["id"], key="once")

    assert (refused.status_code, refused.json["code"]) == (422, "idempotency_key_reused")
    assert (await fan.pay(second.json["id"])).status_code == 201


async def test_two_tabs_that_pay_one_hold_pay_once(world: World) -> None:
    fan = await world.inside()
    held = await fan.hold(3)

    replies = await asyncio.gather(*(fan.pay(held.json["id"]) for _ in range(5)))

    assert sorted(reply.status_code for reply in replies) == [201, 409, 409, 409, 409]
    assert {reply.json["code"] for reply in replies if reply.status_code == 409} == {"already_paid"}
    assert await fan.balance() == 1_000 - PRICE_MINOR
    assert await world.problems() == []


async def test_somebody_elses_things_are_not_found(world: World) -> None:
    owner, stranger = await world.inside(), await world.inside()
    held = await owner.hold(3)
    bought = await owner.buy(4)
    (entry, *_) = (await world.get("/wallet/entries", headers=owner.headers)).json["items"]

    replies = [
        await stranger.pay(held.json["id"]),
        await stranger.release(held.json["id"]),
        await world.get(f"/holds/{held.json['id']}", headers=stranger.headers),
        await world.get(f"/reservations/{bought}", headers=stranger.headers),
        await stranger.cancel(bought),
        await world.get(f"/wallet/entries/{entry['id']}", headers=stranger.headers),
    ]

    assert [reply.status_code for reply in replies] == [404] * 6
    assert (await owner.pay(held.json["id"])).status_code == 201


async def test_one_hundred_payments_at_once_never_overdraw_a_wallet(world: World) -> None:
    await world.change_policy(limit=200)
    fan = await world.inside(balance_minor=3 * PRICE_MINOR)
    holds = [await fan.hold(no) for no in range(4)]

    replies = await asyncio.gather(*(fan.pay(holds[index % 4].json["id"]) for index in range(100)))

    assert sum(reply.status_code == 201 for reply in replies) == 3
    assert {reply.json["code"] for reply in replies if reply.status_code != 201} <= {
        "already_paid",
        "insufficient_balance",
    }
    assert await fan.balance() == 0
    assert await world.problems() == []


async def test_two_hundred_fans_and_one_seat_sell_it_once(world: World) -> None:
    await world.change_policy(limit=200)
    fans = await world.visitors(200, balance_minor=PRICE_MINOR)
    await asyncio.gather(*(fan.join() for fan in fans))

    async def buy(fan: Visitor) -> int:
        held = await fan.hold(3)
        if held.status_code != 201:
            assert held.json["code"] == "seat_taken"
            return 0
        return int((await fan.pay(held.json["id"])).status_code == 201)

    assert sum(await asyncio.gather(*(buy(fan) for fan in fans))) == 1
    assert await world.problems() == []


async def test_a_crash_between_commit_and_the_redis_step_is_reconciled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fan, other = await world.inside(), await world.inside()
    held = await fan.hold(3)
    with monkeypatch.context() as crash:

        async def die(*_: object, **_options: object) -> None:
            raise Unavailable

        crash.setattr(world.application.seats, "sold", die)
        await fan.pay(held.json["id"])
    world.clock.advance(31_000)
    await world.tick()
    assert (await other.hold(3)).json["code"] == "seat_taken"

    await world.application.reservations.reconcile(world.performance_id)

    states = await world.application.seats.states(world.performance_id)
    assert (states.sold, states.paying) == (1, 0)
    assert await world.problems() == []


async def test_a_crash_before_the_commit_gives_the_seat_back_after_the_grace(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fan, other = await world.inside(), await world.inside()
    held = await fan.hold(3)
    await world.application.seats.claim(fan.user_id, held.json["id"])
    world.clock.advance(100_000)
    await world.tick()
    assert (await other.hold(3)).json["code"] == "seat_taken"

    await world.application.reservations.reconcile(world.performance_id)

    assert (await other.hold(3)).status_code == 201
    assert await fan.balance() == 1_000


async def test_a_crash_after_a_refund_gives_the_seat_back_by_reconciliation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fan, other = await world.inside(), await world.inside()
    bought = await fan.buy(3)
    with monkeypatch.context() as crash:

        async def lost(*_: object) -> None:
            return None

        crash.setattr(world.application.seats, "freed", lost)
        await fan.cancel(bought)
    assert (await other.hold(3)).json["code"] == "seat_taken"

    await world.application.reservations.reconcile(world.performance_id)

    await other.buy(3)
    assert await world.problems() == []


async def test_a_live_receipt_pays_though_redis_has_lost_everything(world: World) -> None:
    fan = await world.inside()
    held = await fan.hold(3, 4)
    await world.application.redis.command("FLUSHALL")

    paid = await fan.pay(held.json["id"], receipt=held.json["receipt"])

    assert paid.status_code == 201
    await world.application.reservations.reconcile_fully(world.performance_id)
    states = await world.application.seats.states(world.performance_id)
    assert (states.sold, states.free) == (2, 8)


async def test_after_the_loss_of_redis_the_queue_goes_on_in_order_but_for_those_who_have_bought(world: World) -> None:
    await world.change_policy(limit=1)
    buyer = await world.inside()
    second, third = await world.visitors(2)
    for visitor in (second, third):
        await visitor.join()
    await buyer.buy(3)
    await world.application.redis.command("FLUSHALL")

    numbers = [(await visitor.come_back()).json["number"] for visitor in (third, buyer, second)]

    assert numbers == [3, 10_000_001, 2]


async def test_after_the_loss_of_redis_no_fan_has_more_seats_than_the_limit(world: World) -> None:
    fan = await world.inside()
    await fan.buy(3, 4, 5)
    await world.application.redis.command("FLUSHALL")
    await fan.join()
    world.clock.advance(20_000)
    await world.tick()
    await fan.current()
    await world.tick()

    refused, held = await fan.hold(6, 7), await fan.hold(6)

    assert (refused.json["code"], held.status_code) == ("limit_exceeded", 201)


async def test_after_the_loss_of_redis_sold_seats_stay_sold(world: World) -> None:
    fan = await world.inside()
    await fan.buy(3, 4)
    await world.application.redis.command("FLUSHALL")
    world.clock.advance(1_000)

    shown = (await world.get(f"/performances/{world.performance_id}/availability")).json

    assert (shown["free"], shown["total"]) == (8, 10)


async def test_a_payment_sent_again_after_its_refund_leaves_the_next_holder_alone(world: World) -> None:
    first, second = await world.inside(), await world.inside()
    held = await first.hold(3)
    await first.pay(held.json["id"], key="once", receipt=held.json["receipt"])
    (bought,) = (await world.get("/reservations", headers=first.headers)).json["items"]
    await first.cancel(bought["id"])
    others = await second.hold(3)

    again = await first.pay(held.json["id"], key="once", receipt=held.json["receipt"])
    other_key = await first.pay(held.json["id"], receipt=held.json["receipt"])

    assert (again.status_code, other_key.json["code"]) == (201, "already_paid")
    assert (await second.pay(others.json["id"])).status_code == 201
    assert await world.problems() == []


async def test_a_sale_asks_for_no_lock(world: World) -> None:
    for job in ("reconcile", "retention", "gauges", "audit"):
        await world.application.redis.command("HSET", f"lock:{{{job}}}", "owner", "somebody", "until", 10**15)
    fan = await world.inside()

    reservation_id = await fan.buy(3, 4)
    refunded = await fan.cancel(reservation_id)

    assert refunded.status_code == 201
    assert await world.problems() == []
