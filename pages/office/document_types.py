"""Page «Виды документов»: the directory of what the office collects, and who may open it."""

from typing import Any

import streamlit as st

from pages.ui import guard
from pages.ui.escape import plain
from services import documents
from services.access.permissions import Permission
from services.documents import ACCESS, TypeInfo

CREATED = "types-created"


def render() -> None:
    """Draw the directory."""
    st.title("Виды документов", anchor=False)
    st.caption(
        "Эти виды видны в разделе «Документы» каждой карточки в том же порядке. Отключённый вид не предлагают "
        "для новых документов, а поступившие по нему остаются на месте."
    )
    lines = guard.read(documents.types)
    for place, line in enumerate(lines):
        _type(line, is_first=place == 0, is_last=place == len(lines) - 1)
    _create()


def _type(line: TypeInfo, *, is_first: bool, is_last: bool) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"type-{line.id}"):
        st.markdown(f"**{plain(line.title)}**  \n:small[:gray[{plain(_told(line))}]]", width="stretch")
        if not line.active:
            st.badge("отключён", color="gray", width="content")
        if st.button(
            "", key=f"up-{line.id}", type="tertiary", icon=":material/arrow_upward:", help="Выше", disabled=is_first
        ):
            _say(guard.act(documents.move_type, line.id, up=True), "")
        if st.button(
            "", key=f"down-{line.id}", type="tertiary", icon=":material/arrow_downward:", help="Ниже", disabled=is_last
        ):
            _say(guard.act(documents.move_type, line.id, up=False), "")
        if st.button("Изменить", key=f"edit-{line.id}", type="tertiary", icon=":material/edit:"):
            _edit(line)
        if line.active and st.button("Отключить", key=f"off-{line.id}", type="tertiary", icon=":material/block:"):
            _say(guard.act(documents.switch_type, line.id, active=False), "Вид документов отключён.")
        if not line.active and st.button("Включить", key=f"on-{line.id}", type="tertiary", icon=":material/check:"):
            _say(guard.act(documents.switch_type, line.id, active=True), "Вид документов включён.")


def _told(line: TypeInfo) -> str:
    owners = [title for asked, title in ((line.for_people, "физ. лица"), (line.for_companies, "юр. лица")) if asked]
    told = [
        ", ".join(owners),
        f"открывают {ACCESS[line.access]}",
        f"дат: {line.receipts}, документов: {line.documents}",
    ]
    if line.has_column:
        told.append("есть колонка в таблицах")
    return "; ".join(told)


def _edit(line: TypeInfo) -> None:
    @st.dialog(plain(line.title), icon=":material/edit:")
    def draw() -> None:
        with st.form(f"type-{line.id}-form", border=False):
            typed = _fields(line)
            if line.has_column:
                st.caption("Колонка в таблицах и в выгрузках Excel называется по-прежнему.")
            if st.form_submit_button("Сохранить", type="primary", icon=":material/save:"):
                _say(guard.act(documents.change_type, line, **typed), "Вид документов изменён.")

    draw()


def _create() -> None:
    st.subheader("Новый вид документов", anchor=False)
    created = guard.recall(CREATED, 0)  # a form with a new key is empty; a refused one keeps what was typed
    with st.form(f"type-new-{created}", enter_to_submit=False):
        typed = _fields(None)
        sent = st.form_submit_button("Добавить", type="primary", icon=":material/add:")
    if not sent:
        return
    title = typed.pop("title")
    done = guard.act(documents.create_type, title, **typed)
    if done is not None:
        guard.remember(CREATED, created + 1)
    _say(done, "Вид документов добавлен.")


def _fields(line: TypeInfo | None) -> dict[str, Any]:
    title = st.text_input("Название", line.title if line else "", max_chars=100, autocomplete="off")
    choices = documents.choices_of(guard.actor())
    if line is not None and line.access not in choices:
        choices = {line.access: ACCESS[line.access]}
    present = line.access if line else Permission.BASE_READ
    access = st.selectbox(
        "Кто открывает файлы", list(choices), list(choices).index(present), format_func=choices.__getitem__
    )
    people = st.checkbox("Для физ. лиц", value=line.for_people if line else True)
    companies = st.checkbox("Для юр. лиц", value=line.for_companies if line else True)
    return {"title": title, "access": access, "for_people": people, "for_companies": companies}


def _say(done: guard.Done[Any] | None, text: str) -> None:
    if done is not None:
        if text:
            guard.flash(text)
        st.rerun()
