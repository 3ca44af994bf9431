"""What is to be said of the rows of a file: by weight and sheet, page by page."""

from collections.abc import Sequence

import streamlit as st

from pages.office.imports import address
from pages.office.imports.blocks import grouped
from pages.ui import guard
from pages.ui.escape import plain
from services import imports
from services.imports import BatchInfo, ReportRemark

SEVERITIES = {"error": "Ошибки", "warning": "Проверьте", "info": "К сведению"}
ONE = {"error": "Ошибка", "warning": "Проверьте", "info": "К сведению"}
ALL = "all"
PAGE = 100


def render(batch: BatchInfo) -> None:
    """Draw the remarks of a plan, as the address narrows them."""
    found = guard.read(imports.remarks, batch.id)
    if not found:
        st.caption("Замечаний нет.")
        return
    counts = {severity: sum(remark.severity == severity for remark in found) for severity in SEVERITIES}
    options = {ALL: f"Все: {grouped(len(found))}"}
    options |= {key: f"{label}: {grouped(counts[key])}" for key, label in SEVERITIES.items() if counts[key]}
    severity = address.segments("severity", "severity", options, ALL)
    sheets = {ALL: "Все листы"} | {remark.sheet: plain(remark.sheet) for remark in found if remark.sheet}
    sheet = address.segments("remark-sheet", "sheet", sheets, ALL) if len(sheets) > 2 else ALL
    shown = [r for r in found if severity in (ALL, r.severity) and sheet in (ALL, r.sheet)]
    start = address.page_start(len(shown), PAGE)
    table(shown[start : start + PAGE])
    address.pages(len(shown), PAGE)


def table(remarks: Sequence[ReportRemark]) -> None:
    """A table of remarks."""
    if not remarks:
        st.caption("Таких замечаний нет.")
        return
    st.table(
        [
            {
                "Важность": ONE[remark.severity],
                "Лист": plain(remark.sheet),
                "Строка": str(remark.row or ""),
                "Колонка": plain(remark.column),
                "Значение": plain(remark.value),
                "Замечание": plain(remark.message),
            }
            for remark in remarks
        ]
    )
