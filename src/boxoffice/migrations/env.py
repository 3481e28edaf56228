"""Alembic's entry: runs over the connection that `boxoffice.adapters.migrate` hands in."""

from alembic import context

from boxoffice.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
