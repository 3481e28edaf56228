"""Choosing seats by eye: neighbours in one row that the availability shows as free."""

from binascii import a2b_base64
from random import Random

from boxoffice.crowd.messages import Plan

_GLANCES = 32


class Rows:
    """For each seat, where its row ends: seats of a row have consecutive numbers."""

    def __init__(self, plan: Plan) -> None:
        self.seat_count = len(plan.seats)
        self._row_end = [0] * self.seat_count
        end = self.seat_count
        following: tuple[str, str] | None = None
        by_number = sorted(plan.seats, key=lambda seat: seat.no)
        for no in range(self.seat_count - 1, -1, -1):
            row = (by_number[no].section, by_number[no].row)
            if row != following:
                end, following = no + 1, row
            self._row_end[no] = end

    def neighbours(self, taken: str, count: int, random: Random) -> tuple[int, ...] | None:
        """`count` free seats side by side at a random place; None where even a look at every seat finds none."""
        bitmap = a2b_base64(taken)
        if not self.seat_count or len(bitmap) * 8 < self.seat_count:
            return None
        for _ in range(_GLANCES):
            start = random.randrange(self.seat_count)
            if self._free(bitmap, start, count):
                return tuple(range(start, start + count))
        return self._search(bitmap, count, random.randrange(len(bitmap)))

    def _search(self, bitmap: bytes, count: int, first_byte: int) -> tuple[int, ...] | None:
        for step in range(len(bitmap)):
            byte = (first_byte + step) % len(bitmap)
            if bitmap[byte] == 255:  # eight taken seats are skipped at once: late in a sale nearly all are
                continue
            for start in range(byte * 8, min(byte * 8 + 8, self.seat_count)):
                if self._free(bitmap, start, count):
                    return tuple(range(start, start + count))
        return None

    def _free(self, bitmap: bytes, start: int, count: int) -> bool:
        if start + count > self._row_end[start]:
            return False
        return not any(bitmap[no >> 3] & (128 >> (no & 7)) for no in range(start, start + count))
