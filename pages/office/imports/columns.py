"""«Листы и колонки»: what every table and column of the file was taken for, and what the user makes of it.

What is chosen here is a draft until «Сверить заново»: the load is planned anew once, not at every choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from pages.office.imports import address, work
from pages.office.imports.blocks import EMPTY, block, counted, line, rows_of, span, tag, words
from pages.ui import guard
from pages.ui.escape import plain
from services import imports
from services.access.permissions import Actor
from services.errors import DomainError
from services.imports import BatchInfo, Blank, ColumnView, Options, SheetChoice, TableView
from services.imports.jobs import Task
from services.tables.columns import RECORD_KEY, RECORD_KEY_HEADING
from services.tables.registry import OWN, TABLES

DRAFT = "import-draft"
LEFT_OUT, NEW = "", "+"
HOW = {
    "heading": "по заголовку",
    "content": "по содержимому",
    "remembered": "запомнено",
    "chosen": "выбрано",
}
BLANKS = {
    Blank.KEEP: "Пустая ячейка ничего не меняет",
    Blank.CLEAR: "Пустая ячейка очищает поле",
}
OPEN_AT_ONCE = 2
"""So many tables stand open from the beginning; of more only those the user opens."""
Place = tuple[str, int]


@dataclass
class Draft:
    """Choices not planned yet: the blank cells, tables and columns by (sheet, part)."""

    blank: Blank
    tables: dict[Place, str] = field(default_factory=dict)
    columns: dict[Place, dict[int, str]] = field(default_factory=dict)


def render(batch: BatchInfo) -> None:
    """Draw the tables of the file and the button that plans anew."""
    tables = guard.read(imports.found_tables, batch.id)
    present = guard.read(imports.chosen_options, batch.id)
    kept: tuple[Options, Draft] | None = guard.recall(f"{DRAFT}-{batch.id}")
    draft = kept[1] if kept is not None and kept[0] == present else Draft(present.blank)
    guard.remember(f"{DRAFT}-{batch.id}", (present, draft))
    top = st.container()
    _blank(batch, draft)
    if not tables:
        st.caption("В файле не нашлось ни одной таблицы.")
    actor = guard.actor()
    for table in tables:
        _table(batch, actor, table, draft, is_open=len(tables) <= OPEN_AT_ONCE)
    with top:
        _again(batch, present, draft)


def _again(batch: BatchInfo, present: Options, draft: Draft) -> None:
    changes = len(draft.tables) + sum(map(len, draft.columns.values())) + (draft.blank is not present.blank)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Сверить заново", type="primary", icon=":material/refresh:", disabled=not changes, key="again"):
            outcome = guard.attempt(imports.set_options, batch.id, _options(present, draft))
            if isinstance(outcome, DomainError):
                guard.show_error(outcome)
            else:
                guard.forget(f"{DRAFT}-{batch.id}")
                work.launch(batch.id, Task.PLAN)
                address.go(load=batch.id)
        said = counted(changes, "изменение", "изменения", "изменений")
        st.caption(
            f"Выбрано: {said}. План обновится после сверки." if changes else "Здесь можно поправить, что и куда."
        )


def _blank(batch: BatchInfo, draft: Draft) -> None:
    said = st.radio(
        "Пустые ячейки",
        list(BLANKS),
        list(BLANKS).index(draft.blank),
        format_func=BLANKS.__getitem__,
        horizontal=True,
        key=f"blank-{batch.id}",
    )
    draft.blank = said or draft.blank
    if draft.blank is Blank.CLEAR:
        st.warning(
            "Где ячейка загружаемой колонки пуста, значение из базы исчезнет. Проверьте план, прежде чем применить.",
            icon=":material/warning:",
        )


def _table(batch: BatchInfo, actor: Actor, table: TableView, draft: Draft, *, is_open: bool) -> None:
    place = (table.sheet, table.part)
    wanted = draft.tables.get(place, table.table or LEFT_OUT)
    key = f"{batch.id}-{table.sheet}-{table.part}"
    part = f", таблица {table.part + 1}" if table.part else ""
    title = TABLES[wanted].title if wanted else "не загружается" + (f" ({plain(table.reason)})" if table.reason else "")
    label = f"{plain(table.sheet)}{part}: {title}, {rows_of(table.rows)}"
    icon = ":material/visibility_off:" if table.hidden else ":material/table:"
    opened = st.expander(label, expanded=is_open, icon=icon, key=f"table-{key}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        _about(table)
        names = [LEFT_OUT, *OWN]
        said = st.selectbox(
            "Загрузить как",
            names,
            names.index(wanted),
            format_func=lambda name: TABLES[name].title if name else "Не загружать",
            placeholder=EMPTY,
            key=f"as-{key}",
        )
        _note(draft.tables, place, said or LEFT_OUT, table.table or LEFT_OUT)
        if said and said == table.table:
            _columns(key, imports.column_choices(actor, said), table, draft.columns.setdefault(place, {}))
        elif said:
            draft.columns.pop(place, None)
            st.caption("Колонки этой таблицы программа узнает после «Сверить заново».")


def _about(table: TableView) -> None:
    heading = f"заголовки в строке {table.header_row}" if table.header_row else ""
    unknown = sum(not column.key for column in table.columns) if table.table else 0
    block(
        [
            line(
                tag("amber", "скрытый лист") if table.hidden else "",
                words(heading),
                words(f"не загружается {counted(unknown, 'колонка', 'колонки', 'колонок')}") if unknown else "",
                span("amber", "скрытые листы загружаются, только если выбрать для них таблицу") if table.hidden else "",
            )
        ]
    )


def _columns(key: str, choices: Mapping[str, str], table: TableView, chosen: dict[int, str]) -> None:
    for column in table.columns:
        with st.container(horizontal=True, vertical_alignment="center", key=f"column-{key}-{column.place}"):
            with st.container():
                block(_said(column))
            with st.container(width=330, gap="xsmall"):
                _note(chosen, column.place, _pick(f"{key}-{column.place}", choices, column, chosen), column.key)


def _said(column: ColumnView) -> list[str]:
    """Letter, heading, how it was recognised; the first values; what is odd."""
    how = HOW[column.how] if column.key or column.how in ("chosen", "remembered") else "не узнана"
    said = [line(tag("letter", column.letter), f"<b>{words(column.heading)}</b>", words(how))]
    if column.samples:
        said.append(line(words(", ".join(column.samples))))
    if column.remark:
        said.append(line(span("amber", column.remark)))
    return said


def _pick(key: str, choices: Mapping[str, str], column: ColumnView, chosen: Mapping[int, str]) -> str:
    """Where the column goes: a key of the table, "" nowhere, «+Название» a new field."""
    wanted = chosen.get(column.place, column.key)
    labels = {LEFT_OUT: "Не загружать", **choices, NEW: "Новое поле…"}
    if column.key and not column.key.startswith(NEW):
        labels.setdefault(column.key, RECORD_KEY_HEADING if column.key == RECORD_KEY else column.heading)
    listed = list(labels)
    present = NEW if wanted.startswith(NEW) else wanted
    said = st.selectbox(
        f"Куда: {plain(column.heading)}",
        listed,
        listed.index(present) if present in labels else 0,
        format_func=labels.__getitem__,
        placeholder=EMPTY,
        key=f"to-{key}",
        label_visibility="collapsed",
    )
    if said != NEW:
        return said or LEFT_OUT
    named = wanted[1:] if wanted.startswith(NEW) else column.heading
    name = st.text_input("Название нового поля", named, max_chars=80, key=f"name-{key}", persist_state="page")
    return NEW + (" ".join((name or "").split()) or column.heading)


def _note(kept: dict[Place, str] | dict[int, str], place: Place | int, said: str, present: str) -> None:
    """Keep a choice that differs from what the plan was made with."""
    if said == present:
        kept.pop(place, None)  # type: ignore[arg-type]
    else:
        kept[place] = said  # type: ignore[index]


def _options(present: Options, draft: Draft) -> Options:
    """What was chosen before, and over it the draft."""
    sheets = {sheet: dict(parts) for sheet, parts in present.sheets.items()}
    for sheet, part in {*draft.tables, *draft.columns}:
        former = sheets.get(sheet, {}).get(part, SheetChoice())
        table = draft.tables.get((sheet, part), former.table)
        same = (sheet, part) not in draft.tables
        columns = {**(former.columns if same else {}), **draft.columns.get((sheet, part), {})}
        sheets.setdefault(sheet, {})[part] = SheetChoice(table, columns)
    return Options(draft.blank, present.table, present.sheet, sheets)
