"""One template at its address: its texts, the tokens beside them, a preview with somebody real, files, versions.

What is typed is kept under the version it was begun with: when somebody else saves meanwhile, nothing typed is lost and
nothing is overwritten.
"""

from typing import Any

import streamlit as st

from models import Purpose
from pages.office.cards import shell
from pages.office.messaging import said, template_asides, template_preview
from pages.office.messaging.templates import open_template
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.errors import DomainError, NotFound
from services.messaging import templates
from services.messaging.rendering import LONGEST
from services.messaging.templates import TemplateView
from services.messaging.words import PURPOSE_TITLES


def render() -> None:
    """Draw the page."""
    guard.require(Permission.TEMPLATES_MANAGE)
    st.html(shell.STYLE)
    st.page_link(navigation.page("templates"), label="Все шаблоны", icon=":material/arrow_back:")
    number = shell.number()
    try:
        view = guard.read(templates.open_template, number) if number is not None else None
    except NotFound:
        view = None
    if view is None:
        st.info("Такого шаблона нет.", icon=":material/search_off:")
        return
    _head(view)
    _editor(view)
    template_asides.versions(view)


def renew(number: int, flash: str = "") -> None:
    """Begin anew with the template as it is now. Does not return."""
    guard.forget(_seen_key(number))
    if flash:
        guard.flash(flash)
    st.rerun(scope="app")


def _head(view: TemplateView) -> None:
    st.title(plain(view.name), anchor=False)
    with st.container(horizontal=True, gap="small"):
        st.badge(plain(view.kind_title), color="gray")
        st.badge(f"версия {view.number}", color="gray")
        if not view.active:
            st.badge("отключён", color="gray", icon=":material/block:")
        if view.is_built_in:
            st.badge("исходный текст" if view.is_shipped else "текст изменён", color="gray")
    with st.container(horizontal=True, gap="small", key="template-actions"):
        if st.button("Копировать", icon=":material/content_copy:", key="template-copy"):
            _copy(view)
        if view.active and st.button("Отключить", icon=":material/block:", key="template-off"):
            _do(view, guard.attempt(templates.retire, view.id), "Шаблон отключён: его больше не предлагают.")
        if not view.active and st.button("Включить", icon=":material/check:", key="template-on"):
            _do(view, guard.attempt(templates.restore, view.id), "Шаблон снова в работе.")
        if view.is_built_in and not view.is_shipped:
            if st.button("Вернуть исходный текст", icon=":material/restart_alt:", key="template-reset"):
                outcome = guard.attempt(templates.reset, view.id, view.version)
                _do(view, outcome, "Текст снова такой, с каким шаблон поставлялся.")


def _copy(view: TemplateView) -> None:
    done = guard.act(templates.copy, view.id)
    if done is not None:
        guard.flash("Создана копия.")
        open_template(done.value)


def _do(view: TemplateView, outcome: guard.Done[Any] | DomainError, flash: str) -> None:
    if isinstance(outcome, DomainError):
        guard.show_error(outcome)
    else:
        renew(view.id, flash)


@st.fragment
def _editor(view: TemplateView) -> None:
    """A fragment: what is typed draws no more than this."""
    seen = guard.recall(_seen_key(view.id), view.version)
    if seen != view.version:
        _meanwhile(view)
    guard.remember(_seen_key(view.id), seen)
    stem = f"template-{view.id}-{seen}"
    texts, beside = st.columns([5, 3], gap="medium")
    with texts:
        values = _inputs(view, stem)
        if st.button("Сохранить", type="primary", icon=":material/save:", key="template-save"):
            _do(view, guard.attempt(templates.edit, view.id, seen, **values), "Шаблон сохранён.")
        template_preview.draw(view, values)
    with beside:
        template_asides.tokens(view.kind)
        template_asides.files(view, lambda: renew(view.id))


def _meanwhile(view: TemplateView) -> None:
    st.warning(
        "Шаблон изменили в другом окне. Скопируйте нужное из своего текста и откройте шаблон заново.",
        icon=":material/sync_problem:",
    )
    if st.button("Открыть заново", key="template-again"):
        renew(view.id)


def _inputs(view: TemplateView, stem: str) -> dict[str, Any]:
    name = st.text_input("Название *", key=_put(f"{stem}-name", view.name), max_chars=templates.LONGEST_NAME)
    purpose = st.selectbox(
        "Цель", [one.value for one in Purpose], key=_put(f"{stem}-purpose", view.purpose.value),
        format_func=lambda one: said.sentence(PURPOSE_TITLES[Purpose(one)]),
    )  # fmt: skip
    subject = st.text_input("Тема *", key=_put(f"{stem}-subject", view.subject), max_chars=LONGEST["subject"])
    text = st.text_area("Текст *", key=_put(f"{stem}-text", view.text), height=360, max_chars=LONGEST["text"])
    with st.expander("Оформление письма (HTML)", expanded=bool(view.html), key=f"{stem}-html-box"):
        st.caption("Оставьте пустым: письмо соберётся из текста, ссылки станут кнопками.")
        html = st.text_area(
            "HTML", key=_put(f"{stem}-html", view.html), height=240, max_chars=LONGEST["html"],
            label_visibility="collapsed",
        )  # fmt: skip
    return {
        "name": name or "", "purpose": purpose, "subject": subject or "", "text": text or "", "html": html or ""
    }  # fmt: skip


def _put(key: str, value: Any) -> str:
    """Let an input begin with what the template says; what is typed stays."""
    if guard.input_value(key) is None:
        guard.put_input(key, value)
    return key


def _seen_key(number: int) -> str:
    return f"template-seen-{number}"
