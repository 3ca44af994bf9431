"""«Пригласить»: the chosen rows of a table become guests of an event."""

import streamlit as st

from pages.office.cards import guest_forms
from pages.office.chosen import chosen_rows
from pages.ui import guard
from pages.ui.grid import GridEvent
from services.events.inviting import coming_events, invite_rows
from services.tables.query import Query
from services.values.cleaned import counted


def open_dialog(event: GridEvent) -> None:
    """Choose the event."""
    st.dialog("Пригласить", icon=":material/person_add:")(_draw)(event.table, chosen_rows(event), event.count)


def _draw(table: str, query: Query, number: int) -> None:
    titles = {coming.id: coming.title for coming in guard.read(coming_events)}
    st.markdown(
        f"Выбрано: **{counted(number, 'запись', 'записи', 'записей')}**. Новые участники получат статус «приглашён»."
    )
    chosen = st.selectbox(
        "Мероприятие или курс", list(titles), format_func=titles.__getitem__, index=None, key="invite-event",
        placeholder="Выберите", filter_mode="contains",
    )  # fmt: skip
    if not titles:
        st.caption("Предстоящих мероприятий нет. Добавьте мероприятие или курс в его таблице.")
    if st.button("Добавить в участники", type="primary", disabled=chosen is None, key="invite-yes"):
        done = guard.act(invite_rows, chosen or 0, table, query)
        if done is not None:
            guest_forms.say_added(done.value)
            guest_forms.renew()
