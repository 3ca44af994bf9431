"""What stands beside the text of a draft: templates, tokens, files, the event, what a purpose respects."""

from collections.abc import Callable

import streamlit as st

from models import MailingKind, Purpose, TemplateKind
from pages.office.cards.documents import size
from pages.ui import guard
from pages.ui.escape import plain
from services.errors import DomainError
from services.events.inviting import coming_events
from services.messaging import files as kept_files, mailings, policies, templates
from services.messaging.mailing_views import MailingView
from services.messaging.tokens import tokens_of


def template(view: MailingView, seen: int, renew: Callable[[int], None]) -> str:
    """Choose a template and take its text, which replaces the present one. Gives the name of the draft's own."""
    kinds = tuple(dict.fromkeys((TemplateKind(view.template_kind), TemplateKind.GENERAL)))
    titles = {one.id: one.name for one in guard.read(templates.list_templates, kinds)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="compose-template"):
        chosen = st.selectbox(
            "Шаблон", list(titles), format_func=titles.__getitem__, key=f"template-{view.id}-{seen}",
            index=list(titles).index(view.template_id) if view.template_id in titles else None,
            placeholder="Без шаблона", filter_mode="contains", width=360,
        )  # fmt: skip
        if st.button("Взять текст шаблона", key="template-take", disabled=chosen is None, help=(
            "Тема, текст, цель и файлы шаблона заменят то, что сейчас в черновике.")):  # fmt: skip
            outcome = guard.attempt(mailings.use_template, view.id, seen, chosen or 0)
            if isinstance(outcome, DomainError):
                guard.show_error(outcome)
            else:
                guard.flash("Взят текст шаблона.")
                renew(view.id)
    return titles.get(view.template_id or 0, "")


def tokens(kind: str) -> None:
    """What can be put into the text, with an example of each."""
    with st.expander("Что можно подставить в текст", icon=":material/data_object:", key="compose-tokens"):
        with st.container(height=320, border=False, gap="small"):
            for token in tokens_of(TemplateKind(kind)):
                st.markdown(f"`{token.written}` {plain(token.title)}  \n:small[:gray[{plain(token.example)}]]")
        st.caption("Если у кого-то значения нет, он не получит письмо с пустым местом: такие видны на проверке.")


def event(view: MailingView, stem: str) -> int | None:
    """Which event it is about; what participants are told of a change is about their own event."""
    titles = {coming.id: coming.title for coming in guard.read(coming_events)}
    if view.event_id is not None:
        titles.setdefault(view.event_id, view.event_title)
    if view.kind is MailingKind.EVENT_CHANGE:
        return view.event_id
    key = f"{stem}-event"
    if guard.input_value(key) is None and view.event_id is not None:
        guard.put_input(key, view.event_id)
    return st.selectbox(
        "Мероприятие", list(titles), format_func=titles.__getitem__, index=None, key=key, placeholder="Выберите",
        filter_mode="contains",
    )  # fmt: skip


def respects(purpose: Purpose) -> str:
    """What a purpose is for and whom it leaves out, in a sentence."""
    policy = next((one for one in guard.read(policies.list_policies) if one.purpose is purpose), None)
    if policy is None:
        return ""
    left_out = [
        words
        for holds, words in (
            (policy.respects_do_not_disturb, "кто просил не беспокоить"),
            (policy.respects_opt_out, "кто отписался"),
            (policy.needs_consent, "кто не дал согласия"),
        )
        if holds
    ]
    told = f"Не получат те, {', '.join(left_out)}." if left_out else (
        "Получат все, даже те, кто просил не беспокоить или отписался.")  # fmt: skip
    return plain(f"{policy.note[:1].upper()}{policy.note[1:]}. {told}")


def files(view: MailingView) -> None:
    """The files that go with the letter."""
    for file in view.files:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":material/attach_file: {plain(file.name)} :small[:gray[{size(file.size)}]]", width="content")
            if st.button("", icon=":material/close:", key=f"file-drop-{file.file_id}", type="tertiary",
                         help=f"Убрать: {plain(file.name)}"):  # fmt: skip
                _done(guard.attempt(kept_files.detach_from_mailing, view.id, file.file_id))
    with st.popover("Приложить файл", icon=":material/attach_file:", type="tertiary", key=f"file-add-{view.id}"):
        chosen = st.file_uploader("Файл, всего не больше 10 МБ", key=f"file-{view.id}-{len(view.files)}")
        if chosen is not None and st.button("Приложить", type="primary", key="file-add-yes"):
            _done(guard.attempt(kept_files.attach_to_mailing, view.id, chosen.name, chosen.getvalue()))


def _done(outcome: object) -> None:
    if isinstance(outcome, DomainError):
        guard.show_error(outcome)
    else:
        st.rerun(scope="app")
