from base64 import b64encode
from random import Random

from boxoffice.crowd.messages import Plan, PlanSeat
from boxoffice.crowd.seatmap import Rows


def rows(seats: int = 60, per_row: int = 10) -> Rows:
    return Rows(Plan([PlanSeat(no, "S", str(no // per_row)) for no in range(seats)]))


def bitmap(seats: int, taken) -> str:
    bits = bytearray(-(-seats // 8))
    for no in taken:
        bits[no >> 3] |= 128 >> (no & 7)
    return b64encode(bits).decode()


def test_neighbours_are_free_and_in_one_row():
    taken, random = set(range(0, 60, 7)), Random(1)

    for _ in range(300):
        seats = rows().neighbours(bitmap(60, taken), 3, random)
        assert seats is not None
        assert list(seats) == list(range(seats[0], seats[0] + 3))
        assert not taken & set(seats)
        assert seats[0] // 10 == seats[-1] // 10


def test_the_last_free_pair_is_found():
    assert rows().neighbours(bitmap(60, set(range(60)) - {33, 34}), 2, Random(1)) == (33, 34)


def test_two_free_seats_of_two_rows_are_no_neighbours():
    assert rows().neighbours(bitmap(60, set(range(60)) - {29, 30}), 2, Random(1)) is None


def test_a_full_house_has_no_seat_even_in_the_padding_of_its_bitmap():
    assert rows(seats=21).neighbours(bitmap(21, range(21)), 1, Random(1)) is None


def test_rows_of_the_same_name_in_two_sections_are_two_rows():
    plan = Plan([PlanSeat(0, "A", "1"), PlanSeat(1, "B", "1")])

    assert Rows(plan).neighbours(bitmap(2, ()), 2, Random(1)) is None


def test_a_bitmap_that_is_too_short_offers_nothing():
    assert rows().neighbours(b64encode(b"\0").decode(), 1, Random(1)) is None
