"""How mailings are spoken of on every page about them: moments, colours of states, counts."""

import datetime as dt

import streamlit as st

from models import DeliveryState, MailingKind, MailingState
from pages.office.cards.shell import Color
from pages.office.imports.blocks import counted, grouped
from pages.ui import guard, navigation
from services import clock
from services.errors import DomainError

STATE_COLORS: dict[MailingState, Color] = {
    MailingState.DRAFT: "gray", MailingState.REVIEW: "blue", MailingState.APPROVAL: "orange",
    MailingState.CONFIRMED: "violet", MailingState.DONE: "green", MailingState.CANCELLED: "gray",
}  # fmt: skip
STATE_ICONS = {
    MailingState.DRAFT: "edit_note", MailingState.REVIEW: "fact_check", MailingState.APPROVAL: "approval_delegation",
    MailingState.CONFIRMED: "schedule_send", MailingState.DONE: "task_alt", MailingState.CANCELLED: "cancel",
}  # fmt: skip
KIND_ICONS = {
    MailingKind.MESSAGE: "mail", MailingKind.REMINDER: "notifications", MailingKind.INVITATION: "event",
    MailingKind.ASSOCIATION: "workspace_premium", MailingKind.BIRTHDAY: "cake",
    MailingKind.EVENT_CHANGE: "event_repeat",
}  # fmt: skip
DELIVERY_COLORS: dict[DeliveryState, Color] = {
    DeliveryState.PLANNED: "blue", DeliveryState.EXCLUDED: "gray", DeliveryState.QUEUED: "blue",
    DeliveryState.CLAIMED: "blue", DeliveryState.SENDING: "violet", DeliveryState.SENT: "green",
    DeliveryState.FAILED: "red", DeliveryState.UNKNOWN: "orange", DeliveryState.CANCELLED: "gray",
    DeliveryState.MISSED: "gray",
}  # fmt: skip


def moment(at: dt.datetime | None) -> str:
    """«22.11.2026 в 10:00» by the association's clock, «» for none."""
    return f"{clock.local(at):%d.%m.%Y в %H:%M}" if at is not None else ""


def sentence(words: str) -> str:
    """With a capital letter; the rest as it is («SMS»)."""
    return words[:1].upper() + words[1:]


def recipients_of(number: int) -> str:
    """«3 получателя»."""
    return counted(number, "получатель", "получателя", "получателей")


def to_recipients(number: int) -> str:
    """«3 получателям», «21 получателю»."""
    one = number % 10 == 1 and number % 100 != 11
    return f"{grouped(number)} {'получателю' if one else 'получателям'}"


def open_mailing(number: int) -> None:
    """Lead to a mailing. Does not return."""
    st.switch_page(navigation.page("mailing"), query_params={"id": str(number)})


def refused(error: DomainError) -> None:
    """Say why not on the page as it is now: most refusals mean that somebody else was quicker. Does not return."""
    guard.flash(str(error))
    st.rerun(scope="app")
