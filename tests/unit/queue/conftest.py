"""A queue to try things on: real Valkey, the test's clock."""

from collections.abc import AsyncIterator

import pytest

from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from boxoffice.queue.models import QueuePolicy, StoredPolicy
from boxoffice.queue.store import QueueStore
from tests.queues import CONCERT, Gate
from tests.unit.queue.parts import OPERATOR, Parts


@pytest.fixture
def store(redis: RedisClient, clock: ManualClock) -> QueueStore:
    return QueueStore(redis, clock=clock)


@pytest.fixture
def gate(store: QueueStore, clock: ManualClock) -> Gate:
    return Gate(store, clock)


@pytest.fixture
def policy() -> QueuePolicy:
    return QueuePolicy(phase="open", limit=2, admit_rate_per_s=0, session_ttl_s=600, presence_ttl_s=30)


@pytest.fixture
def stored(policy: QueuePolicy) -> StoredPolicy:
    return StoredPolicy(CONCERT, policy, 1)


@pytest.fixture
async def parts(clock: ManualClock) -> AsyncIterator[Parts]:
    parts = Parts(clock)
    await parts.service.change_phase(OPERATOR, CONCERT, "open")
    parts.store.asked.clear()
    yield parts
