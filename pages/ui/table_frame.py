"""The one grid all table pages share, drawn by the main script before the page so that it stays loaded between them."""

from typing import Any

import streamlit as st

from pages.office import editing
from pages.ui import guard
from pages.ui.grid import GridAction, GridColumn, GridEvent, GridLink, GridPicker, GridSpec, table_grid
from services.access.permissions import Actor, Permission
from services.directory.committees import committee_choices
from services.tables.columns import Column, Table
from services.tables.layouts import layout
from services.tables.registry import TABLES
from services.work import reading

EDIT = GridAction("edit", "Изменить", "one", "edit")
GRID_KINDS = {"integer": "number", "site": "url"}
WITH_COMMITTEES = ("committees", "chairs")


def draw(name: str, actor: Actor) -> None:
    """Show table `name`, or with an empty name keep the frame warm and hidden. Always called at the same place."""
    event = table_grid(_spec(TABLES[name], actor) if name else None)
    if event is not None:
        _act(event)


def _act(event: GridEvent) -> None:
    if event.action == EDIT.key and len(event.selection.ids) == 1:
        editing.open_dialog(event.table, event.selection.ids[0])


def _spec(table: Table, actor: Actor) -> GridSpec:
    with reading() as session:
        kept = layout(session, actor, table.name)
        committees = committee_choices(session, actor) if table.name in WITH_COMMITTEES else []
    return GridSpec(
        name=table.name,
        title=table.title,
        columns=tuple(_column(column) for column in table.visible(actor).values()),
        layout=kept,
        initial=_initial(),
        picker=GridPicker("committee_id", "Комитет", tuple(committees)) if committees else None,
        row_actions=(EDIT,) if actor.may(Permission.BASE_EDIT) and table.editable(actor) else (),
        template=actor.may(Permission.BASE_IMPORT),
        version=guard.recall("rows-version", 0),
    )


def _column(column: Column) -> GridColumn:
    return GridColumn(
        key=column.key,
        label=column.label,
        group=column.group,
        kind=GRID_KINDS.get(column.kind.name, column.kind.name),
        filter=column.kind.filter.value,
        choices=column.choices,
        width=column.width,
        links=tuple(GridLink(f"/{link.table}", link.id_key) for link in column.links),
        align="right" if column.kind.align_right else None,
    )


def _initial() -> dict[str, Any] | None:
    """What a link from another table or from the first page asks for: one row, or rows with remarks."""
    number = st.query_params.get("id", "")
    if number.isdecimal() and len(number) < 16:
        return {"ids": [int(number)]}
    return {"remarked": True} if st.query_params.get("remarks") == "1" else None
