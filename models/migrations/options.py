"""How the models are compared with a database and how the difference is written down as a revision."""

from typing import Any, Literal

from sqlmodel.sql.sqltypes import AutoString

from models import UtcDateTime

DERIVED = "grid_"
"""Tables whose names start so are made from the declarations by services/tables/index.py, not by revisions."""


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether a revision answers for the thing: not for derived tables (`grid_index`, their list, is a model)."""
    return not (kind == "table" and name is not None and name.startswith(DERIVED) and name != "grid_index")


def render_item(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    """Write column types of ours as plain SQLAlchemy: a revision must not change when a class does."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, AutoString):
        return "sa.String()"
    return False


OPTIONS: dict[str, Any] = {
    "include_name": is_ours,
    "render_item": render_item,
    "compare_type": True,
    "compare_server_default": True,
    "render_as_batch": True,  # SQLite changes a table by making it anew
}
