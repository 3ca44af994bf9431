"""Alembic's door: runs the revisions on the connection services/migrate.py hands over. There is no alembic.ini."""

from alembic import context

from models import Base
from models.migrations.options import OPTIONS

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, **OPTIONS)
with context.begin_transaction():
    context.run_migrations()
