"""The recipients of a mailing: by state, by reason, by name, page by page; failed and unknown ones are decided here."""

from collections import Counter
from html import escape

import streamlit as st

from models import DeliveryState, WhyNot
from pages.office.cards import facts
from pages.office.imports.blocks import grouped
from pages.office.messaging import said
from pages.ui import guard
from pages.ui.escape import plain
from services.errors import DomainError
from services.messaging import mailing_views, outbox
from services.messaging.mailing_views import MailingView, Recipient, Recipients
from services.messaging.outbox import Verdict
from services.messaging.words import DELIVERY_TITLES, WHY_NOT_TITLES

TICKED = "deliveries-ticked"
OPEN = (DeliveryState.FAILED, DeliveryState.UNKNOWN)
"""The states a person decides about."""
VERDICTS = (
    (Verdict.AGAIN, "Отправить ещё раз", ":material/send:"),
    (Verdict.SENT, "Считать отправленным", ":material/done:"),
    (Verdict.DROPPED, "Не отправлять", ":material/block:"),
)
STYLE = """<style>
.rc { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 5fr) minmax(9rem, 3fr); font-size: 0.9rem }
.rc > div { display: contents }
.rc > div > span { padding: 0.35rem 0.5rem; border-bottom: 1px solid #e6eaef; overflow-wrap: anywhere }
.rc-head > span { color: #4a5866; font-size: 0.8rem }
.rc small { color: #4a5866 }
@media (max-width: 700px) {
    .rc, .rc > div { display: block }
    .rc > div > span { display: block; border: 0; padding: 0.05rem 0 }
    .rc > div { border-bottom: 1px solid #e6eaef; padding: 0.35rem 0 }
    .rc > .rc-head { display: none }
}
</style>"""


def draw(view: MailingView) -> None:
    """The filter and what it finds."""
    state = _state(view)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input("Найти по имени", key=f"rc-search-{view.id}", type="search", live=True,
                               placeholder="Фамилия или название", autocomplete="off", width=260) or ""  # fmt: skip
        reason = _reason() if state in ("", DeliveryState.EXCLUDED.value) else ""
    key = f"rc-page-{view.id}-{state}-{reason}-{search}"
    page = guard.input_value(key, 1) - 1
    found: Recipients = guard.read(mailing_views.recipients, view.id, state, reason, search.strip(), page)
    if not found.total:
        st.info("Никого не нашлось." if state or reason or search else "Получателей нет.", icon=":material/group_off:")
        return
    if state in OPEN:
        _deciding(view, found)
    else:
        st.html(STYLE + _table(found))
    if found.pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.pagination(found.pages, key=key)
            st.caption(f"Всего: {grouped(found.total)}")


def show(view: MailingView, state: DeliveryState) -> None:
    """Let the list show one state when it is drawn next."""
    guard.put_input(_key(view), state.value)


def _key(view: MailingView) -> str:
    return f"rc-state-{view.id}"


def _state(view: MailingView) -> str:
    counts: Counter[str] = Counter()
    for one in view.counts:
        counts[one.state.value] += one.count
    listed = [state.value for state in DeliveryState if counts[state.value]]
    if guard.input_value(_key(view)) not in (None, *listed):
        guard.put_input(_key(view), None)
    chosen = st.pills(
        "Состояние", listed, key=_key(view), label_visibility="collapsed",
        format_func=lambda state: f"{DELIVERY_TITLES[DeliveryState(state)]} · {grouped(counts[state])}",
    )  # fmt: skip
    return chosen or ""


def _reason() -> str:
    titles = {reason.value: WHY_NOT_TITLES[reason] for reason in WhyNot}
    return st.selectbox(
        "Почему не получит", list(titles), format_func=titles.__getitem__, index=None, placeholder="Любая причина",
        key="rc-reason", filter_mode="contains", width=280,
    ) or ""  # fmt: skip


def _table(found: Recipients) -> str:
    head = "<div class='rc-head'><span>Получатель</span><span>Куда</span><span>Состояние</span></div>"
    return f"<div class='rc'>{head}{''.join(_row(one) for one in found.lines)}</div>"


def _row(one: Recipient) -> str:
    where = escape(one.channel_title) + (f" <small>{escape(one.address)}</small>" if one.address else "")
    why = ": ".join(escape(part) for part in (one.reason_title, one.detail) if part)
    when = said.moment(one.sent_at)
    told = escape(one.state_title) + "".join(f"<br><small>{part}</small>" for part in (why, when) if part)
    name = f"<a href='{one.party.address}'>{escape(one.name)}</a>"
    return f"<div><span>{name}</span><span>{where}</span><span>{told}</span></div>"


def _deciding(view: MailingView, found: Recipients) -> None:
    """The rows with boxes to tick, and what may be done with those ticked."""
    ticked: set[int] = guard.recall(f"{TICKED}-{view.id}", set())
    shown = [one.delivery_id for one in found.lines if one.may_decide]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="rc-acts"):
        if not ticked:
            label = f"Отметить все на странице: {len(shown)}"
            st.button(label, key="rc-all", on_click=_tick_all, args=(view.id, shown))
            st.caption("или отметьте нужные, чтобы решить, что с ними делать.")
        else:
            st.markdown(f"Отмечено: **{grouped(len(ticked))}**", width="content")
            st.button("Снять отметки", key="rc-none", on_click=_tick_all, args=(view.id, ()))
            for verdict, label, icon in VERDICTS:
                if st.button(label, icon=icon, key=f"rc-{verdict.value}"):
                    _decide(view, sorted(ticked), verdict)
    st.html(facts.one_line("rc-list"))
    with st.container(key="rc-list", gap="small"):
        for one in found.lines:
            _choice(view, one, is_ticked=one.delivery_id in ticked)


def _choice(view: MailingView, one: Recipient, *, is_ticked: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        key = f"rc-{one.delivery_id}"
        if guard.input_value(key) != is_ticked:
            guard.put_input(key, is_ticked)
        st.checkbox(
            f"Отметить: {plain(one.name)}", key=key, label_visibility="collapsed", width="content",
            on_change=_tick, args=(view.id, key, one.delivery_id), disabled=not one.may_decide,
        )  # fmt: skip
        where = " · ".join(plain(part) for part in (one.channel_title, one.address, one.detail) if part)
        color = said.DELIVERY_COLORS[one.state]
        st.markdown(
            f"{facts.link(one.name, one.party.address)} :{color}-badge[{plain(one.state_title)}]  \n"
            f":small[:gray[{where}]]",
            width="stretch",
        )


def _tick(number: int, key: str, delivery_id: int) -> None:
    ticked: set[int] = set(guard.recall(f"{TICKED}-{number}", set()))
    ticked.symmetric_difference_update({delivery_id} if (delivery_id in ticked) != guard.input_value(key) else ())
    guard.remember(f"{TICKED}-{number}", ticked)


def _tick_all(number: int, ids: list[int] | tuple[int, ...]) -> None:
    guard.remember(f"{TICKED}-{number}", set(ids))


def _decide(view: MailingView, ids: list[int], verdict: Verdict) -> None:
    outcome = guard.attempt(outbox.decide, ids, verdict)
    guard.forget(f"{TICKED}-{view.id}")
    if isinstance(outcome, DomainError):
        said.refused(outcome)
    else:
        guard.flash(f"Решено: {grouped(outcome.value)}.")
        st.rerun(scope="app")
