"""What segments add to the shared grid: buttons over every table, title, filter and menu of a segment's own page."""

from dataclasses import replace

from pages.office import conditions, segment_dialogs
from pages.office.messaging import writing
from pages.ui import guard
from pages.ui.grid import GridAction, GridEvent, GridMenu, GridSpec
from services.access.permissions import Actor, Permission
from services.tables.columns import Table
from services.tables.segments import SegmentLine, open_segment

CONDITIONS = GridAction("conditions", "Условия", "none", "filter")
SAVE_AS = GridAction("segment-save-as", "Сохранить как сегмент", "none", "bookmark")
SAVE_NEW = GridAction(SAVE_AS.key, "Сохранить как новый", "none", "bookmark")
EDIT = GridAction("segment-edit", "Изменить", "none", "edit")
SAVE = GridAction("segment-save", "Сохранить изменённый фильтр", "none", "save")
COPY = GridAction("segment-copy", "Копировать", "none", "copy")
DELETE = GridAction("segment-delete", "Удалить", "none", "trash")
WRITE = GridAction("segment-write", "Написать сегменту", "none", "mail")


def adorned(spec: GridSpec, table: Table, line: SegmentLine | None, actor: Actor) -> GridSpec:
    """The table with the buttons about filters, and as the page of segment `line`."""
    tools = (CONDITIONS,) if table.subjects else ()
    number = line.id if line else 0
    spec = replace(spec, asked=conditions.asked(table.name, number))
    if line is None:
        return replace(spec, tools=(*tools, SAVE_AS))
    if table.subjects and actor.may(Permission.MESSAGES_SEND):
        tools = (*tools, WRITE)
    whose = f"{line.seen_by} · {'встроенный' if line.code else f'автор {line.owner}' if line.owner else 'без автора'}"
    return replace(
        spec, title=line.name, tools=tools, menu=_menu(line), segment=number, note=f"· {whose}", initial=line.query
    )


def _menu(line: SegmentLine) -> GridMenu:
    own = (EDIT, *(() if line.code else (SAVE,))) if line.may_change else ()
    gone = (DELETE,) if line.may_change and not line.code else ()
    return GridMenu("Сегмент", (*own, SAVE_NEW, COPY, *gone))


def act(event: GridEvent, segment: int) -> None:
    """Do what was pressed, if it is about filters or the segment of the page."""
    query = {part: value for part, value in event.query.items() if part != "page"}
    if event.action == CONDITIONS.key:
        conditions.open_dialog(event.table, segment, query)
    elif event.action == SAVE_AS.key:
        segment_dialogs.open_saving(event.table, query)
    elif event.action == EDIT.key:
        segment_dialogs.open_editing(segment)
    elif event.action == SAVE.key:
        segment_dialogs.save_filter(segment, query)
    elif event.action == COPY.key:
        segment_dialogs.copy(segment)
    elif event.action == WRITE.key:
        writing.open_segment(guard.read(open_segment, segment))
    elif event.action == DELETE.key:
        segment_dialogs.open_deleting(segment)
