"""A queue to try things on: real Valkey, the test's clock."""

import pytest

from boxoffice.adapters.redis import RedisClient
from boxoffice.kernel.clock import ManualClock
from boxoffice.queue.models import QueuePolicy, StoredPolicy
from boxoffice.queue.store import QueueStore
from tests.queues import CONCERT, Gate


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
