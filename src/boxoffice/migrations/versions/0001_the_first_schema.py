"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None


_BYTEWISE = {"charset": "ascii", "collation": "ascii_bin"}
ID = sa.String(36).with_variant(mysql.VARCHAR(36, **_BYTEWISE), "mysql", "mariadb")
TOKEN = sa.String(200).with_variant(mysql.VARCHAR(200, **_BYTEWISE), "mysql", "mariadb")


def upgrade() -> None:
    if op.get_bind().dialect.name in {"mysql", "mariadb"}:
        # Tables take the database's character set; with an old server's default a Korean name would not fit.
        op.execute("ALTER DATABASE CHARACTER SET utf8mb4")
    op.create_table(
        "audit_log",
        sa.Column("id", ID, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", ID, nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index(op.f("ix_audit_log_subject_id"), "audit_log", ["subject", "id"], unique=False)
    op.create_table(
        "concerts",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("artist", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("sale_opens_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerts")),
    )
    op.create_table(
        "users",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(length=190), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "venues",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venues")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("key", TOKEN, nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_idempotency_keys_user_id")),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "queue_epochs",
        sa.Column("concert_id", ID, nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["concert_id"], ["concerts.id"], name=op.f("fk_queue_epochs_concert_id")),
        sa.PrimaryKeyConstraint("concert_id", "epoch", name=op.f("pk_queue_epochs")),
    )
    op.create_table(
        "queue_policies",
        sa.Column("concert_id", ID, nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("admission_limit", sa.Integer(), nullable=False),
        sa.Column("admit_rate_per_s", sa.Float(), nullable=False),
        sa.Column("session_ttl_s", sa.Integer(), nullable=False),
        sa.Column("presence_ttl_s", sa.Integer(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["concert_id"], ["concerts.id"], name=op.f("fk_queue_policies_concert_id")),
        sa.PrimaryKeyConstraint("concert_id", name=op.f("pk_queue_policies")),
    )
    op.create_table(
        "seating_plans",
        sa.Column("id", ID, nullable=False),
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("seat_count", sa.Integer(), nullable=False),
        sa.Column("width", sa.Double(), nullable=False),
        sa.Column("height", sa.Double(), nullable=False),
        sa.Column("tiers", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_seating_plans_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seating_plans")),
    )
    op.create_table(
        "transfers",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("reverses_id", ID, nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["reverses_id"], ["transfers.id"], name=op.f("fk_transfers_reverses_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_transfers_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    op.create_table(
        "wallets",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance_minor >= 0", name=op.f("ck_wallets_balance_not_negative")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_wallets_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_wallets")),
    )
    op.create_table(
        "entries",
        sa.Column("transfer_id", ID, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_entries_transfer_id")),
        sa.PrimaryKeyConstraint("transfer_id", "line", name=op.f("pk_entries")),
    )
    op.create_index(op.f("ix_entries_account_transfer_id"), "entries", ["account", "transfer_id"], unique=False)
    op.create_table(
        "performances",
        sa.Column("id", ID, nullable=False),
        sa.Column("concert_id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("starts_ms", sa.BigInteger(), nullable=False),
        sa.Column("seats_per_fan", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["concert_id"], ["concerts.id"], name=op.f("fk_performances_concert_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["seating_plans.id"], name=op.f("fk_performances_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performances")),
    )
    op.create_index(op.f("ix_performances_concert_id"), "performances", ["concert_id"], unique=False)
    op.create_table(
        "seats",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("section", sa.String(length=100), nullable=False),
        sa.Column("row_label", sa.String(length=50), nullable=False),
        sa.Column("label", sa.String(length=50), nullable=False),
        sa.Column("tier", sa.String(length=50), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["seating_plans.id"], name=op.f("fk_seats_plan_id")),
        sa.PrimaryKeyConstraint("plan_id", "no", name=op.f("pk_seats")),
    )
    op.create_table(
        "price_tiers",
        sa.Column("performance_id", ID, nullable=False),
        sa.Column("tier", sa.String(length=50), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("color", sa.String(length=20), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["performance_id"], ["performances.id"], name=op.f("fk_price_tiers_performance_id")),
        sa.PrimaryKeyConstraint("performance_id", "tier", name=op.f("pk_price_tiers")),
    )
    op.create_table(
        "reservations",
        sa.Column("id", ID, nullable=False),
        sa.Column("hold_id", TOKEN, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("concert_id", ID, nullable=False),
        sa.Column("performance_id", ID, nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["concert_id"], ["concerts.id"], name=op.f("fk_reservations_concert_id")),
        sa.ForeignKeyConstraint(["performance_id"], ["performances.id"], name=op.f("fk_reservations_performance_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reservations_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_reservations_hold_id")),
    )
    op.create_index(op.f("ix_reservations_concert_id_id"), "reservations", ["concert_id", "id"], unique=False)
    op.create_index(op.f("ix_reservations_user_id_id"), "reservations", ["user_id", "id"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", ID, nullable=False),
        sa.Column("reservation_id", ID, nullable=False),
        sa.Column("transfer_id", ID, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["reservation_id"], ["reservations.id"], name=op.f("fk_payments_reservation_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_payments_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("reservation_id", name=op.f("uq_payments_reservation_id")),
    )
    op.create_table(
        "refunds",
        sa.Column("id", ID, nullable=False),
        sa.Column("reservation_id", ID, nullable=False),
        sa.Column("transfer_id", ID, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["reservation_id"], ["reservations.id"], name=op.f("fk_refunds_reservation_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_refunds_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("reservation_id", name=op.f("uq_refunds_reservation_id")),
    )
    op.create_table(
        "tickets",
        sa.Column("id", ID, nullable=False),
        sa.Column("reservation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("performance_id", ID, nullable=False),
        sa.Column("seat_no", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=50), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["performance_id"], ["performances.id"], name=op.f("fk_tickets_performance_id")),
        sa.ForeignKeyConstraint(["reservation_id"], ["reservations.id"], name=op.f("fk_tickets_reservation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tickets_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint(
            "performance_id", "seat_no", "active", name=op.f("uq_tickets_performance_id_seat_no_active")
        ),
    )
    op.create_index(
        op.f("ix_tickets_performance_id_user_id_active"),
        "tickets",
        ["performance_id", "user_id", "active"],
        unique=False,
    )
    op.create_index(op.f("ix_tickets_reservation_id"), "tickets", ["reservation_id"], unique=False)
