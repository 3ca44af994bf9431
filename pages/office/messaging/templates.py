"""«Шаблоны»: the texts messages are made from, by what they are about."""

from itertools import groupby

import streamlit as st

from models import Purpose, TemplateKind
from pages.office.cards import shell
from pages.office.imports.blocks import counted
from pages.office.messaging import said
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services.access.permissions import Permission
from services.messaging import templates
from services.messaging.start_set import PROMPT
from services.messaging.templates import TemplateLine
from services.messaging.tokens import KIND_TITLES
from services.messaging.words import PURPOSE_TITLES

KIND_ICONS = {
    TemplateKind.GENERAL: "mail", TemplateKind.EVENT: "event", TemplateKind.MEMBERSHIP: "workspace_premium",
    TemplateKind.ASSOCIATION: "handshake", TemplateKind.BIRTHDAY: "cake", TemplateKind.DOCUMENT: "description",
    TemplateKind.DATE: "calendar_clock",
}  # fmt: skip
FIRST_TEXT = f"{{{{ обращение }}}}!\n\n{PROMPT}\n\nС уважением,\n{{{{ ассоциация }}}}"


def render() -> None:
    """Draw the page."""
    guard.require(Permission.TEMPLATES_MANAGE)
    st.html(shell.STYLE)
    st.title("Шаблоны", anchor=False)
    st.caption(
        "Из шаблонов составляют рассылки и напоминания. Вместо токенов, например {{ обращение }}, каждый получатель "
        "увидит своё: имя, срок, сумму. Изменённый шаблон действует сразу, прежние версии хранятся."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Новый шаблон", icon=":material/add:", type="primary", key="template-new"):
            _create()
        retired = st.toggle("Показать отключённые", key="templates-retired")
    lines = guard.read(templates.list_templates, (), None if retired else True)
    for kind, group in groupby(lines, key=lambda line: line.kind):
        st.subheader(f":material/{KIND_ICONS[kind]}: {KIND_TITLES[kind]}", anchor=False)
        with st.container(border=True, gap="xxsmall"):
            for line in group:
                _line(line)


def _line(line: TemplateLine) -> None:
    told = [said.sentence(line.purpose_title), f"версия {line.number}"]
    if line.files:
        told.append(counted(line.files, "файл", "файла", "файлов"))
    with st.container(horizontal=True, vertical_alignment="center", key=f"template-{line.id}"):
        st.page_link(
            navigation.page("template"), label=plain(line.name), query_params={"id": str(line.id)}, width="stretch"
        )  # fmt: skip
        if not line.active:
            st.badge("отключён", color="gray", width="content")
        elif not line.is_built_in:
            st.badge("свой", color="blue", width="content")
        st.markdown(f":small[:gray[{plain(' · '.join(told))}]]", width="content")


@st.dialog("Новый шаблон", icon=":material/add:")
def _create() -> None:
    with st.form("template-create", border=False, enter_to_submit=False):
        name = st.text_input("Название *", max_chars=templates.LONGEST_NAME, autocomplete="off")
        kind = st.selectbox(
            "О чём", [kind.value for kind in TemplateKind], format_func=lambda one: KIND_TITLES[TemplateKind(one)],
            help="От этого зависит, какие токены можно вставить. Потом изменить нельзя.",
        )  # fmt: skip
        purpose = st.selectbox(
            "Цель", [one.value for one in Purpose], index=1,
            format_func=lambda one: said.sentence(PURPOSE_TITLES[Purpose(one)]),
            help="От неё зависит, кому сообщение не уйдёт: отписавшимся, не давшим согласия.",
        )  # fmt: skip
        if not st.form_submit_button("Создать", type="primary", icon=":material/add:"):
            return
    subject = (name or "").replace("{", "(").replace("}", ")")
    done = guard.act(
        templates.create, name=name or "", kind=kind, purpose=purpose, subject=subject, text=FIRST_TEXT
    )  # fmt: skip
    if done is not None:
        guard.flash("Шаблон создан. Впишите текст и сохраните.")
        open_template(done.value)


def open_template(number: int) -> None:
    """Lead to a template. Does not return."""
    st.switch_page(navigation.page("template"), query_params={"id": str(number)})
