"""Rows that other rows point at, for repository tests."""

from sqlalchemy import insert

from boxoffice.adapters.database import Database
from boxoffice.schema import accounts, catalog

CONCERT = "00000000-0000-7000-8000-00000000c001"
PERFORMANCE = "00000000-0000-7000-8000-00000000f001"
PLAN = "00000000-0000-7000-8000-00000000a001"
STARTS_MS = 1_800_000_000_000


def fan_id(number: int) -> str:
    """The id of the numbered fan."""
    return f"00000000-0000-7000-8000-{number:012x}"


async def add_fans(database: Database, count: int) -> list[str]:
    """Accounts for fans 1..count; their ids."""
    found = [fan_id(number) for number in range(1, count + 1)]
    async with database.write() as session:
        await session.execute(
            insert(accounts.users),
            [
                {
                    "id": user_id,
                    "email": f"{user_id}@example.com",
                    "name": "Fan",
                    "password_hash": "x",
                    "role": "fan",
                    "created_ms": 1,
                }
                for user_id in found
            ],
        )
        await session.commit()
    return found


async def add_performance(database: Database, seats: int = 10) -> None:
    """One concert with one performance of `seats` seats, all of one tier."""
    venue = "00000000-0000-7000-8000-00000000b001"
    async with database.write() as session:
        await session.execute(insert(catalog.venues), {"id": venue, "name": "Hall", "created_ms": 1})
        await session.execute(
            insert(catalog.seating_plans),
            {
                "id": PLAN,
                "venue_id": venue,
                "name": "Hall",
                "version": "v1",
                "seat_count": seats,
                "width": 1.0,
                "height": 1.0,
                "tiers": '[{"name":"A","color":"#000"}]',
                "areas": "[]",
                "created_ms": 1,
            },
        )
        await session.execute(
            insert(catalog.concerts),
            {
                "id": CONCERT,
                "title": "T",
                "artist": "A",
                "description": "",
                "currency": "KRW",
                "sale_opens_ms": None,
                "created_ms": 1,
            },
        )
        await session.execute(
            insert(catalog.performances),
            {
                "id": PERFORMANCE,
                "concert_id": CONCERT,
                "plan_id": PLAN,
                "starts_ms": STARTS_MS,
                "seats_per_fan": 4,
                "created_ms": 1,
            },
        )
        await session.commit()
