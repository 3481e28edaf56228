"""Schema of the catalogue: read-mostly, and a plan never changes once it is stored."""

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, String, Table, Text

from boxoffice.adapters.columns import Id, Milliseconds, Minor, metadata

venues = Table(
    "venues",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("created_ms", Milliseconds, nullable=False),
)

seating_plans = Table(
    "seating_plans",
    metadata,
    Column("id", Id, primary_key=True),
    Column("venue_id", Id, ForeignKey("venues.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("version", String(64), nullable=False),  # hash of the content: what a cache may keep for ever
    Column("seat_count", Integer, nullable=False),
    Column("width", Double, nullable=False),
    Column("height", Double, nullable=False),
    Column("tiers", Text, nullable=False),  # JSON: [{"name","color"}]
    Column("areas", Text, nullable=False),  # JSON: [{"text","x","y","width","height","color"}]
    Column("created_ms", Milliseconds, nullable=False),
)

seats = Table(
    "seats",
    metadata,
    Column("plan_id", Id, ForeignKey("seating_plans.id"), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),  # dense: 0..n-1
    Column("section", String(100), nullable=False),
    Column("row_label", String(50), nullable=False),
    Column("label", String(50), nullable=False),
    Column("tier", String(50), nullable=False),
    Column("x", Double, nullable=False),
    Column("y", Double, nullable=False),
)

concerts = Table(
    "concerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("artist", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("sale_opens_ms", Milliseconds, nullable=True),
    Column("created_ms", Milliseconds, nullable=False),
)

performances = Table(
    "performances",
    metadata,
    Column("id", Id, primary_key=True),
    Column("concert_id", Id, ForeignKey("concerts.id"), nullable=False),
    Column("plan_id", Id, ForeignKey("seating_plans.id"), nullable=False),
    Column("starts_ms", Milliseconds, nullable=False),
    Column("seats_per_fan", Integer, nullable=False),
    Column("created_ms", Milliseconds, nullable=False),
    Index(None, "concert_id"),
)

price_tiers = Table(
    "price_tiers",
    metadata,
    Column("performance_id", Id, ForeignKey("performances.id"), primary_key=True),
    Column("tier", String(50), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("color", String(20), nullable=False),
    Column("price_minor", Minor, nullable=False),
)
