"""Before it leaves: who receives, who does not and why, how it will look; then the confirmation, or the approval."""

import datetime as dt

import streamlit as st

from models import MailingState
from pages.office.imports.blocks import grouped
from pages.office.messaging import recipients, said, sample
from pages.ui import guard
from pages.ui.escape import plain
from services import clock
from services.directory.parties import Party
from services.errors import DomainError, InvalidInput
from services.messaging import approving, mailing_views, reviewing, trying
from services.messaging.mailing_views import Excluded, MailingView, Named, Review

NOW, LATER = "Сразу", "В назначенное время"
CHECK, LIST = "Проверка", "Получатели"
OFFERED = 8
"""Recipients offered when the sample is to be seen for another one."""


@st.fragment
def draw(view: MailingView) -> None:
    """Draw a mailing whose recipients are frozen. A fragment: what is chosen draws no more than this."""
    found: Review = guard.read(mailing_views.review, view.id, _sample_of(view.id))
    if found.state is not view.state or found.version != view.version:
        st.rerun(scope="app")
    _figures(found)
    way = st.segmented_control(
        "Раздел", [CHECK, LIST], default=CHECK, required=True, label_visibility="collapsed", key=f"review-way-{view.id}"
    )
    if way == LIST:
        recipients.draw(view)
        return
    for fault in found.faults:
        st.error(plain(fault), icon=":material/error:")
    for note in found.notes:
        st.warning(plain(note), icon=":material/info:")
    _excluded(found)
    _sample(view, found)
    if view.state is MailingState.APPROVAL:
        _approve(view, found)
    else:
        _confirm(view, found)


def _figures(found: Review) -> None:
    with st.container(horizontal=True, gap="medium", key="review-figures"):
        st.metric("Выбрано", grouped(found.chosen), width="content")
        st.metric("Получат", grouped(found.receive), width="content")
        st.metric("Не получат", grouped(found.chosen - found.receive), width="content")
    parts = [f"{plain(said.sentence(one.title))}: **{grouped(one.receive)}**" for one in found.by_channel]
    letters = next((one.receive for one in found.by_channel if one.channel.value == "email"), 0)
    if found.letters < letters:
        parts.append(f"писем: **{grouped(found.letters)}**, одно на адрес")
    if parts:
        st.markdown(" · ".join(parts))


def _excluded(found: Review) -> None:
    """Those who get nothing at all, by reason; then those whom only one of the channels does not reach."""
    if found.excluded:
        st.markdown("**Не получат ничего**")
        for one in found.excluded:
            _reason(one, f"nobody-{one.reason}")
    for channel in found.by_channel:
        nothing = {one.reason: one.count for one in found.excluded}
        besides = [one for one in channel.excluded if one.count > nothing.get(one.reason, 0)]
        if besides and channel.receive < found.receive:
            st.markdown(f"**{plain(said.sentence(channel.title))}: не придёт**")
            for one in besides:
                _reason(one, f"{channel.channel}-{one.reason}")


def _reason(one: Excluded, key: str) -> None:
    with st.expander(f"{plain(said.sentence(one.title))} · {grouped(one.count)}", key=f"why-{key}"):
        names = ", ".join(f"[{plain(named.name)}]({named.party.address})" for named in one.names)
        more = one.count - len(one.names)
        st.markdown(names + (f" и ещё {grouped(more)}" if more > 0 else ""))
        if more > 0:
            st.caption(f"Все они — в разделе «{LIST}», отбор по причине.")


def _sample(view: MailingView, found: Review) -> None:
    st.subheader("Как это будет выглядеть", anchor=False)
    if found.sample_for is None:
        st.info("Показать не для кого: никто ничего не получит.", icon=":material/group_off:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        name = f"[{plain(found.sample_for.name)}]({found.sample_for.party.address})"
        st.markdown(f":small[:gray[Получатель]]  \n{name}", width="content")
        opened = st.popover("Показать для другого", type="tertiary", key=f"sample-of-{view.id}", on_change="rerun")
        if opened.open:
            with opened:
                _other(view)
        if st.button("Отправить проверку себе", icon=":material/outgoing_mail:", key="mailing-test"):
            _test(view)
    sample.draw(found.samples, f"sample-{view.id}")


def _other(view: MailingView) -> None:
    typed = st.text_input("Найти получателя", key=f"sample-search-{view.id}", type="search", live=True,
                          placeholder="Фамилия или название", autocomplete="off") or ""  # fmt: skip
    listed = guard.read(mailing_views.recipients, view.id, "planned", "", typed.strip(), 0).lines
    named = dict.fromkeys(Named(line.name, line.party) for line in listed)
    for one in list(named)[:OFFERED]:
        st.button(
            plain(one.name), key=f"sample-{one.party.kind}-{one.party.id}", type="tertiary",
            on_click=guard.remember, args=(f"sample-of-{view.id}", one.party),
        )  # fmt: skip
    if not named:
        st.caption("Никого не нашлось.")


def _sample_of(number: int) -> Party | None:
    party: Party | None = guard.recall(f"sample-of-{number}")
    return party


def _test(view: MailingView) -> None:
    try:
        with st.spinner("Отправляем…"):
            address = trying.send_test(guard.actor(), view.id)
    except DomainError as error:
        guard.show_error(error)
        return
    st.success(f"Проверочное письмо отправлено на {plain(address)}.", icon=":material/mark_email_read:")


def _confirm(view: MailingView, found: Review) -> None:
    st.subheader("Отправка", anchor=False)
    is_set, start = _start(view)
    typed = _typed(found)
    if found.approval:
        st.info(
            "Получателей так много, что отправку должен одобрить второй сотрудник: директор или администратор. "
            "До этого ничего не уйдёт.",
            icon=":material/approval_delegation:",
        )
    verb = "На одобрение" if found.approval else "Отправить"
    is_ready = view.may_confirm and not found.faults and found.receive > 0 and is_set
    is_ready = is_ready and (not found.typed or typed == str(found.receive))
    with st.container(horizontal=True, key="review-buttons"):
        label = f"{verb}: {said.to_recipients(found.receive)}" if found.receive else verb
        if st.button(label, type="primary", icon=":material/send:", disabled=not is_ready, key="mailing-send"):
            _send(view, typed, start)
        _back(view)


def _send(view: MailingView, typed: str, start: dt.datetime | None) -> None:
    """A second press finds the state changed, and is refused by the service."""
    with st.spinner("Ставим в очередь…"):
        outcome = guard.attempt(approving.confirm, view.id, view.version, typed, start)
    if isinstance(outcome, InvalidInput):
        guard.show_error(outcome)
    elif isinstance(outcome, DomainError):
        said.refused(outcome)
    else:
        done = outcome.value
        waits = done.state is MailingState.APPROVAL
        guard.flash("Рассылка ждёт одобрения." if waits else f"Подтверждено: {said.recipients_of(done.receive)}.")
        st.rerun(scope="app")


def _start(view: MailingView) -> tuple[bool, dt.datetime | None]:
    """Whether it is said when, and the moment by the association's clock; None: at once."""
    way = st.segmented_control("Когда начать", [NOW, LATER], default=NOW, required=True, key=f"start-way-{view.id}")
    if way == NOW:
        return True, None
    today = clock.today()
    with st.container(horizontal=True):
        day = st.date_input("День", None, min_value=today, max_value=today + dt.timedelta(days=365),
                            format="DD.MM.YYYY", key=f"start-day-{view.id}", width=170)  # fmt: skip
        hour = st.time_input("Время, московское", dt.time(10), key=f"start-hour-{view.id}", width=150)
    is_set = isinstance(day, dt.date) and hour is not None
    return is_set, dt.datetime.combine(day, hour) if isinstance(day, dt.date) and hour is not None else None


def _typed(found: Review) -> str:
    if not found.typed:
        return ""
    label = f"Получателей много. Чтобы подтвердить, введите их число: {found.receive}"
    typed = st.text_input(label, key=f"typed-{found.id}-{found.version}", autocomplete="off", live=True, width=460)
    return "".join((typed or "").split())


def _back(view: MailingView) -> None:
    if view.may_return and st.button("Вернуться к тексту", icon=":material/edit:", key="mailing-back"):
        outcome = guard.attempt(reviewing.back_to_draft, view.id, view.version)
        if isinstance(outcome, DomainError):
            said.refused(outcome)
        st.rerun(scope="app")


def _approve(view: MailingView, found: Review) -> None:
    st.subheader("Одобрение", anchor=False)
    start = said.moment(view.start_at) or "сразу после одобрения"
    st.markdown(f"Отправить хочет **{plain(view.who)}**. Начало: {start}.")
    if view.why_not_approve:
        st.info(plain(view.why_not_approve), icon=":material/hourglass_top:")
    with st.container(horizontal=True, key="review-buttons"):
        if view.may_approve:
            label = f"Одобрить и отправить: {said.to_recipients(found.receive)}"
            if st.button(label, type="primary", icon=":material/done_all:", key="mailing-approve"):
                _decide(guard.attempt(approving.approve, view.id, view.version), "Рассылка одобрена.")
        if view.may_send_back and st.button("Вернуть на доработку", icon=":material/undo:", key="mailing-send-back"):
            _decide(guard.attempt(approving.send_back, view.id, view.version), "Рассылка возвращена автору.")
        if not view.may_send_back:
            _back(view)


def _decide(outcome: object, done: str) -> None:
    if isinstance(outcome, DomainError):
        said.refused(outcome)
    guard.flash(done)
    st.rerun(scope="app")
