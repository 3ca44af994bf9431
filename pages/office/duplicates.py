"""«Дубликаты»: probable pairs to go through, one pair side by side, the search for more."""

from typing import Any

import streamlit as st

from pages.office import duplicates_merge, pickers
from pages.office.cards import shell
from pages.office.imports import address
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services import clock
from services.directory.parties import Kind
from services.duplicates import jobs, pairs
from services.duplicates.merging import fuller_first
from services.duplicates.pairs import PairLine, PairPage
from services.errors import DomainError

PATH = "duplicates"
KINDS: dict[Kind, str] = {"person": "Физ. лица", "company": "Юр. лица"}
SCORES = {"0": "Любая уверенность", "80": "Уверенно: 80 и больше", "50": "Вероятно: 50 и больше"}
WIDTHS = (0.8, 4, 4, 2.2)
EVERY = 1.0
"""Seconds between two looks at a running search."""


def render() -> None:
    """Draw the page."""
    st.html(shell.STYLE)
    address.tell_browser()
    kind = _asked_kind()
    if (asked := _asked_pair()) is not None:
        duplicates_merge.render(kind, *asked)
        return
    st.title("Дубликаты", anchor=False)
    _search()
    _list(_kind(kind))


def _asked_kind() -> Kind:
    return "company" if st.query_params.get("kind") == "company" else "person"


def _asked_pair() -> tuple[int, int] | None:
    numbers = [st.query_params.get(key, "") for key in ("kept", "lost")]
    if all(text.isascii() and text.isdecimal() and len(text) < 16 for text in numbers):
        return int(numbers[0]), int(numbers[1])
    return None


def _kind(asked: Kind) -> Kind:
    """Which tab is open; it stands in the address."""
    counts = guard.read(pairs.counts)
    guard.put_input("duplicates-kind", asked)
    chosen: Any = st.segmented_control(
        "Кого сравнивать",
        list(KINDS),
        format_func=lambda kind: f"{KINDS[kind]} · {counts[kind]}",
        key="duplicates-kind",
        required=True,
        label_visibility="collapsed",
        on_change=_choose_kind,
    )
    return "company" if chosen == "company" else "person"


def _choose_kind() -> None:
    st.query_params["kind"] = guard.input_value("duplicates-kind")
    guard.put_input("duplicates-page", 1)


def _search() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if jobs.progress() is not None:
            _watch()
            return
        if st.button("Найти сейчас", icon=":material/search:", key="duplicates-search"):
            try:
                jobs.start(guard.actor())
            except DomainError as error:
                guard.show_error(error)
            else:
                st.rerun()
        if st.button("Объединить две записи…", icon=":material/merge:", key="duplicates-own"):
            _own(_asked_kind())
    if jobs.failure():
        st.error(plain(jobs.failure()), icon=":material/error:")


@st.fragment(run_every=EVERY)
def _watch() -> None:
    progress = jobs.progress()
    if progress is None:
        st.rerun()
    else:
        whom = "людей" if progress.kind == "person" else "компании"
        st.info(f"Сравниваем {whom}… Страницу можно закрыть и вернуться позже.", icon=":material/search:")


def _list(kind: Kind) -> None:
    reason, score, dismissed = st.columns((2, 2, 1.6), vertical_alignment="bottom")
    found: PairPage = guard.read(
        pairs.listed,
        kind,
        reason=reason.selectbox("Причина", list(pairs.REASONS), format_func=pairs.REASONS.__getitem__),
        least=int(score.selectbox("Уверенность", list(SCORES), format_func=SCORES.__getitem__)),
        dismissed=dismissed.toggle("Отклонённые", key="duplicates-dismissed"),
        page=guard.input_value("duplicates-page", 1) - 1,
    )
    searched = f"Поиск: {clock.local(found.searched_at):%d.%m.%Y %H:%M}" if found.searched_at else "Поиска ещё не было"
    st.caption(f"Пар: {found.total}, из них уверенно {found.sure}. {searched}; новый — каждую ночь.")
    if not found.total:
        st.info("Похожих записей нет.", icon=":material/task_alt:")
        return
    for line in found.lines:
        with st.container(border=True, key=f"pair-{line.id}"):
            _line(kind, line)
    if found.pages > 1:
        st.pagination(found.pages, key="duplicates-page")


def _line(kind: Kind, line: PairLine) -> None:
    score, left, right, buttons = st.columns(WIDTHS, vertical_alignment="center")
    color = "green" if line.score >= pairs.SURE else "orange"
    score.markdown(f":{color}-badge[{line.score}]", help="Насколько вероятно, что это одно и то же, из 100")
    for place, title, note in ((left, line.left_title, line.left_note), (right, line.right_title, line.right_note)):
        place.markdown(f"**{plain(title)}**" + (f"  \n:small[:gray[{plain(note)}]]" if note else ""))
    reasons = "; ".join(line.reasons)
    st.markdown(f":small[:gray[{plain(reasons[:1].upper() + reasons[1:])}]]")
    with buttons:
        st.page_link(
            navigation.page(PATH),
            label="Сравнить",
            icon=":material/compare_arrows:",
            query_params={"kind": kind, "kept": str(line.kept), "lost": str(line.lost)},
        )
        _decide(kind, line)


def _decide(kind: Kind, line: PairLine) -> None:
    if line.decided:
        st.caption(f"Отклонено {line.decided}")
        if st.button("Вернуть в список", key=f"back-{line.id}", type="tertiary"):
            if guard.act(pairs.bring_back, kind, line.left, line.right) is not None:
                st.rerun()
    elif st.button("Не дубликаты", key=f"dismiss-{line.id}", type="tertiary", icon=":material/close:"):
        if guard.act(pairs.dismiss, kind, line.left, line.right) is not None:
            st.rerun()


@st.dialog("Объединить две записи", icon=":material/merge:")
def _own(kind: Kind) -> None:
    st.caption("Выберите две записи об одном и том же. Дальше вы увидите их рядом.")
    first = pickers.pick(kind, "merge-first", "Первая запись")
    second = pickers.pick(kind, "merge-second", "Вторая запись")
    if st.button("Сравнить", type="primary", disabled=not (first and second), key="merge-compare"):
        try:
            kept, lost = guard.read(fuller_first, kind, int(first), int(second))
        except DomainError as error:
            guard.show_error(error)
            return
        for key in ("merge-first", "merge-second"):
            pickers.clear(key)
        st.query_params.from_dict({"kind": kind, "kept": str(kept), "lost": str(lost)})
        st.rerun()
