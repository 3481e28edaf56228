"""The service of accounts with stand-ins."""

import pytest

from boxoffice.kernel.clock import ManualClock
from boxoffice.kernel.ids import IdSource
from tests.unit.accounts.parts import World


@pytest.fixture
def world(clock: ManualClock, ids: IdSource) -> World:
    return World(clock, ids)
