"""Schema of what was sold. The unique keys here are what makes a double sale impossible."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from boxoffice.adapters.columns import Id, Milliseconds, Minor, Token, metadata

reservations = Table(
    "reservations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hold_id", Token, nullable=False),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("concert_id", Id, ForeignKey("concerts.id"), nullable=False),
    Column("performance_id", Id, ForeignKey("performances.id"), nullable=False),
    Column("total_minor", Minor, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", String(16), nullable=False),  # confirmed | cancelled
    Column("created_ms", Milliseconds, nullable=False),
    Column("cancelled_ms", Milliseconds, nullable=True),
    UniqueConstraint("hold_id"),
    Index(None, "user_id", "id"),
    Index(None, "concert_id", "id"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reservation_id", Id, ForeignKey("reservations.id"), nullable=False),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("performance_id", Id, ForeignKey("performances.id"), nullable=False),
    Column("seat_no", Integer, nullable=False),
    Column("tier", String(50), nullable=False),
    Column("price_minor", Minor, nullable=False),
    Column("active", Integer, nullable=True),  # 1, or NULL once cancelled: NULLs do not collide
    Column("created_ms", Milliseconds, nullable=False),
    UniqueConstraint("performance_id", "seat_no", "active"),
    Index(None, "performance_id", "user_id", "active"),
    Index(None, "reservation_id"),
)

payments = Table(
    "payments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reservation_id", Id, ForeignKey("reservations.id"), nullable=False),
    Column("transfer_id", Id, ForeignKey("transfers.id"), nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("created_ms", Milliseconds, nullable=False),
    UniqueConstraint("reservation_id"),
)

refunds = Table(
    "refunds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reservation_id", Id, ForeignKey("reservations.id"), nullable=False),
    Column("transfer_id", Id, ForeignKey("transfers.id"), nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("created_ms", Milliseconds, nullable=False),
    UniqueConstraint("reservation_id"),
)
