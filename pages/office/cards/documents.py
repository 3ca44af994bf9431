"""Section «Документы» of a card: types with the date each came in, files in versions, what is missing."""

import streamlit as st

from pages.office.cards import documents_dialogs as dialogs
from pages.ui import guard
from pages.ui.escape import plain
from services import clock, documents
from services.access.permissions import Permission
from services.directory.parties import Party
from services.documents import DocumentLine, PartyDocuments, TypeLine
from services.values import format_date

ICONS = {"application/pdf": ":material/picture_as_pdf:"}
STEPS = (("МБ", 1024 * 1024), ("КБ", 1024))


def draw(party: Party) -> None:
    """Draw the section of a person or a company."""
    found = guard.read(documents.documents_of, party)
    may_edit = guard.actor().may(Permission.BASE_EDIT)
    _head(found)
    for line in found.types:
        _type(found, line, may_edit=may_edit)
    if found.removed and may_edit:
        _removed(found)


def size(number: int) -> str:
    """Bytes as people say them: «1,5 МБ»."""
    for unit, step in STEPS:
        if number >= step:
            return f"{number / step:.1f} {unit}".replace(".", ",").replace(",0 ", " ")
    return f"{number} Б"


def _head(found: PartyDocuments) -> None:
    missing = [line.title for line in found.types if line.is_missing and line.active]
    files = sum(len(line.documents) for line in found.types)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container():
            if missing:
                st.caption(f"Не получено: {plain(', '.join(missing))}")
            st.caption(f"Файлы занимают {size(found.used)} из {size(found.allowed)}")
        if files:
            st.link_button(
                f"Скачать все ({files}) одним архивом",
                f"/files/{found.party.kind}/{found.party.id}/all.zip",
                icon=":material/folder_zip:",
            )


def _type(found: PartyDocuments, line: TypeLine, *, may_edit: bool) -> None:
    with st.container(border=True, gap="small", key=f"document-type-{line.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small", width="stretch"):
                st.markdown(f"**{plain(line.title)}**", width="content")
                _state(line)
            if may_edit:
                _type_buttons(found, line)
        for document in line.documents:
            _document(found, line, document, may_edit=may_edit)
        if line.hidden:
            st.caption(f":material/lock: Файлов: {line.hidden}. Документы этого вида открыты не вам.")


def _state(line: TypeLine) -> None:
    if line.received_on:
        st.badge(f"получено {format_date(line.received_on)}", color="green", icon=":material/check:", width="content")
    elif line.documents or line.hidden:
        st.badge("даты поступления нет", color="orange", width="content")
    else:
        st.badge("не получено", color="gray", width="content")
    if not line.active:
        st.badge("вид отключён", color="gray", width="content")


def _type_buttons(found: PartyDocuments, line: TypeLine) -> None:
    label = "Изменить дату" if line.received_on else "Указать дату"
    with st.container(horizontal=True, gap="small", width="content"):
        if st.button(label, key=f"receipt-{line.id}", type="tertiary", icon=":material/event:"):
            dialogs.receipt(found.party, line)
        if not (line.active and line.may_open):
            return
        if st.button("Загрузить", key=f"upload-{line.id}", type="tertiary", icon=":material/upload:"):
            dialogs.upload(found.party, line)


def _document(found: PartyDocuments, line: TypeLine, document: DocumentLine, *, may_edit: bool) -> None:
    last = document.versions[0]
    picture = ":material/image:" if last.content_type.startswith("image/") else ":material/description:"
    icon = ICONS.get(last.content_type, picture)
    number = f"версия {last.number}, " if last.number > 1 else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"document-{document.id}"):
        st.markdown(
            f"{icon} {plain(document.title)}  \n:small[:gray[{plain(last.name)}, {size(last.size)}, "
            f"{number}{clock.local(last.at):%d.%m.%Y}, {plain(last.who)}]]"
            + (f"  \n:small[{plain(document.note).replace(chr(10), ' ')}]" if document.note else ""),
            width="stretch",
        )
        if last.is_shown:
            _look(document)
        st.link_button("Скачать", f"/files/{last.file_id}", type="tertiary", icon=":material/download:")
        if (may_edit or len(document.versions) > 1) and st.button(
            "Версии" if not may_edit else "Ещё",
            key=f"more-{document.id}",
            type="tertiary",
            icon=":material/more_horiz:",
        ):
            dialogs.more(found, line, document, may_edit=may_edit)


def _look(document: DocumentLine) -> None:
    """A picture opens here. A PDF opens in a tab: Chromium shows none inside the frames Streamlit makes."""
    label, icon, last = "Посмотреть", ":material/visibility:", document.versions[0]
    if not last.content_type.startswith("image/"):
        st.link_button(label, dialogs.preview(last), type="tertiary", icon=icon)
    elif st.button(label, key=f"show-{document.id}", type="tertiary", icon=icon):
        dialogs.picture(document)


def _removed(found: PartyDocuments) -> None:
    with st.expander(f"Удалённые документы: {len(found.removed)}", icon=":material/delete:"):
        titles = {line.id: line.title for line in found.types}
        for document in found.removed:
            with st.container(horizontal=True, vertical_alignment="center"):
                when = f"{clock.local(document.removed_at):%d.%m.%Y}" if document.removed_at else ""
                kind = titles.get(document.type_id, "")
                st.markdown(f"{plain(document.title)}  \n:small[:gray[{plain(kind)}, удалён {when}]]", width="stretch")
                if st.button("Вернуть", key=f"back-{document.id}", type="tertiary", icon=":material/undo:"):
                    if guard.act(documents.bring_back, document.id) is not None:
                        guard.flash("Документ возвращён.")
                        st.rerun()
