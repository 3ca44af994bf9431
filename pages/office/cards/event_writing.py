"""What is written about an event from its card: invitations, letters to its guests, news of a change."""

from functools import partial

import streamlit as st

from models import MailingKind, ParticipationStatus as Status
from pages.office.cards import shell
from pages.office.imports.blocks import grouped
from pages.office.messaging import writing
from services.events.events import EventCard
from services.events.words import STATUS_TITLES
from services.messaging import audiences

NOT_TOLD = (Status.DECLINED, Status.NO_SHOW)
"""Guests whom a change does not concern."""


def actions(card: EventCard) -> tuple[shell.Action, ...]:
    """The buttons, the most urgent first: who counts on a cancelled or moved event has to hear of it."""
    made = []
    told = _to_be_told(card)
    if told and (card.cancelled_at is not None or card.moved_from) and not card.is_over:
        label = f"Известить участников ({grouped(told)})"
        made.append(shell.Action("tell", label, ":material/campaign:", partial(_tell, card)))
    if card.active and card.cancelled_at is None and not card.is_over:
        invite = partial(writing.open_invitation, card.id, card.name)
        made.append(shell.Action("invite", "Пригласить", ":material/person_add:", invite))
    if card.heads.invited:
        write = partial(st.dialog("Написать участникам", icon=":material/mail:")(_write), card)
        made.append(shell.Action("write", "Написать участникам", ":material/mail:", write))
    return tuple(made)


def _to_be_told(card: EventCard) -> int:
    return sum(number for status, number in card.heads.by_status.items() if Status(status) not in NOT_TOLD)


def _tell(card: EventCard) -> None:
    statuses = [status.value for status in Status if status not in NOT_TOLD]
    writing.begin(MailingKind.EVENT_CHANGE, audiences.from_event(card.id, statuses), card.id)


def _write(card: EventCard) -> None:
    numbers = card.heads.by_status
    chosen = st.pills(
        "Кому", [status.value for status in Status if numbers.get(status)], selection_mode="multi",
        format_func=lambda status: f"{STATUS_TITLES[Status(status)]} · {numbers.get(status, 0)}",
        key=f"write-guests-{card.id}",
    )  # fmt: skip
    number = sum(numbers.get(status, 0) for status in chosen) if chosen else card.heads.invited
    st.caption("Ничего не выбрано — всем участникам. До подтверждения ничего не уйдёт.")
    if st.button(f"Написать: {grouped(number)}", type="primary", icon=":material/edit:", key="write-yes"):
        writing.begin(MailingKind.MESSAGE, audiences.from_event(card.id, chosen or ()), card.id)
