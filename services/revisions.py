"""Writes revisions for developers: what the models have and the revisions have not."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import CreateIndexOp, CreateTableOp, UpgradeOps
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from models import Base
from models.migrations.options import OPTIONS, render_item
from services.database import make_engine
from services.errors import DomainError
from services.migrate import migrate
from services.settings import ROOT

VERSIONS = ROOT / "models" / "migrations" / "versions"

TEMPLATE = '''"""{title}."""

import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = {parent}
branch_labels = None
depends_on = None


def upgrade() -> None:
{body}
'''


def write_revision(title: str) -> Path:
    """Write the next revision: what separates a freshly migrated database from the models. The file is returned."""
    last = max(int(path.name[:4]) for path in VERSIONS.glob("[0-9]*.py"))
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/present.db")
        migrate(engine)
        with engine.connect() as connection:
            body = _difference(connection)
        engine.dispose()
    if not body:
        raise DomainError("Модели и миграции не расходятся: записывать нечего.")
    slug = re.sub(r"\W+", "_", title.lower()).strip("_")
    return _write(VERSIONS / f"{last + 1:04}_{slug}.py", title, f"{last + 1:04}", f'"{last:04}"', body)


def rewrite_initial() -> Path:
    """Write the first revision anew from the models. Only while no database anywhere has to be kept."""
    # Not by comparing with an empty database: Alembic leaves indexes over expressions out where it cannot reflect them.
    tables = Base.metadata.sorted_tables
    operations = UpgradeOps(
        [CreateTableOp.from_table(table) for table in tables]
        + [CreateIndexOp.from_index(i) for table in tables for i in sorted(table.indexes, key=lambda i: str(i.name))]
    )
    body = render_python_code(operations, render_item=render_item)
    return _write(VERSIONS / "0001_initial.py", "The tables as the product starts with them", "0001", "None", body)


def _difference(connection: Connection) -> str:
    operations = produce_migrations(MigrationContext.configure(connection, opts=OPTIONS), Base.metadata).upgrade_ops
    if operations is None or operations.is_empty():
        return ""
    return render_python_code(operations, render_as_batch=True, render_item=render_item)


def _write(path: Path, title: str, number: str, parent: str, body: str) -> Path:
    lines = [line for line in body.splitlines() if not line.strip().startswith("# ###")]
    body = "\n".join(lines)
    path.write_text(TEMPLATE.format(title=title, number=number, parent=parent, body=body), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)  # noqa: S603 - our own file
    return path
