"""The words of every table: the metadata that they share, and the types of their columns."""

from sqlalchemy import BigInteger, MetaData, String
from sqlalchemy.dialects import mysql

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

Id = String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql", "mariadb")
"""A UUID as text. Bytewise collation: ids are compared, never sorted for people."""

Token = String(200).with_variant(mysql.VARCHAR(200, charset="ascii", collation="ascii_bin"), "mysql", "mariadb")
"""An opaque ASCII string of up to 200 characters, compared bytewise."""

Minor = BigInteger()
"""An amount in minor units."""

Milliseconds = BigInteger()
"""A moment in ms since the epoch."""
