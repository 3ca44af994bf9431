"""The one grid all table pages share, drawn by the main script before the page so that it stays loaded between them."""

from dataclasses import replace
from typing import Any

import streamlit as st

from pages.office import bulk_edit, editing
from pages.office.messaging import writing
from pages.ui import guard, navigation, segment_frame
from pages.ui.grid import GridAction, GridColumn, GridEvent, GridLink, GridPicker, GridSpec, table_grid
from services.access.permissions import Actor, Permission
from services.directory.cards import CARDS, card_of_row
from services.directory.committees import committee_choices
from services.errors import NotFound
from services.tables.bulk_edit import ACTIVE, bulk_columns
from services.tables.cells import cell_columns
from services.tables.columns import Column, Table
from services.tables.declared.invitations import INVITED
from services.tables.layouts import layout
from services.tables.registry import TABLES
from services.tables.segments import SegmentLine, open_segment
from services.work import reading

OPEN = GridAction("open", "Открыть", "one", "open", link="name")
EDIT = GridAction("edit", "Изменить", "one", "edit")
ADD = GridAction("add", "Добавить", "none", "plus")
GRID_KINDS = {"integer": "number", "site": "url"}
WITH_COMMITTEES = ("committees", "chairs")


def draw(name: str, actor: Actor, segment: int = 0) -> None:
    """Show table `name`, or with an empty name keep the frame warm and hidden. Always called at the same place.

    On the page of a segment its filter is what the table begins with; one that cannot be read is not shown.
    """
    line = _segment(actor, segment) if name and segment else None
    is_shown = bool(name) and not (segment and (line is None or line.problem))
    table = TABLES[name] if is_shown else None
    event = table_grid(segment_frame.adorned(_spec(table, actor), table, line, actor) if table else None)
    if event is not None:
        _act(event)
        bulk_edit.act(event)
        writing.act(event)
        segment_frame.act(event, segment)


def _segment(actor: Actor, number: int) -> SegmentLine | None:
    with reading() as session:
        try:
            return open_segment(session, actor, number)
        except NotFound:
            return None


def _act(event: GridEvent) -> None:
    if event.action == ADD.key:
        editing.open_new(event.table)
    elif event.action == EDIT.key and len(event.selection.ids) == 1:
        editing.open_dialog(event.table, event.selection.ids[0])
    elif event.action == OPEN.key and len(event.selection.ids) == 1:
        found = guard.read(card_of_row, event.table, event.selection.ids[0])
        st.switch_page(navigation.page(found.card), query_params={"id": str(found.id)})


def _spec(table: Table, actor: Actor) -> GridSpec:
    quick, seen = cell_columns(table, actor), table.visible(actor)
    # A table of people or companies has this column while an event is chosen above it.
    is_asked = bool(table.subjects) and INVITED.key not in seen
    invited = (replace(_column(table, INVITED, is_quick=False), hidden=True),) if is_asked else ()
    with reading() as session:
        kept = layout(session, actor, table.name)
        committees = committee_choices(session, actor) if table.name in WITH_COMMITTEES else []
    return GridSpec(
        name=table.name,
        title=table.title,
        columns=(*(_column(table, column, is_quick=key in quick) for key, column in seen.items()), *invited),
        events="" if not table.subjects else "asked" if invited else "always",
        layout=kept,
        initial=_initial(),
        picker=GridPicker("committee_id", "Комитет", tuple(committees)) if committees else None,
        row_actions=(OPEN, *_edits(table, actor)),
        retirable=ACTIVE in bulk_columns(table, actor),
        template=actor.may(Permission.BASE_IMPORT) and not table.is_view,
        version=guard.recall("rows-version", 0),
        selection=guard.recall("rows-chosen", 0),
    )


def _edits(table: Table, actor: Actor) -> tuple[GridAction, ...]:
    may = actor.may(Permission.BASE_EDIT)
    edit = (EDIT,) if may and table.editable(actor) else ()
    # What does not fit goes into «Ещё» from the end.
    bulk = bulk_edit.actions(table, actor)
    return (*edit, *writing.actions(table, actor), *bulk, *((ADD,) if may and not table.is_view else ()))


def _links(table: Table, column: Column) -> tuple[GridLink, ...]:
    """The cards a cell leads to: the name to the row's own, the rest as declared."""
    if column.key == "name" and not column.links and table.name in CARDS:
        return (GridLink(f"/{CARDS[table.name]}", "id"),)
    if (table.name, column.key) == ("chairs", "committee"):
        return (GridLink("/committee", "committee_id"),)
    tab = "membership" if (table.name, column.key) == ("members", "name") else ""
    return tuple(GridLink(f"/{CARDS.get(link.table, link.table)}", link.id_key, tab) for link in column.links)


def _column(table: Table, column: Column, *, is_quick: bool) -> GridColumn:
    return GridColumn(
        key=column.key,
        label=column.label,
        group=column.group,
        kind=GRID_KINDS.get(column.kind.name, column.kind.name),
        filter=column.kind.filter.value,
        choices=column.choices,
        width=column.width,
        links=_links(table, column),
        align="right" if column.kind.align_right else None,
        edit=("choice" if column.choices else "text") if is_quick else "",
        required=column.required,
        pinned="right" if column is INVITED else "",
    )


def _initial() -> dict[str, Any] | None:
    """What a link from another table or from the first page asks for: one row, or rows with remarks."""
    number = st.query_params.get("id", "")
    if number.isdecimal() and len(number) < 16:
        return {"ids": [int(number)]}
    return {"remarked": True} if st.query_params.get("remarks") == "1" else None
