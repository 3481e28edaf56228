"""Decisions about seats, alone."""

import msgspec
import pytest

from boxoffice.kernel.errors import InvalidRequest, LimitExceeded, NotAdmitted, SaleClosed, SeatTaken, UnknownSeat
from boxoffice.seats import policy
from boxoffice.seats.models import Best, Chosen, HoldOutcome, ReceiptClaims, SeatKeys, make_hold_id, performance_of
from tests.unit.seats.house import CONCERT, PERFORMANCE, performance_of_rows

HOLD = make_hold_id(PERFORMANCE, "018f0000-0000-7000-8000-000000000001")
RECEIPT = msgspec.structs.asdict(
    ReceiptClaims(sub="ada", hid=HOLD, perf=PERFORMANCE, seats=(1, 2), total=180_000, dl=1000, epo="before")
)


def vouched(claims: dict[str, object], fan: str = "ada", now_ms: int = 999, epoch: str = "after") -> bool:
    found = policy.vouches(claims, hold_id=HOLD, performance_id=PERFORMANCE, fan_id=fan, now_ms=now_ms, epoch=epoch)
    return found is not None


def test_a_hold_id_carries_its_performance() -> None:
    assert len(HOLD) == 43
    assert performance_of(HOLD) == PERFORMANCE


@pytest.mark.parametrize("text", ["", "x" * 43, HOLD[:-1], HOLD + "A", HOLD[:-1] + "!", "가" * 43, HOLD[:-1] + "="])
def test_what_is_no_hold_id_has_no_performance(text: str) -> None:
    # "x" * 43 decodes, but is not how those bytes are spelled.
    assert performance_of(text) is None


def test_two_spellings_of_a_hold_id_are_not_two_holds() -> None:
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    accepted = [character for character in last if performance_of(HOLD[:-1] + character) is not None]

    # 43 characters are 258 bits for 256: of every four spellings one counts.
    assert len(accepted) == 16


def test_keys_of_a_performance_share_the_shard_of_its_concert() -> None:
    keys = SeatKeys(CONCERT, PERFORMANCE)

    assert {key.split("}")[0] for key in keys.with_queue} == {"{c:" + CONCERT}
    assert len(set(keys.with_queue)) == 12


def test_a_request_asks_for_seats_in_ascending_order() -> None:
    assert policy.wish(performance_of_rows(), [5, 3, 4], None, None) == Chosen((3, 4, 5))


def test_a_request_asks_for_the_best_of_a_tier_or_of_all() -> None:
    performance = performance_of_rows()

    assert policy.wish(performance, None, 3, "Back") == Best(3, 1)
    assert policy.wish(performance, None, 3, None) == Best(3)


@pytest.mark.parametrize(
    ("seats", "count", "tier"),
    [
        (None, None, None),
        ([1], 1, None),
        ([], None, None),
        ([1, 1], None, None),
        (list(range(21)), None, None),
        (None, 0, None),
        (None, 21, None),
        (None, 1, "Balcony"),
    ],
)
def test_a_request_that_asks_for_nothing_or_too_much_is_refused(
    seats: list[int] | None, count: int | None, tier: str | None
) -> None:
    with pytest.raises(InvalidRequest):
        policy.wish(performance_of_rows(), seats, count, tier)


def test_seats_that_the_plan_does_not_have_are_named() -> None:
    with pytest.raises(UnknownSeat) as refusal:
        policy.wish(performance_of_rows(), [31, 2, 30, -1], None, None)

    assert refusal.value.members["seats"] == [-1, 30, 31]


def test_packing_seats_joins_neighbours_of_one_run_only() -> None:
    layout = policy.layout_of(performance_of_rows())
    packed = policy.pack_seats(layout.run_of, [9, 10, 3, 4, 5])

    assert packed == "0:3-5,0:9-9,1:10-10"
    assert policy.unpack_seats(packed) == (3, 4, 5, 9, 10)


def test_a_layout_covers_every_seat_or_is_refused() -> None:
    with pytest.raises(ValueError, match="seat 9 is in no run"):
        policy.layout_of(performance_of_rows((10,), (0,), (((0, 9, 4.0),), ())))
    with pytest.raises(ValueError, match="seat 4 is in two runs"):
        policy.layout_of(performance_of_rows((10,), (0,), (((0, 5, 2.0), (4, 6, 2.0)), ())))
    with pytest.raises(ValueError, match="another tier"):
        policy.layout_of(performance_of_rows((10,), (0,), ((), ((0, 10, 4.5),))))


def test_a_long_row_is_cut_and_the_piece_at_its_centre_comes_first() -> None:
    layout = policy.layout_of(performance_of_rows((1100,), (0,), (((0, 1100, 700.0),), ())))

    assert layout.run_count == 3
    assert [layout.run_of[no] for no in (0, 511, 512, 1023, 1024, 1099)] == [1, 1, 0, 0, 2, 2]


def test_availability_counts_what_the_bitmap_says_tier_by_tier() -> None:
    performance = performance_of_rows()
    layout = policy.layout_of(performance)
    picture = policy.availability(performance, layout, 7, bytes([0b1000_0001, 0b0010_0000]))

    # Seats 0, 7 and 10; three rows of ten are four bytes, padded.
    assert picture.taken == "gSAAAA=="
    assert (picture.version, picture.total, picture.free) == (7, 30, 27)
    assert [(tier.tier, tier.total, tier.free) for tier in picture.tiers] == [("Front", 10, 8), ("Back", 20, 19)]


def test_what_is_sold_becomes_a_bitmap_of_full_length_and_counts_of_fans() -> None:
    layout = policy.layout_of(performance_of_rows())
    truth = policy.restored(layout, [(0, "ada"), (7, "bob"), (29, "ada")])

    assert truth.bitmap == bytes([0b1000_0001, 0, 0, 0b0000_0100])
    assert truth.fans == {"ada": 2, "bob": 1}
    assert policy.seats_of(truth.bitmap) == {0, 7, 29}


def test_the_digest_of_what_is_sold_knows_the_owners_and_not_the_order() -> None:
    assert policy.digest([(1, "ada"), (2, "bob")]) == policy.digest([(2, "bob"), (1, "ada")])
    assert policy.digest([(1, "ada"), (2, "bob")]) != policy.digest([(1, "bob"), (2, "ada")])


def test_a_live_receipt_vouches_for_a_hold_that_was_lost_with_redis() -> None:
    assert vouched(RECEIPT)
    assert vouched(RECEIPT, epoch="")


def test_a_receipt_does_not_vouch_past_its_deadline() -> None:
    assert not vouched(RECEIPT, now_ms=1000)


def test_a_receipt_does_not_vouch_for_a_hold_that_was_released_or_lapsed() -> None:
    assert not vouched(RECEIPT, epoch="before")


def test_a_receipt_does_not_vouch_for_another_fan_hold_or_performance() -> None:
    other_hold = make_hold_id(PERFORMANCE, "018f0000-0000-7000-8000-000000000002")

    assert not vouched(RECEIPT, fan="bob")
    assert not vouched({**RECEIPT, "hid": other_hold})
    assert not vouched({**RECEIPT, "perf": CONCERT})


def test_what_is_not_a_receipt_does_not_vouch() -> None:
    assert not vouched({"sub": "ada"})
    assert not vouched({**RECEIPT, "dl": "later"})


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("closed", SaleClosed),
        ("not_admitted", NotAdmitted),
        ("limit", LimitExceeded),
        ("taken", SeatTaken),
        ("none", SeatTaken),
    ],
)
def test_every_refusal_has_its_error(word: str, error: type[Exception]) -> None:
    assert type(policy.refusal(HoldOutcome(word), Best(2), 4)) is error


def test_a_refusal_names_the_seats_that_are_taken_and_none_where_no_seats_adjoin() -> None:
    taken = policy.refusal(HoldOutcome("taken", seats=(3, 4)), Chosen((2, 3, 4)), 4)
    nothing = policy.refusal(HoldOutcome("none"), Best(3), 4)

    assert taken.members["seats"] == [3, 4]
    assert nothing.members["seats"] == []
    assert "no 3 free seats next to each other" in nothing.detail


def test_a_hold_is_priced_by_the_catalogue() -> None:
    signed: list[dict[str, object]] = []

    def sign(claims: dict[str, object], *, expires_ms: int) -> str:
        signed.append({**claims, "expires_ms": expires_ms})
        return "receipt"

    outcome = HoldOutcome("held", 5000, "epoch-1", (9, 10))
    hold = policy.view(performance_of_rows(), HOLD, "ada", outcome, sign)

    assert (hold.total_minor, hold.currency, hold.expires_ms, hold.receipt) == (140_000, "KRW", 5000, "receipt")
    (claims,) = signed
    assert (claims["sub"], claims["hid"], claims["total"], claims["dl"]) == ("ada", HOLD, 140_000, 5000)
    assert (claims["epo"], claims["expires_ms"]) == ("epoch-1", 5000)
