"""The plan row by row: a filter in the address, fifty rows of what the database finds, and what is taken of them."""

import zlib
from collections.abc import Collection, Mapping

import streamlit as st

from models import Source
from pages.office.imports import address
from pages.office.imports.blocks import EMPTY, block, chosen, grouped, line, rows_of, span, tag, words
from pages.ui import guard
from pages.ui.escape import plain
from services import imports
from services.errors import DomainError
from services.imports import BatchInfo, Cell, CellState, PlannedRow, RowFilter
from services.imports.origins import CLEARED, REMOVED

PAGE = 50
ALL, EVERY = "all", ""
OUTCOMES = {
    "created": "Новые",
    "changed": "Изменятся",
    "same": "Без изменений",
    "doubtful": "К решению",
    "skipped": "Пропущены",
}
ONE = {
    "created": "новая",
    "changed": "изменится",
    "same": "без изменений",
    "doubtful": "к решению",
    "skipped": "пропущена",
}
KINDS = {"new": "новое", "changed": "изменение", "conflict": "конфликт", "error": "ошибка"}
SOURCES = {
    Source.MANUAL: "внесено вручную",
    Source.EXCEL: "из Excel",
    Source.ONEC: "из 1С",
    Source.CABINET: "внёс сам в кабинете",
    Source.SYSTEM: "внесла программа",
}
TOLD = (CellState.NEW, CellState.CHANGED, CellState.CONFLICT)
KEEP, TAKE = "keep", "take"
CHOICES = {KEEP: "Оставить", TAKE: "Взять новое"}


def render(batch: BatchInfo) -> None:
    """Draw the filter and the rows it finds."""
    report = batch.report
    counts = {key: report.total(key) for key in ("created", "changed", "same")}
    skipped = sum(sheet.skipped for sheet in report.sheets if sheet.table)
    counts |= {"doubtful": report.doubtful, "skipped": skipped - report.doubtful}
    options = {ALL: f"Все: {grouped(sum(counts.values()))}"}
    options |= {key: f"{label}: {grouped(counts[key])}" for key, label in OUTCOMES.items()}
    address.segments("outcome", "outcome", options, ALL)
    wanted = _wanted()
    _filter(batch, wanted)
    _found(batch.id, wanted)


def _wanted() -> RowFilter:
    outcome, kind = address.asked("outcome"), address.asked("kind")
    return RowFilter(
        outcome=outcome if outcome in OUTCOMES else None,
        state=CellState(kind) if kind in KINDS else None,
        sheet=address.asked("sheet") or None,
        column=address.asked("column") or None,
        words=address.asked("words"),
        renewed=address.asked("renewed") == "1",
    )


def _filter(batch: BatchInfo, wanted: RowFilter) -> None:
    """Further narrowing. The keys follow the address, so that «Назад» shows what it led back to."""
    sheets = [EVERY, *dict.fromkeys(sheet.sheet for sheet in batch.report.sheets if sheet.table)]
    labels = guard.read(imports.planned_rows, batch.id, RowFilter(), 1).columns
    kinds = [EVERY, *KINDS]
    turn = zlib.crc32(repr(sorted(address.changed().items())).encode())
    with st.form(f"filter-{turn}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        said = {
            "words": st.text_input("Слова в названии", wanted.words, placeholder="Найти запись", width=220),
            "kind": st.selectbox(
                "Что в ячейках",
                kinds,
                kinds.index(wanted.state.value if wanted.state else EVERY),
                format_func=lambda key: KINDS.get(key, "любые"),
                placeholder=EMPTY,
                width=170,
            ),
            "column": _select("Колонка", [EVERY, *labels], wanted.column, labels, "все"),
            "sheet": _select("Лист", sheets, wanted.sheet, {}, "все"),
            "renewed": "1" if st.checkbox("Изменилось с прошлой сверки", wanted.renewed) else "",
        }
        if st.form_submit_button("Показать", icon=":material/filter_alt:"):
            address.go(**address.changed(**said))
    if any((wanted.words, wanted.state, wanted.column, wanted.sheet, wanted.renewed)):
        cleared = dict.fromkeys(said, "")
        address.link("Сбросить отбор", address.changed(**cleared), ":material/filter_alt_off:")


def _select(label: str, options: list[str], present: str | None, titles: Mapping[str, str], every: str) -> str:
    place = options.index(present) if present in options else 0
    return st.selectbox(
        label,
        options,
        place,
        format_func=lambda key: titles.get(key, key) if key else every,
        placeholder=EMPTY,
        width=200,
    )


def _found(batch_id: int, wanted: RowFilter) -> None:
    """The rows, and buttons for all of them."""
    bar, shown = st.container(), st.container()
    with bar:
        _bulk(batch_id, wanted)
    with shown:
        page = guard.read(imports.planned_rows, batch_id, wanted, PAGE, 0)
        start = address.page_start(page.total, PAGE)
        if start:
            page = guard.read(imports.planned_rows, batch_id, wanted, PAGE, start)
        if not page.total:
            st.caption("Таких строк нет.")
        for row in page.rows:
            _card(batch_id, row)
        address.pages(page.total, PAGE)


def _bulk(batch_id: int, wanted: RowFilter) -> None:
    page = guard.read(imports.planned_rows, batch_id, wanted, 1)
    if not page.total:
        return
    whole = f"Ячейки «{KINDS[wanted.state]}»" if wanted.state else "Строки целиком"
    with st.container(horizontal=True, vertical_alignment="bottom", key="bulk"):
        key = _select("Что взять", [EVERY, *page.columns], wanted.column, page.columns, whole)
        keys = (key,) if key else ()
        if st.button("Взять все найденные", icon=":material/done_all:", key="take-all"):
            _choose(batch_id, wanted, True, keys)
        if st.button("Отказаться от всех найденных", icon=":material/remove_done:", key="refuse-all"):
            _choose(batch_id, wanted, False, keys)
        st.text(f"Найдено: {rows_of(page.total)}")


def _choose(batch_id: int, wanted: RowFilter, take: bool, keys: Collection[str] = ()) -> None:
    with st.spinner("Отмечаем…"):
        done = guard.act(imports.choose, batch_id, wanted, take, keys)
    if done is not None:
        verb = "Взято" if take else "Отказ"
        st.toast(f"{verb}: {rows_of(done.value)}.")


def _card(batch_id: int, row: PlannedRow) -> None:
    """A row: what it does, the widgets below it; what was pressed in them is seen before it is drawn."""
    told = [cell for cell in row.cells if cell.state in TOLD]
    with st.container(border=True, gap="xsmall", key=f"row-{row.id}"):
        if row.outcome in ("created", "changed") and told:
            row = _accept(batch_id, row)
            cells = st.container()
            if row.accepted:
                with st.container(horizontal=True, vertical_alignment="bottom"):
                    row = _settle(batch_id, row, [cell for cell in told if cell.state is CellState.CONFLICT])
                    row = _fields(batch_id, row, [cell for cell in told if cell.state is not CellState.CONFLICT])
        else:
            st.markdown(f"**{plain(row.name or 'Без названия')}**")
            cells = st.container()
        with cells:
            block([_origin(row), _cells(row)])
            if row.outcome == "doubtful":
                wanted: address.Params = {"load": batch_id, "view": "decide", "row": row.id}
                address.link("Решить, кто это", wanted, ":material/person_search:")


def _fields(batch_id: int, row: PlannedRow, cells: list[Cell]) -> PlannedRow:
    """Cells to be refused one by one, drawn when asked for: of fifty rows at once they would take seconds."""
    if not cells:
        return row
    opened = st.popover("Выбрать поля", type="tertiary", key=f"fields-{row.id}", on_change="rerun")
    if not opened.open:
        return row
    with opened:
        return _take(batch_id, row, cells)


def _accept(batch_id: int, row: PlannedRow) -> PlannedRow:
    label = plain(row.name or "Без названия")
    said = chosen(f"accept-{row.id}", row.accepted, lambda key, value: st.checkbox(label, value, key=key))
    return row if said is None else _again(batch_id, row, said)


def _take(batch_id: int, row: PlannedRow, cells: list[Cell]) -> PlannedRow:
    """Which cells of the row are taken: one widget for all of them."""
    labels = {cell.key: plain(cell.label) for cell in cells}
    present = tuple(cell.key for cell in cells if row.takes(cell))

    def draw(key: str, value: tuple[str, ...]) -> tuple[str, ...]:
        said = st.pills(
            "Загрузить поля",
            list(labels),
            selection_mode="multi",
            default=value,
            format_func=labels.__getitem__,
            key=key,
        )
        return tuple(k for k in labels if k in said)

    said = chosen(f"cells-{row.id}-{'-'.join(labels)}", present, draw)
    if said is None:
        return row
    for take in (True, False):
        keys = [key for key in labels if (key in said) is take and (key in present) is not take]
        if keys:
            row = _again(batch_id, row, take, keys)
    return row


def _settle(batch_id: int, row: PlannedRow, cells: list[Cell]) -> PlannedRow:
    """A value entered by hand stays, unless the user takes the new one."""
    for cell in cells:
        label = f"{plain(cell.label)}: в базе {_deed(cell, Source.MANUAL)}"

        def draw(key: str, value: str, label: str = label) -> str:
            return (
                st.segmented_control(
                    label, list(CHOICES), default=value, required=True, format_func=CHOICES.__getitem__, key=key
                )
                or value
            )

        said = chosen(f"conflict-{row.id}-{cell.key}", TAKE if row.takes(cell) else KEEP, draw)
        if said is not None:
            row = _again(batch_id, row, said == TAKE, [cell.key])
    return row


def _again(batch_id: int, row: PlannedRow, take: bool, keys: Collection[str] = ()) -> PlannedRow:
    """Note a choice about one row; gives the row as it is now."""
    only = RowFilter(ids=[row.id])
    outcome = guard.attempt(imports.choose, batch_id, only, take, keys)
    if isinstance(outcome, DomainError):
        guard.show_error(outcome)
        return row
    found = guard.read(imports.planned_rows, batch_id, only, 1).rows
    return found[0] if found else row


def _origin(row: PlannedRow) -> str:
    """Where the row stands and whom it was taken for."""
    reason, score = str(row.match.get("reason", "")), int(row.match.get("score", 0))
    matched = f"совпадение: {reason} ({score} из 100)" if reason and score else reason
    return line(
        tag(row.outcome, ONE[row.outcome]),
        words(f"{row.sheet}, строка {row.number}"),
        words(matched),
        tag("amber", "изменилось с прошлой сверки") if row.renewed else "",
        *([] if row.accepted else [tag("skipped", "не загружается")]),
    )


def _cells(row: PlannedRow) -> str:
    told = [_cell(row, cell) for cell in row.cells if cell.state in (*TOLD, CellState.ERROR)]
    said = [line(span("amber", remark.message)) for remark in row.remarks if row.outcome in ("skipped", "doubtful")]
    kind = "im-cells im-many" if row.outcome == "created" else "im-cells"
    grid = f'<div class="{kind}">{"".join(told)}</div>' if told else ""
    return grid + "".join(dict.fromkeys(said))


def _deed(cell: Cell, source: str) -> str:
    """What was done to the value before: what a hand took away is not there to be called entered."""
    gone = next((word for word in (CLEARED, REMOVED) if cell.before.endswith(word)), "")
    return gone or SOURCES.get(source, source)  # type: ignore[call-overload]


def _cell(row: PlannedRow, cell: Cell) -> str:
    is_error = cell.state is CellState.ERROR
    off = "" if is_error or row.takes(cell) else " im-off"
    before = span("before", cell.before) + span("arrow", "→") if cell.before or not cell.after else ""
    origin = ""
    if cell.origin is not None:
        origin = f"{_deed(cell, cell.origin.source)} {cell.origin.when}, {cell.origin.who}"
    after = "не читается: " + cell.after if is_error else cell.after or "(пусто)"
    return (
        f'<div class="im-{cell.state.value}{off}">{span("label", cell.label)}'
        f"<span>{before}{span('after', after)}</span>{span('origin', origin)}</div>"
    )
