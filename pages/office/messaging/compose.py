"""A draft: its text from a template or one's own, by which channels, for what purpose; then to the review.

What is typed is kept under the version of the draft it was begun with: when somebody else saves meanwhile, nothing
typed is lost and nothing is overwritten.
"""

from typing import Any

import streamlit as st

from models import Channel, MailingKind, Purpose
from pages.office.messaging import compose_parts, said
from pages.ui import guard
from services.errors import DomainError, InvalidInput
from services.messaging import mailing_views, mailings, reviewing
from services.messaging.mailing_views import MailingView
from services.messaging.words import CHANNEL_TITLES, PURPOSE_TITLES
from services.settings import settings

SUBJECT_LIMIT, TEXT_LIMIT = 200, 50_000
WITH_EVENT = (MailingKind.INVITATION, MailingKind.EVENT_CHANGE, MailingKind.REMINDER)


@st.fragment
def draw(view: MailingView) -> None:
    """Draw the inputs and the buttons. A fragment: what is typed draws no more than this."""
    if not view.may_edit:
        st.info("Черновик может изменить только сотрудник с правом отправки.", icon=":material/lock:")
        return
    seen = guard.recall(_seen_key(view.id), view.version)
    if seen != view.version:
        _meanwhile(view)
    guard.remember(_seen_key(view.id), seen)
    stem = f"compose-{view.id}-{seen}"
    named_after = {view.subject, compose_parts.template(view, seen, renew), said.sentence(view.kind_title)}
    text, about = st.columns([5, 3], gap="medium")
    with text:
        values = _texts(view, stem)
        compose_parts.files(view)
    with about:
        values |= _how(view, stem)
        compose_parts.tokens(view.template_kind)
    with st.container(horizontal=True, key="compose-buttons"):
        review = st.button("К проверке", type="primary", icon=":material/fact_check:", key="compose-review")
        save = st.button("Сохранить черновик", icon=":material/save:", key="compose-save")
    st.caption("На проверке видно, кто получит сообщение, кто нет и почему. Отправка — только после подтверждения.")
    if values["name"] in named_after and "{" not in values["subject"]:
        # Nobody has named it: in the journal its subject says more than its template.
        values["name"] = values["subject"][: mailings.NAME_LIMIT] or view.name
    if (review or save) and _save(view, seen, values, stays=save):
        _prepare(view.id) if review else renew(view.id)


def renew(number: int) -> None:
    """Begin anew with the draft as it is now. Does not return."""
    guard.forget(_seen_key(number))
    st.rerun(scope="app")


def _seen_key(number: int) -> str:
    return f"compose-seen-{number}"


def _meanwhile(view: MailingView) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(
            "Черновик изменили в другом окне. Скопируйте нужное из своего текста и откройте черновик заново.",
            icon=":material/sync_problem:",
        )
        if st.button("Открыть заново", key="compose-again"):
            renew(view.id)


def _texts(view: MailingView, stem: str) -> dict[str, Any]:
    subject = st.text_input("Тема *", key=_put(f"{stem}-subject", view.subject), max_chars=SUBJECT_LIMIT)
    text = st.text_area("Текст *", key=_put(f"{stem}-text", view.text), height=320, max_chars=TEXT_LIMIT)
    with st.expander("Оформление письма (HTML)", expanded=bool(view.html), key=f"{stem}-html-box"):
        st.caption("Оставьте пустым: письмо соберётся из текста, ссылки станут нажимаемыми.")
        html = st.text_area("HTML", key=_put(f"{stem}-html", view.html), height=200, max_chars=TEXT_LIMIT,
                            label_visibility="collapsed")  # fmt: skip
    return {"subject": subject or "", "text": text or "", "html": html or ""}


def _how(view: MailingView, stem: str) -> dict[str, Any]:
    name = st.text_input("Название рассылки", key=_put(f"{stem}-name", view.name),
                         max_chars=mailings.NAME_LIMIT, help="Видно только сотрудникам, в журнале.")  # fmt: skip
    purpose = st.selectbox(
        "Цель", [one.value for one in Purpose], key=_put(f"{stem}-purpose", view.purpose.value),
        format_func=lambda one: said.sentence(PURPOSE_TITLES[Purpose(one)]),
    )  # fmt: skip
    st.caption(compose_parts.respects(Purpose(purpose)))
    event_id = compose_parts.event(view, stem) if view.kind in WITH_EVENT or view.event_id else None
    channels = _channels(view, stem)
    one_letter = st.checkbox(
        "Одно письмо на адрес", key=_put(f"{stem}-one", view.one_letter),
        help="Если у нескольких получателей один адрес, туда придёт одно письмо «Уважаемые коллеги» без личных ссылок.",
    )  # fmt: skip
    repeat = st.checkbox(
        "Повторить уже получившим", key=_put(f"{stem}-repeat", view.repeat),
        help="Обычно тот, кто уже получил такое же сообщение, второй раз его не получает.",
    )  # fmt: skip
    return {
        "name": name or "", "purpose": purpose, "event_id": event_id, "channels": channels, "one_letter": one_letter,
        "repeat": repeat,
    }  # fmt: skip


def _channels(view: MailingView, stem: str) -> tuple[str, ...]:
    st.markdown(":small[Каналы]")
    st.checkbox(said.sentence(CHANNEL_TITLES[Channel.CABINET]), value=True, disabled=True, key=f"{stem}-cabinet",
                help="Уведомление в личном кабинете остаётся всегда.")  # fmt: skip
    chosen = [Channel.CABINET.value]
    for channel, works in ((Channel.EMAIL, bool(settings().smtp_host)), (Channel.SMS, bool(settings().sms_url))):
        if channel is Channel.SMS and not works and channel not in view.channels:
            continue
        key = _put(f"{stem}-{channel.value}", channel in view.channels)
        if st.checkbox(said.sentence(CHANNEL_TITLES[channel]), key=key):
            chosen.append(channel.value)
            if not works:
                st.caption(":orange[:material/warning: Не настроено: сообщения останутся ждать в очереди.]")
    return tuple(chosen)


def _put(key: str, value: Any) -> str:
    """Let an input begin with what the draft says; what is typed stays."""
    if guard.input_value(key) is None:
        guard.put_input(key, value)
    return key


def _save(view: MailingView, seen: int, values: dict[str, Any], *, stays: bool) -> bool:
    outcome = guard.attempt(mailings.edit, view.id, seen, **values)
    if isinstance(outcome, DomainError):
        guard.show_error(outcome)
        return False
    guard.forget(_seen_key(view.id))
    if stays:
        guard.flash("Черновик сохранён.")
    return True


def _prepare(number: int) -> None:
    """Freeze the recipients of what was saved just now."""
    version = guard.read(mailing_views.mailing, number).version
    with st.spinner("Отбираем получателей и проверяем тексты…"):
        outcome = guard.attempt(reviewing.prepare, number, version)
    if isinstance(outcome, InvalidInput):
        guard.show_error(outcome)
    elif isinstance(outcome, DomainError):
        said.refused(outcome)
    else:
        renew(number)
