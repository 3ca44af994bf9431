"""«Кому и почему»: of one person or company, what each rule will send them, or why not, and what it sent."""

import streamlit as st

from pages.office import pickers
from pages.office.messaging.said import DELIVERY_COLORS, moment, sentence
from pages.office.reminders import place
from pages.ui import guard
from pages.ui.escape import plain
from services.directory.cards import head_of
from services.directory.parties import Kind
from services.errors import DomainError
from services.reminders.ledger import LedgerLine
from services.reminders.why import RuleWhy, why

KINDS: dict[Kind, str] = {"person": "Физ. лицо", "company": "Юр. лицо"}


def draw() -> None:
    """Draw the answer, or the question whom it is about."""
    party = place.party()
    if party is None:
        _choose()
        return
    try:
        name, found = guard.read(head_of, party).title, guard.read(why, party)
    except DomainError as error:
        guard.show_error(error)
        place.link("Выбрать другого", ":material/person_search:", tab="why")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="why-who"):
        st.markdown(f"#### [{plain(name)}]({party.address})")
        place.link("Выбрать другого", ":material/person_search:", tab="why")
    if not found:
        st.info("Правил пока нет.", icon=":material/notifications_off:")
    for one in found:
        with st.container(border=True, key=f"why-{one.rule_id}"):
            _rule(one)


@st.fragment
def _choose() -> None:
    st.caption(
        "Выберите человека или компанию: будет видно, что и когда им отправит каждое правило, а если нет, то почему."
    )
    kind: Kind = st.segmented_control(
        "О ком", list(KINDS), default="person", format_func=KINDS.__getitem__, required=True, key="why-kind",
        label_visibility="collapsed",
    )  # fmt: skip
    chosen = pickers.pick(kind, f"why-{kind}", KINDS[kind])
    if chosen:
        pickers.clear(f"why-{kind}")
        place.go(tab="why", who=f"{kind}-{chosen}")


def _rule(one: RuleWhy) -> None:
    badge = ":green-badge[получит]" if one.receives else ":gray-badge[не получит]"
    st.markdown(f"{badge} **{plain(one.name)}** :gray[· {plain(one.watched)}]")
    for sentence_ in _against(one):
        st.markdown(f":material/block: {plain(sentence_)}")
    for coming in one.coming:
        about = f" «{plain(coming.about)}»" if coming.about else ""
        would = "" if one.enabled else "было бы "
        st.markdown(
            f":material/schedule_send: {would}{moment(coming.leaves_at)} · {plain(coming.step)} "
            f":gray[(дата: {coming.anchor:%d.%m.%Y}{about})]"
        )
    if one.coming:
        st.caption(" · ".join(_channel(channel.channel, channel.reason) for channel in one.channels))
    for line in one.noted:
        st.markdown(_noted(line))


def _against(one: RuleWhy) -> list[str]:
    """Why nothing comes, in sentences."""
    said = [] if one.enabled else ["Правило выключено."]
    if one.against:
        said.append(one.against)
    elif one.coming and all(channel.reason for channel in one.channels):
        said.append(f"{sentence(one.channels[0].reason)}.")
    return said


def _channel(title: str, reason: str) -> str:
    return f"{sentence(title)}: {reason or 'да'}"


def _noted(line: LedgerLine) -> str:
    said = f" :gray[{plain(line.said)}]" if line.said else ""
    state = f":{DELIVERY_COLORS[line.state]}-badge[{plain(line.state_title)}]"
    return f":material/history: {moment(line.at)} · {plain(line.step)} · {plain(line.channel)} {state}{said}"
