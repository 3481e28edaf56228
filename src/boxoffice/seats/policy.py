"""Pure decisions about seats: how a plan is packed, what is free, whether a receipt vouches for a hold."""

import struct
from array import array
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from re import compile as compile_pattern

import msgspec

from boxoffice.catalog.models import PerformanceView
from boxoffice.kernel.errors import (
    BoxofficeError,
    InvalidRequest,
    LimitExceeded,
    NotAdmitted,
    SaleClosed,
    SeatTaken,
    UnknownSeat,
)
from boxoffice.seats.models import (
    SEATS_PER_REQUEST_MAX,
    Availability,
    Best,
    Chosen,
    Hold,
    HoldOutcome,
    ReceiptClaims,
    Restored,
    SeatLayout,
    SeatPicture,
    SeatStates,
    TierAvailability,
)

RUN_SEATS_MAX = 512
"""A longer row is cut, so that looking at one run has a bound; a group never sits across a cut."""

_RUN = struct.Struct(">IIi")
_GROUP = compile_pattern(r"(\d+):(\d+)-(\d+)")


def layout_of(performance: PerformanceView) -> SeatLayout:
    """Pack a plan's runs. Raises `ValueError` unless the runs cover every seat exactly once, with its tier."""
    packed = bytearray()
    run_of = [-1] * performance.seat_count
    tier_runs = []
    number = 0
    for tier, runs in enumerate(performance.runs):
        first_run = number
        for start, length, centre2 in _cut(runs):
            packed += _RUN.pack(start, length, centre2)
            for no in range(start, start + length):
                if run_of[no] != -1 or performance.tier_of[no] != tier:
                    raise ValueError(f"seat {no} is in two runs, or in a run of another tier")
                run_of[no] = number
            number += 1
        tier_runs.append((first_run, number - 1))
    if -1 in run_of:
        raise ValueError(f"seat {run_of.index(-1)} is in no run")
    bitmap_bytes = -(-performance.seat_count // 8)
    bitmaps = [bytearray(bitmap_bytes) for _ in performance.tiers]
    for no in range(performance.seat_count):
        bitmaps[performance.tier_of[no]][no // 8] |= 128 >> no % 8
    masks = [int.from_bytes(bitmap, "big") for bitmap in bitmaps]
    return SeatLayout(bytes(packed), number, array("I", run_of), tier_runs, masks, bitmap_bytes)


def _cut(runs: Iterable[tuple[int, int, float]]) -> Iterable[tuple[int, int, int]]:
    """Runs with the centre doubled (it may lie between two seats), none longer than `RUN_SEATS_MAX`."""
    for start, length, centre in runs:
        # Of a row that is cut, the piece nearest the centre comes first.
        pieces = [(at, min(RUN_SEATS_MAX, length - at)) for at in range(0, length, RUN_SEATS_MAX)]
        for at, size in sorted(pieces, key=lambda piece: max(piece[0] - centre, centre - sum(piece) + 1, 0)):
            yield start + at, size, round(2 * (centre - at))


def wish(
    performance: PerformanceView, seats: Sequence[int] | None, best_count: int | None, best_tier: str | None
) -> Chosen | Best:
    """What a hold request asks for. Raises `InvalidRequest`, `UnknownSeat` (with the `seats` that do not exist)."""
    if (seats is None) == (best_count is None):
        raise InvalidRequest("Give either `seats` or `best_available`.")
    if seats is not None:
        if not 1 <= len(seats) <= SEATS_PER_REQUEST_MAX or len(set(seats)) != len(seats):
            raise InvalidRequest(f"`seats` takes 1 to {SEATS_PER_REQUEST_MAX} different seat numbers.")
        unknown = sorted(no for no in seats if not 0 <= no < performance.seat_count)
        if unknown:
            raise UnknownSeat(seats=unknown)
        return Chosen(tuple(sorted(seats)))
    assert best_count is not None
    if not 1 <= best_count <= SEATS_PER_REQUEST_MAX:
        raise InvalidRequest(f"`best_available.count` is 1 to {SEATS_PER_REQUEST_MAX}.")
    if best_tier is None:
        return Best(best_count)
    for index, tier in enumerate(performance.tiers):
        if tier.name == best_tier:
            return Best(best_count, index)
    raise InvalidRequest(f"This performance has no price tier named {best_tier!r}.")


def pack_seats(run_of: Sequence[int], seats: Iterable[int]) -> str:
    """Seats as the scripts take them: `run:first-last` joined by commas, ascending."""
    groups: list[list[int]] = []
    for no in sorted(seats):
        if groups and groups[-1][2] == no - 1 and groups[-1][0] == run_of[no]:
            groups[-1][2] = no
        else:
            groups.append([run_of[no], no, no])
    return ",".join(f"{run}:{first}-{last}" for run, first, last in groups)


def unpack_seats(packed: str) -> tuple[int, ...]:
    """The seat numbers of what `pack_seats` made."""
    return tuple(no for _, first, last in _GROUP.findall(packed) for no in range(int(first), int(last) + 1))


def restored(layout: SeatLayout, sold: Iterable[tuple[int, str]]) -> Restored:
    """The bitmap and the counts per fan of sold `(seat, fan)` pairs, in Redis's bit order and of full length."""
    bitmap = bytearray(layout.bitmap_bytes)
    fans: Counter[str] = Counter()
    for no, fan_id in sold:
        bitmap[no // 8] |= 128 >> no % 8
        fans[fan_id] += 1
    return Restored(bytes(bitmap), fans)


def picture(states: SeatStates, taken: bytes, sold: bytes, paying: str, bitmap_bytes: int) -> SeatPicture:
    """Taken seats told apart; `paying` are the packed seats of holds that a payment has claimed."""
    claimed = bytearray(bitmap_bytes)
    for no in unpack_seats(paying):
        claimed[no // 8] |= 128 >> no % 8
    masks = [int.from_bytes(bitmap.ljust(bitmap_bytes, b"\0"), "big") for bitmap in (taken, sold, claimed)]
    held = masks[0] & ~masks[1] & ~masks[2]
    return SeatPicture(
        states, held.to_bytes(bitmap_bytes, "big"), bytes(claimed), masks[1].to_bytes(bitmap_bytes, "big")
    )


def seats_of(bitmap: bytes) -> frozenset[int]:
    """The seats whose bits are set."""
    return frozenset(at * 8 + bit for at, byte in enumerate(bitmap) if byte for bit in range(8) if byte & 128 >> bit)


def digest(sold: Iterable[tuple[int, str]]) -> str:
    """A short name for exactly these sold seats and their owners, so that an unchanged truth is recognised."""
    text = " ".join(f"{no} {fan_id}" for no, fan_id in sorted(sold))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def availability(performance: PerformanceView, layout: SeatLayout, version: int, taken: bytes) -> Availability:
    """The public picture of a bitmap as Redis keeps it."""
    padded = taken[: layout.bitmap_bytes].ljust(layout.bitmap_bytes, b"\0")
    bits = int.from_bytes(padded, "big")
    tiers = []
    for tier, mask in zip(performance.tiers, layout.masks, strict=True):
        total = mask.bit_count()
        tiers.append(TierAvailability(tier.name, total, total - (bits & mask).bit_count()))
    free = sum(tier.free for tier in tiers)
    return Availability(version, b64encode(padded).decode(), performance.seat_count, free, tiers)


def refusal(outcome: HoldOutcome, wish: Chosen | Best, seats_per_fan: int) -> BoxofficeError:
    """The error that tells a fan why there is no hold."""
    match outcome.outcome:
        case "closed":
            return SaleClosed()
        case "not_admitted":
            return NotAdmitted()
        case "limit":
            return LimitExceeded(
                f"One fan may have {seats_per_fan} seats of this performance, and you have {outcome.has}.",
                limit=seats_per_fan,
                has=outcome.has,
            )
        case "taken":
            which = "This seat is" if len(outcome.seats) == 1 else "These seats are"
            return SeatTaken(f"{which} taken. Choose others.", seats=list(outcome.seats))
        case "none" | "again":
            count = wish.count if isinstance(wish, Best) else len(wish.seats)
            what = "No free seat is left" if count == 1 else f"There are no {count} free seats next to each other left"
            return SeatTaken(f"{what}. Ask for fewer, for another tier, or choose seats yourself.", seats=[])
    raise ValueError(f"unknown outcome {outcome.outcome!r}")


def view(
    performance: PerformanceView, hold_id: str, fan_id: str, outcome: HoldOutcome, sign: Callable[..., str]
) -> Hold:
    """A hold as its owner sees it, priced by the catalogue, with its receipt (`sign(claims, expires_ms=...)`)."""
    total_minor = sum(performance.price_of(no) for no in outcome.seats)
    claims = ReceiptClaims(
        sub=fan_id,
        hid=hold_id,
        perf=performance.id,
        seats=outcome.seats,
        total=total_minor,
        dl=outcome.deadline_ms,
        epo=outcome.epoch,
    )
    receipt = sign(msgspec.structs.asdict(claims), expires_ms=outcome.deadline_ms)
    return Hold(hold_id, performance.id, outcome.seats, total_minor, performance.currency, outcome.deadline_ms, receipt)


def vouches(
    claims: Mapping[str, object], *, hold_id: str, performance_id: str, fan_id: str, now_ms: int, epoch: str
) -> ReceiptClaims | None:
    """The receipt, if it stands for a hold that Redis does not know; else None.

    `epoch` is that of what Redis knows now, empty where it knows nothing. The same epoch as the receipt's means that
    Redis has not been lost since, so that an unknown hold was released or has lapsed.
    """
    try:
        receipt = msgspec.convert(claims, ReceiptClaims)
    except msgspec.ValidationError:
        return None
    if (receipt.hid, receipt.perf, receipt.sub) != (hold_id, performance_id, fan_id):
        return None
    if receipt.dl <= now_ms or receipt.epo == epoch:
        return None
    return receipt
