"""How each user arranged each table: columns in order with width and visibility, rows a page."""

import json
from typing import Any

from sqlmodel import Session

from models import TableLayout
from services.access.permissions import Actor, Permission, requires
from services.errors import InvalidInput
from services.tables.registry import table_named

PAGE_SIZES = (20, 30, 50, "all")
WIDTHS = range(40, 2001)


@requires(Permission.BASE_READ)
def layout(session: Session, actor: Actor, name: str) -> dict[str, Any] | None:
    """The actor's layout of table `name`: {"columns": [{colId, width, hide, pinned}], "pageSize"}, or None."""
    kept = session.get(TableLayout, (actor.account_id, table_named(name).name))
    if kept is None:
        return None
    found: dict[str, Any] = json.loads(kept.layout)
    return found


@requires(Permission.BASE_READ)
def save_layout(session: Session, actor: Actor, name: str, wanted: object) -> None:
    """Remember a layout. Columns that the actor cannot see are dropped; anything of another shape is refused."""
    clean = json.dumps(_checked(wanted, set(table_named(name).visible(actor))))
    if actor.account_id is None:
        raise InvalidInput("Расположение колонок запоминается только для пользователя.")
    kept = session.get(TableLayout, (actor.account_id, name))
    if kept is None:
        session.add(TableLayout(account_id=actor.account_id, table_name=name, layout=clean))
    else:
        kept.layout = clean


@requires(Permission.BASE_READ)
def reset_layout(session: Session, actor: Actor, name: str) -> None:
    """Forget the actor's layout of table `name`."""
    kept = session.get(TableLayout, (actor.account_id, table_named(name).name))
    if kept is not None:
        session.delete(kept)


def _checked(wanted: object, known: set[str]) -> dict[str, Any]:
    if not isinstance(wanted, dict) or not isinstance(wanted.get("columns", []), list):
        raise InvalidInput("Расположение колонок не разобрано.")
    size = wanted.get("pageSize", PAGE_SIZES[0])
    if size not in PAGE_SIZES:
        raise InvalidInput("На странице может быть 20, 30, 50 строк или все.")
    columns: dict[str, dict[str, Any]] = {}
    for item in wanted.get("columns", []):
        if not isinstance(item, dict):
            raise InvalidInput("Расположение колонок не разобрано.")
        key, width, pinned = item.get("colId"), item.get("width"), item.get("pinned")
        if not isinstance(key, str) or key not in known or key in columns:
            continue
        columns[key] = {
            "colId": key,
            "width": width if isinstance(width, int) and width in WIDTHS else None,
            "hide": item.get("hide") is True,
            "pinned": pinned if pinned in ("left", "right") else None,
        }
    return {"columns": list(columns.values()), "pageSize": size}
