from typing import Any

import msgspec
import pytest

from boxoffice.backoffice.models import LedgerLine, SoldLine, Standing
from boxoffice.backoffice.service import BackofficeService
from boxoffice.catalog.models import Concert
from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.errors import NotFound, Unavailable
from boxoffice.seats.models import SeatPicture, SeatStates
from tests.rows import CONCERT, PERFORMANCE
from tests.standins import StandInDatabase

RESERVATIONS = 600
SOLD = SoldLine("t", "", "f", PERFORMANCE, "", "Floor", "=A", "1", "VIP", 500, "KRW", "valid", "", "")
POSTED = LedgerLine("", 0, "payment", f"revenue:{CONCERT}", 500, "KRW", "f", "r", "", "")


class StandInRepository:
    """Reservations 1 to 600 with two tickets each, and as many transfers of one line."""

    def __init__(self) -> None:
        self.limits: list[int] = []
        self.until: set[int] = set()
        self.fails_at = 10 * RESERVATIONS

    async def sold_lines(
        self, _session: Any, _concert: str, after: str | None, until: int, most: int
    ) -> list[SoldLine]:
        return [SOLD._replace(reservation_id=f"{n:04}") for n in self._page(after, until, most) for _ in range(2)]

    async def ledger_lines(
        self, _session: Any, _concert: str, after: str | None, until: int, most: int
    ) -> list[LedgerLine]:
        return [POSTED._replace(transfer_id=f"{n:04}") for n in self._page(after, until, most)]

    async def standings(self, _session: Any, concert_ids: list[str]) -> dict[str, Standing]:
        return {each: Standing("open", 500, 1, 1) for each in concert_ids}

    def _page(self, after: str | None, until: int, most: int) -> range:
        first = int(after or 0) + 1
        if first >= self.fails_at:
            raise Unavailable
        self.limits.append(most)
        self.until.add(until)
        return range(first, min(first + most, RESERVATIONS + 1))


class StandInCatalog:
    async def concert(self, concert_id: str) -> Concert:
        if concert_id != CONCERT:
            raise NotFound
        return Concert(concert_id, "T", "A", "", "KRW", None)

    async def concerts(self, _cursor: str | None, _limit: int, *, fresh: bool) -> list[Concert]:
        return [await self.concert(CONCERT)] if fresh else []

    async def performance(self, _performance_id: str) -> Any:
        class View:
            seat_count = 12

        return View


class StandInSeats:
    async def picture(self, _performance_id: str) -> SeatPicture:
        return SeatPicture(SeatStates(9, 1, 1, 1), b"\x80\x00", b"\x40\x00", b"\x00\x10")


class Office:
    """The service over stand-ins."""

    def __init__(self, clock: ManualClock) -> None:
        self.database: Any = StandInDatabase()
        self.repository: Any = StandInRepository()
        catalog: Any = StandInCatalog()
        seats: Any = StandInSeats()
        none: Any = None
        self.service = BackofficeService(
            database=self.database,
            repository=self.repository,
            catalog=catalog,
            queue=none,
            seats=seats,
            sold=none,
            clock=clock,
            currency="KRW",
        )


@pytest.fixture
def office(clock: ManualClock) -> Office:
    return Office(clock)


async def test_a_file_is_read_page_by_page_each_with_a_connection_of_its_own(
    office: Office, clock: ManualClock
) -> None:
    started_ms = clock.now_ms()
    pieces = []
    async for piece in await office.service.sold_file(CONCERT):
        pieces.append(piece)
        clock.advance(1)

    lines = b"".join(pieces).decode().splitlines()
    assert lines[0] == "\ufeff" + ",".join(SoldLine._fields)
    assert len(lines) == 1 + 2 * RESERVATIONS
    assert [line.split(",")[1] for line in lines[1::2]] == [f"{n:04}" for n in range(1, RESERVATIONS + 1)]
    assert office.repository.until == {started_ms}
    assert (
        len(office.database.reads) == len(office.repository.limits) == RESERVATIONS // max(office.repository.limits) + 2
    )


async def test_the_ledger_is_a_file_too(office: Office) -> None:
    lines = b"".join([piece async for piece in await office.service.ledger_file(CONCERT)]).decode().splitlines()

    assert lines[0] == "\ufeff" + ",".join(LedgerLine._fields)
    assert len(lines) == 1 + RESERVATIONS


async def test_a_file_that_cannot_be_begun_is_refused_and_one_that_breaks_off_is_no_file(office: Office) -> None:
    with pytest.raises(NotFound):
        await office.service.sold_file(PERFORMANCE)
    broken = await office.service.sold_file(CONCERT)
    office.repository.fails_at = 300
    with pytest.raises(Unavailable):
        [piece async for piece in broken]
    office.repository.fails_at = 0
    with pytest.raises(Unavailable):
        await office.service.sold_file(CONCERT)


async def test_a_sale_is_a_concert_and_how_it_stands(office: Office) -> None:
    sale = await office.service.sale(CONCERT)

    assert (sale.concert.id, sale.standing.phase) == (CONCERT, "open")
    assert await office.service.sales(None, 5) == [sale]
    with pytest.raises(NotFound):
        await office.service.sale(PERFORMANCE)


async def test_the_states_of_seats_are_three_bitmaps(office: Office, clock: ManualClock) -> None:
    answer = msgspec.json.decode((await office.service.seat_states(PERFORMANCE)).body)

    assert answer == {
        "performance_id": PERFORMANCE,
        "total": 12,
        "held": "gAA=",
        "paying": "QAA=",
        "sold": "ABA=",
        "as_of_ms": clock.now_ms(),
    }
