"""What is asked before an event is moved, cancelled or repeated."""

import streamlit as st

from pages.ui import guard, navigation
from pages.ui.escape import plain
from services.events.events import EventCard, Told, bring_back, cancel, duplicate, reschedule
from services.values import format_date
from services.values.cleaned import counted

DATE_HINT = "например 15.12.2026 или декабрь 2026"


def open_moving(card: EventCard) -> None:
    """Ask for the new days and hours."""
    st.dialog("Перенести", icon=":material/update:")(_move)(card)


def open_cancelling(card: EventCard) -> None:
    """Ask for the reason."""
    st.dialog("Отменить мероприятие?", icon=":material/event_busy:")(_cancel)(card)


def open_copying(card: EventCard) -> None:
    """Ask for the day of the copy."""
    st.dialog("Повторить мероприятие", icon=":material/content_copy:")(_copy)(card)


def take_back(event_id: int) -> None:
    """Take a cancellation back."""
    done = guard.act(bring_back, event_id)
    if done is not None:
        _say("Отмена снята.", done.value)


def _move(card: EventCard) -> None:
    with st.form("event-move", border=False):
        left, right = st.columns(2)
        starts_on = left.text_input("Первый день", format_date(card.dates.starts_on), placeholder=DATE_HINT)
        ends_on = right.text_input("Последний день", format_date(card.dates.ends_on), placeholder="если дней несколько")
        start_time = left.text_input("Начало", card.dates.start_time or "", placeholder="10:00")
        end_time = right.text_input("Окончание", card.dates.end_time or "", placeholder="18:00")
        st.caption("Время московское. Первоначальная дата останется на карточке.")
        sent = st.form_submit_button("Перенести", type="primary")
    if sent:
        typed = (starts_on or "", ends_on or "", start_time or "", end_time or "")
        done = guard.act(reschedule, card.id, *typed, seen=card.version)
        if done is not None:
            _say("Даты изменены.", done.value)


def _cancel(card: EventCard) -> None:
    st.markdown(f"**{plain(card.name)}**, {plain(card.dates.spoken)}. Список участников сохранится.")
    with st.form("event-cancel", border=False):
        reason = st.text_input("Причина", max_chars=200)
        sent = st.form_submit_button("Отменить мероприятие", type="primary")
    if sent:
        done = guard.act(cancel, card.id, reason or "")
        if done is not None:
            _say("Мероприятие отменено.", done.value)


def _copy(card: EventCard) -> None:
    st.markdown("Новое мероприятие получит всё, кроме участников: вид, название, место, часы, места, спикеров.")
    with st.form("event-copy", border=False):
        starts_on = st.text_input("Первый день", placeholder=DATE_HINT)
        sent = st.form_submit_button("Создать", type="primary")
    if sent:
        done = guard.act(duplicate, card.id, starts_on or "")
        if done is not None:
            guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
            guard.flash("Создано. Проверьте название и даты.")
            st.switch_page(navigation.page("event"), query_params={"id": str(done.value)})


def _say(text: str, told: Told) -> None:
    guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
    if told.guests:
        text += f" Предупредите участников: {counted(told.guests, 'человек', 'человека', 'человек')}."
    guard.flash(text)
    st.rerun()
