"""Schema of accounts, and the log of what operators did. Sessions live in Redis."""

from sqlalchemy import Column, Index, String, Table, Text, UniqueConstraint

from boxoffice.adapters.columns import Id, Milliseconds, metadata

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", String(190), nullable=False),  # normalised: trimmed and lower case
    Column("name", String(100), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_ms", Milliseconds, nullable=False),
    UniqueConstraint("email"),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at_ms", Milliseconds, nullable=False),
    Column("actor_id", Id, nullable=False),
    Column("action", String(64), nullable=False),  # e.g. queue.policy, concert.create
    Column("subject", Id, nullable=False),
    Column("details", Text, nullable=False),  # JSON
    Index(None, "subject", "id"),
)
