"""Schema of money: wallets for locking, the double-entry ledger that explains them, and idempotency keys."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from boxoffice.adapters.columns import Id, Milliseconds, Minor, Token, metadata

wallets = Table(
    "wallets",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("currency", String(3), nullable=False),
    Column("balance_minor", Minor, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_ms", Milliseconds, nullable=False),
    CheckConstraint("balance_minor >= 0", name="balance_not_negative"),
)

transfers = Table(
    "transfers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),  # charge | payment | refund
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("reverses_id", Id, ForeignKey("transfers.id"), nullable=True),
    Column("created_ms", Milliseconds, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("transfer_id", Id, ForeignKey("transfers.id"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("account", String(64), nullable=False),  # wallet:<user> | revenue:<concert> | cash
    Column("amount_minor", Minor, nullable=False),  # the lines of one transfer sum to zero
    Index(None, "account", "transfer_id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("key", Token, primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),  # the first answer, byte for byte
    Column("created_ms", Milliseconds, nullable=False),
    Index(None, "created_ms"),
)
