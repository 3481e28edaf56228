"""Schema of the queue: the operator's policy and the epoch outlive Redis."""

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table

from boxoffice.adapters.columns import Id, Milliseconds, metadata

queue_policies = Table(
    "queue_policies",
    metadata,
    Column("concert_id", Id, ForeignKey("concerts.id"), primary_key=True),
    Column("phase", String(16), nullable=False),  # scheduled | open | paused | closed
    Column("admission_limit", Integer, nullable=False),
    Column("admit_rate_per_s", Float, nullable=False),  # 0: as fast as places come free
    Column("session_ttl_s", Integer, nullable=False),
    Column("presence_ttl_s", Integer, nullable=False),
    Column("updated_ms", Milliseconds, nullable=False),
)

queue_epochs = Table(
    "queue_epochs",
    metadata,
    Column("concert_id", Id, ForeignKey("concerts.id"), primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),  # moves on when Redis comes back empty
    Column("started_ms", Milliseconds, nullable=False),
)
