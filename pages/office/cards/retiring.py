"""Deactivating a record, bringing it back, deleting it: the actions of a card and what they ask first."""

from functools import partial

import streamlit as st

from pages.office.cards import shell
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services.tables.creating import delete_row, hanging_on, set_active


def actions(table: str, number: int, title: str, *, active: bool) -> tuple[shell.Action, ...]:
    """The actions every record with `active` has."""
    if active:
        retire = shell.Action(
            "retire", "Деактивировать", ":material/block:", partial(_ask_retire, table, number, title)
        )
    else:
        retire = shell.Action("back", "Вернуть в работу", ":material/undo:", partial(_set, table, number, True))
    return (retire, shell.Action("delete", "Удалить", ":material/delete:", partial(_ask_delete, table, number, title)))


def _ask_retire(table: str, number: int, title: str) -> None:
    st.dialog("Деактивировать?", icon=":material/block:")(_retire)(table, number, title)


def _retire(table: str, number: int, title: str) -> None:
    st.markdown(
        f"**{plain(title)}** исчезнет из таблиц, отборов и рассылок. Данные и история останутся, "
        "запись можно вернуть в работу в любой момент."
    )
    if st.button("Деактивировать", type="primary", key="retire-yes"):
        _set(table, number, False)


def _set(table: str, number: int, active: bool) -> None:
    if guard.act(set_active, table, number, active) is not None:
        guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
        guard.flash("Запись снова в работе." if active else "Запись деактивирована.")
        st.rerun()


def _ask_delete(table: str, number: int, title: str) -> None:
    st.dialog("Удалить?", icon=":material/delete:")(_delete)(table, number, title)


def _delete(table: str, number: int, title: str) -> None:
    hanging = guard.read(hanging_on, table, number)
    if hanging:
        st.markdown(f"**{plain(title)}** удалить нельзя: с записью связаны {', '.join(hanging)}.")
        st.caption("Её можно деактивировать: она исчезнет из таблиц, а связи и история останутся.")
        return
    st.markdown(f"**{plain(title)}** будет удалена насовсем. С ней ничего не связано.")
    if st.button("Удалить", type="primary", key="delete-yes") and guard.act(delete_row, table, number) is not None:
        guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
        guard.flash(f"Удалено: {title}")
        st.switch_page(navigation.page(table))
