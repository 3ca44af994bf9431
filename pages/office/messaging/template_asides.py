"""What stands beside the text of a template: tokens, files, and what it said before."""

from collections.abc import Callable

import streamlit as st

from models import TemplateKind
from pages.office.cards.documents import size
from pages.office.messaging import said, sample
from pages.ui import guard
from pages.ui.escape import plain
from services.errors import DomainError
from services.messaging import files as kept_files, templates
from services.messaging.templates import TemplateView, Version
from services.messaging.tokens import tokens_of

HEIGHT = 460
LONGEST_SHOWN = 3


def tokens(kind: TemplateKind) -> None:
    """What can be put into the text: each to be copied, with its meaning and an example."""
    st.markdown("**Токены**")
    st.caption(
        "Наведите на токен, нажмите значок копирования и вставьте в текст. Если у получателя может не быть значения, "
        "напишите запасное: {{ менеджер | default('наш сотрудник') }}."
    )
    with st.container(height=HEIGHT, gap="xxsmall", key="template-tokens"):
        for token in tokens_of(kind):
            st.code(token.written, language=None)
            st.caption(f"{plain(token.title)}  \n:gray[Например: {plain(token.example)}]")
    with st.popover("Условия", icon=":material/call_split:", type="tertiary"):
        st.markdown("Часть текста можно показывать только тем, у кого есть значение:")
        st.code("{% if сумма %}Сумма взноса: {{ сумма }}.{% endif %}", language=None)


def files(view: TemplateView, renew: Callable[[], None]) -> None:
    """What goes with every message made from the template."""
    st.markdown("**Файлы к письму**")
    for file in view.files:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f":material/attach_file: [{plain(file.name)}](/files/{file.file_id}) :small[:gray[{size(file.size)}]]",
                width="content",
            )
            if st.button(
                "", icon=":material/close:", key=f"file-drop-{file.file_id}", type="tertiary",
                help=f"Убрать: {plain(file.name)}",
            ):  # fmt: skip
                _then(guard.attempt(kept_files.detach, view.id, file.file_id), renew)
    with st.popover("Приложить файл", icon=":material/attach_file:", type="tertiary", key=f"file-add-{view.id}"):
        limit = f"Файл; все вместе не больше {kept_files.MOST_TOGETHER_MB} МБ"
        chosen = st.file_uploader(limit, key=f"file-{view.id}-{len(view.files)}")
        if chosen is not None and st.button("Приложить", type="primary", key="file-add-yes"):
            _then(guard.attempt(kept_files.attach, view.id, chosen.name, chosen.getvalue()), renew)


@st.fragment
def versions(view: TemplateView) -> None:
    """What the template said before, each with a way back."""
    found = guard.read(templates.versions, view.id)
    st.subheader(f"Версии: {len(found)}", anchor=False)
    everything = len(found) <= LONGEST_SHOWN or st.toggle("Показать все", key=f"versions-all-{view.id}")
    for version in found if everything else found[:LONGEST_SHOWN]:
        with st.expander(_title(version), key=f"version-{version.number}"):
            st.markdown(f":small[:gray[Тема]]  \n**{plain(version.subject)}**")
            st.markdown(sample.lines(version.text))
            if version.html:
                st.caption("С собственным оформлением (HTML).")
            if not version.is_present and st.button(
                "Вернуть эту версию", icon=":material/undo:", key=f"version-back-{version.number}"
            ):
                _bring_back(view, version)


def _bring_back(view: TemplateView, version: Version) -> None:
    outcome = guard.attempt(templates.bring_back, view.id, version.number, view.version)
    if isinstance(outcome, DomainError):
        guard.show_error(outcome)
        return
    guard.forget(f"template-seen-{view.id}")
    guard.flash(f"Возвращён текст версии {version.number}.")
    st.rerun(scope="app")


def _title(version: Version) -> str:
    who = version.who or "исходный текст"
    return plain(f"Версия {version.number} · {said.moment(version.at)} · {who}") + (
        " :green-badge[сейчас]" if version.is_present else ""
    )


def _then(outcome: object, renew: Callable[[], None]) -> None:
    if isinstance(outcome, DomainError):
        guard.show_error(outcome)
    else:
        renew()
