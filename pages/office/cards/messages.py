"""Section «Сообщения» of a card: everything that was sent or was not, and what the party wants to get."""

import streamlit as st

from models import DeliveryState
from pages.office.cards import facts
from pages.office.cards.facts import one_line
from pages.ui import guard
from pages.ui.escape import plain
from services import clock
from services.directory.parties import Party
from services.errors import DomainError
from services.messaging import received, wishes
from services.messaging.received import Correspondence, Message
from services.messaging.wishes import Given, Wish, Wishes
from services.messaging.words import CHANNEL_TITLES, PURPOSE_TITLES

WIDTHS, WISH_WIDTHS = (1.6, 4.4, 3.6, 1), (3, 4, 2)
COLORS = {
    DeliveryState.SENT: "green", DeliveryState.FAILED: "red", DeliveryState.UNKNOWN: "orange",
    DeliveryState.QUEUED: "blue", DeliveryState.CLAIMED: "blue", DeliveryState.SENDING: "blue",
}  # fmt: skip


def draw(party: Party) -> None:
    """Draw the section of a person or a company."""
    all_of_it: Correspondence = guard.read(received.correspondence, party, guard.input_value(_pages(party), 1) - 1)
    found = all_of_it.messages
    _wishes(party, all_of_it.wishes, may_edit=all_of_it.may_edit)
    if found.notices:
        st.caption(f"Уведомлений в кабинете: {found.notices}, непрочитанных: {found.unread}")
    if not found.total:
        st.caption("Сообщений пока не было.")
        return
    with st.container(key="messages", gap="small"):
        st.html(one_line("messages"))
        for line in found.lines:
            _line(party, line, may_open=all_of_it.may_open)
    if found.pages > 1:
        st.pagination(found.pages, key=_pages(party))


def _pages(party: Party) -> str:
    return f"messages-{party.kind}-{party.id}"


def _line(party: Party, line: Message, *, may_open: bool) -> None:
    with st.container(border=True, key=f"message-{line.id}"):
        when, what, state, text = st.columns(WIDTHS, vertical_alignment="center")
        when.markdown(f":small[{clock.local(line.at):%d.%m.%Y %H:%M}]")
        mailing = f"/mailing?id={line.mailing_id}" if line.mailing_id else ""
        title = facts.link(line.title, mailing) if mailing and may_open else plain(line.title)
        address = f", {plain(line.address)}" if line.address else ""
        what.markdown(f"{title}  \n:small[:gray[{plain(line.channel_title)}{address}]]")
        state.markdown(_state(line))
        if line.state is DeliveryState.SENT and text.button(
            "", key=f"message-text-{line.id}", icon=":material/visibility:", type="tertiary", help="Показать текст"
        ):
            _text(party, line)


def _state(line: Message) -> str:
    shown = [f":{COLORS.get(line.state, 'gray')}-badge[{line.state_title}]"]
    if line.read_at is not None:
        shown.append(f":small[:gray[прочитано {clock.local(line.read_at):%d.%m.%Y %H:%M}]]")
    elif line.state is DeliveryState.SENT and not line.address:
        shown.append(":small[:gray[не прочитано]]")
    why = "; ".join(part for part in (line.why_not, line.detail) if part)
    return "  \n".join([*shown, *([f":small[{plain(why)}]"] if why else [])])


@st.dialog("Текст сообщения", width="large")
def _text(party: Party, line: Message) -> None:
    try:
        found = guard.read(received.text_of, party, line.id)
    except DomainError as error:
        guard.show_error(error)
        return
    if not found.is_exact:
        st.caption("Письма не хранятся дословно: текст собран заново по сегодняшним данным.")
    st.markdown(f"**{plain(found.subject)}**")
    st.markdown(plain(found.text).replace("\n", "  \n"))


def _wishes(party: Party, found: Wishes, *, may_edit: bool) -> None:
    ended = sum(bool(wish.ended_on) for wish in found.channels)
    title = f"Отписки и согласия · отписок: {ended}" if ended else "Отписки и согласия"
    with st.expander(title, icon=":material/tune:", key=f"wishes-{party.kind}-{party.id}"):
        for wish in found.channels:
            _wish(party, wish, may_edit=may_edit)
        for purpose, given in found.consents:
            _consent(party, purpose.value, PURPOSE_TITLES[purpose], given, may_edit=may_edit)


def _wish(party: Party, wish: Wish, *, may_edit: bool) -> None:
    what, state, button = st.columns(WISH_WIDTHS, vertical_alignment="center")
    what.markdown(f"{PURPOSE_TITLES[wish.purpose].capitalize()}, {CHANNEL_TITLES[wish.channel]}")
    if wish.ended_on:
        state.markdown(f":red-badge[отписан] :small[:gray[{wish.ended_on}, {plain(wish.how)}]]")
    elif wish.lacks_consent:
        state.markdown(":gray-badge[не получает: нет согласия]")
    else:
        state.markdown(":green-badge[получает]")
    if not may_edit:
        return
    label, service = ("Вернуть", wishes.opt_in) if wish.ended_on else ("Отписать", wishes.opt_out)
    key = f"wish-{party.kind}-{party.id}-{wish.purpose}-{wish.channel}"
    with button:
        pressed = st.button(label, key=key, type="tertiary")
    if pressed and guard.act(service, party, wish.purpose.value, wish.channel.value) is not None:
        guard.flash("Отписка отмечена." if service is wishes.opt_out else "Отписка снята.")
        st.rerun()


def _consent(party: Party, purpose: str, title: str, given: tuple[Given, ...], *, may_edit: bool) -> None:
    holding = next((one for one in given if not one.withdrawn_on), None)
    what, state, button = st.columns(WISH_WIDTHS, vertical_alignment="center")
    what.markdown(f"Согласие: {title}")
    if holding is not None:
        note = f", {plain(holding.note)}" if holding.note else ""
        state.markdown(f":green-badge[есть] :small[:gray[с {holding.given_on}, {plain(holding.how)}{note}]]")
    else:
        state.markdown(":gray-badge[нет]")
    for one in (one for one in given if one.withdrawn_on):
        state.markdown(f":small[:gray[было с {one.given_on} по {one.withdrawn_on}]]")
    if not may_edit:
        return
    with button:
        label = "Отозвать" if holding else "Записать…"
        pressed = st.button(label, key=f"consent-{party.kind}-{party.id}-{purpose}", type="tertiary")
    if not pressed:
        return
    if holding is None:
        _give(party, purpose, title)
    elif guard.act(wishes.withdraw_consent, party, purpose) is not None:
        guard.flash("Согласие отозвано.")
        st.rerun()


@st.dialog("Согласие на сообщения")
def _give(party: Party, purpose: str, title: str) -> None:
    st.markdown(f"Вид сообщений: {title}")
    with st.form("consent", border=False):
        day = st.date_input("Когда дано", value=clock.today(), max_value=clock.today(), format="DD.MM.YYYY")
        note = st.text_input("Где подтверждение", placeholder="Анкета, письмо, договор", max_chars=wishes.LONGEST)
        sent = st.form_submit_button("Записать", type="primary")
    if sent and guard.act(wishes.give_consent, party, purpose, day, note) is not None:
        guard.flash("Согласие записано.")
        st.rerun()
