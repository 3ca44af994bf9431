"""Doubtful rows: what the file says beside what the base says of everybody it may mean; the user decides."""

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.office.imports import address, work
from pages.office.imports.blocks import block, counted, line, span, words
from pages.ui import guard
from pages.ui.escape import plain
from services import imports
from services.imports import BatchInfo, PlannedRow, RowFilter
from services.imports.jobs import Task
from services.tables.columns import Column
from services.tables.query import Query
from services.tables.registry import TABLES
from services.tables.rows import rows
from services.values import fold

PAGE = 10
LATER = "import-later"
NOBODY = "новая запись"
TABLES_OF = {"Person": "people", "Company": "companies"}
Values = dict[str, str]


def render(batch: BatchInfo) -> None:
    """Draw the rows nobody has decided about, and the button that plans anew with what was decided."""
    if not batch.report.doubtful:
        st.success("Решать нечего: для каждой строки понятно, кого она означает.", icon=":material/task_alt:")
        return
    st.caption("Решение запоминается: если такая строка встретится в другом файле, спрашивать снова не будем.")
    decided = guard.read(imports.decided, batch.id)
    later: set[int] = guard.recall(f"{LATER}-{batch.id}", set())
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"Сверить заново (решено: {len(decided)})"
        if st.button(label, type="primary" if decided else "secondary", icon=":material/refresh:", key="plan-again"):
            plan_again(batch.id)
        if later and st.button(f"Показать отложенные: {len(later)}", icon=":material/schedule:"):
            guard.forget(f"{LATER}-{batch.id}")
            st.rerun()
    wanted = address.number("row")
    only = RowFilter(outcome="doubtful") if wanted is None else RowFilter(outcome="doubtful", ids=[wanted])
    total = guard.read(imports.planned_rows, batch.id, only, 1).total
    start = address.page_start(total, PAGE)
    page = guard.read(imports.planned_rows, batch.id, only, PAGE, start)
    for row in page.rows:
        if row.id not in later or wanted is not None:
            _question(batch.id, row, decided)
    if wanted is not None:
        address.link("Все строки к решению", {"load": batch.id, "view": "decide"}, ":material/list:")
    address.pages(total, PAGE)


def plan_again(batch_id: int) -> None:
    """Plan the load with what was decided and chosen. Does not return."""
    guard.forget(f"{LATER}-{batch_id}")
    work.launch(batch_id, Task.PLAN)
    address.go(load=batch_id)


def _question(batch_id: int, row: PlannedRow, decided: Mapping[int, int | None]) -> None:
    candidates = row.match.get("candidates", [])
    with st.container(border=True, key=f"doubt-{row.id}"):
        st.markdown(f"**{plain(row.name or 'Без названия')}**")
        block([line(words(f"{row.sheet}, строка {row.number}"), words(row.match.get("reason", "")))])
        block([_beside(row, candidates)])
        if row.id in decided:
            names = {int(candidate["id"]): str(candidate["name"]) for candidate in candidates}
            said = names.get(decided[row.id] or 0, NOBODY)
            st.caption(f":material/check: Решено: {plain(said)}")
        with st.container(horizontal=True):
            for candidate in candidates:
                number, name = int(candidate["id"]), str(candidate["name"])
                if st.button(f"Это {plain(name)}", key=f"is-{row.id}-{number}", icon=":material/person_check:"):
                    _decide(batch_id, row.id, number)
            if st.button("Новая запись", key=f"new-{row.id}", icon=":material/person_add:"):
                _decide(batch_id, row.id, None)
            if st.button("Решить позже", key=f"later-{row.id}", type="tertiary", icon=":material/schedule:"):
                guard.remember(f"{LATER}-{batch_id}", guard.recall(f"{LATER}-{batch_id}", set()) | {row.id})
                st.rerun()


def _decide(batch_id: int, row_id: int, entity_id: int | None) -> None:
    if guard.act(imports.decide, batch_id, row_id, entity_id) is not None:
        st.rerun()


def _beside(row: PlannedRow, candidates: list[Mapping[str, Any]]) -> str:
    """A table: the column, what the row says, what each candidate has; equal is quiet, different is marked."""
    said: dict[str, list[str]] = dict(row.match.get("said", {}))
    present = [_present(row, candidate) for candidate in candidates]
    keys = [key for key in said if key in (said.keys() & {k for one in present for k in one}) or said[key][1]]
    heads = "".join(
        f"<th>{span('name', str(c['name']))}<br>"
        f"{span('label', counted(int(c['score']), 'балл', 'балла', 'баллов') + ' из 100: ' + str(c['reason']))}</th>"
        for c in candidates
    )
    lines = []
    for key in keys:
        label, value = said[key]
        cells = "".join(_compared(value, one.get(key, "")) for one in present)
        lines.append(f"<tr><th>{words(label)}</th><td>{words(value)}</td>{cells}</tr>")
    return (
        f'<div class="im-wrap"><table class="im-pairs"><thead><tr><th></th><th>В файле</th>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _compared(said: str, present: str) -> str:
    kind = "equal" if not present or _is_same(said, present) else "differs"
    return f'<td class="im-{kind}">{words(present or "нет")}</td>'


def _is_same(said: str, present: str) -> bool:
    def bare(text: str) -> str:
        return re.sub(r"\W", "", fold(text))

    digits = [re.sub(r"\D", "", text)[-10:] for text in (said, present)]
    return bare(said) == bare(present) or (len(digits[0]) == 10 and digits[0] == digits[1])


def _present(row: PlannedRow, candidate: Mapping[str, Any]) -> Values:
    """The present values of a candidate, as the actor may see them."""
    name = TABLES_OF.get(str(candidate["entity"]), row.table)
    found = guard.read(rows, name, Query(ids=(int(candidate["id"]),), end=1)).rows
    columns = {column.key: column for column in TABLES[name].columns}
    return {key: _shown(columns[key], value) for one in found for key, value in one.items() if key in columns}


def _shown(column: Column, value: Any) -> str:
    if value is None or value == "":
        return ""
    return column.titles.get(str(value)) or column.kind.show(value)
