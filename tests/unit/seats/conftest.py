"""A prepared house with a real Valkey behind it."""

import pytest

from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from tests.unit.seats.house import House, performance_of_rows


@pytest.fixture
async def house(redis: RedisClient, clock: ManualClock) -> House:
    house = House(redis, clock, performance_of_rows())
    await house.open()
    await house.admit("ada", "bob")
    return house
