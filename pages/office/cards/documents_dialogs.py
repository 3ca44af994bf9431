"""The dialogs of section «Документы»: a date, an upload, a look at a file, everything else about a document."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui import guard
from pages.ui.escape import plain
from services import clock, documents
from services.directory.parties import Party
from services.documents import DocumentLine, PartyDocuments, TypeLine, VersionLine
from services.errors import DomainError
from services.settings import settings
from services.values import format_date

ACCEPTED = "PDF, картинки, документы Word, Excel, PowerPoint, OpenDocument, RTF"
TAKEN = "documents-taken"
AS_TYPED = "12.03.2025, 03.2025 или 2025"


def receipt(party: Party, line: TypeLine) -> None:
    """Set, change or take away the date a document came in."""

    @st.dialog(plain(f"{line.title}: дата поступления"), icon=":material/event:")
    def draw() -> None:
        with st.form("receipt", border=False):
            typed = st.text_input(
                "Дата поступления", format_date(line.received_on), placeholder=AS_TYPED, max_chars=100
            )
            st.caption("Можно указать день, месяц или только год. Пустое поле убирает дату; файлы от неё не зависят.")
            if st.form_submit_button("Сохранить", type="primary", icon=":material/save:"):
                _say(
                    guard.act(documents.set_receipt, party, line.id, typed, line.received_on),
                    "Дата поступления сохранена.",
                )

    draw()


def upload(party: Party, line: TypeLine) -> None:
    """Upload files of a type, each a document of its own."""

    @st.dialog(plain(f"{line.title}: загрузить"), icon=":material/upload:", width="medium")
    def draw() -> None:
        with st.form("upload", border=False):
            chosen = st.file_uploader(_limits(), accept_multiple_files=True, key=f"files-{line.id}")
            title = st.text_input("Название", placeholder="По имени файла", max_chars=200)
            note = st.text_input("Примечание", max_chars=2000)
            seen = line.received_on
            typed = st.text_input(
                "Дата поступления", format_date(seen or clock.today().isoformat()), placeholder=AS_TYPED
            )
            if st.form_submit_button("Загрузить", type="primary", icon=":material/upload:"):
                _take(party, line, chosen, title, note, typed)

    draw()


def _take(party: Party, line: TypeLine, chosen: Sequence[Any], title: str, note: str, typed: str) -> None:
    if not chosen:
        st.error("Выберите файл.", icon=":material/error:")
        return
    failed = False
    for file in chosen:
        named = title if len(chosen) == 1 else ""
        with st.spinner(f"Принимаем {plain(file.name)}…"):
            done = _taken_once(party, line, file, title=named, note=note, received=typed, seen=line.received_on)
        if isinstance(done, DomainError):
            failed = True
            st.error(f"{plain(file.name)}: {plain(str(done))}", icon=":material/error:")
        elif len(chosen) > 1:
            st.success(f"{plain(file.name)}: принят", icon=":material/check:")
    if not failed:
        _say(guard.Done(None), "Документ загружен." if len(chosen) == 1 else f"Загружено документов: {len(chosen)}.")


def _taken_once(party: Party, line: TypeLine, file: Any, **described: str) -> DomainError | None:
    """Upload a file, unless this very one was taken before its neighbour was refused, or by the first of two clicks."""
    taken = guard.recall(TAKEN, frozenset())
    if file.file_id in taken:
        return None
    done = guard.attempt(documents.upload, party, line.id, file.name, file.getvalue(), **described)
    if isinstance(done, DomainError):
        return done
    guard.remember(TAKEN, taken | {file.file_id})
    return None


def picture(document: DocumentLine) -> None:
    """Show a picture in place."""
    last = document.versions[0]

    @st.dialog(plain(document.title), width="large", icon=":material/visibility:")
    def draw() -> None:
        st.html(f'<img src="{preview(last)}" alt="" style="max-width:100%;display:block;margin:auto">')
        st.link_button("Открыть в новой вкладке", preview(last), icon=":material/open_in_new:")

    draw()


def preview(version: VersionLine) -> str:
    """Where the browser shows a file instead of saving it."""
    return f"/files/{version.file_id}?preview=1"


def more(found: PartyDocuments, line: TypeLine, document: DocumentLine, *, may_edit: bool) -> None:
    """Versions of a document, and what can be done with it."""

    @st.dialog(plain(document.title), width="medium", icon=":material/description:")
    def draw() -> None:
        _versions(document)
        if not may_edit:
            return
        _new_version(document)
        _describe(found, line, document)
        st.caption(f"Удалённый документ можно вернуть в течение {settings().removed_documents_days} дней.")
        if st.button("Удалить документ", icon=":material/delete:", key=f"remove-{document.id}"):
            _say(guard.act(documents.remove, document.id), "Документ удалён. Вернуть его можно внизу раздела.")

    draw()


def _versions(document: DocumentLine) -> None:
    st.subheader("Версии", anchor=False)
    for version in document.versions:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"{version.number}\\. {plain(version.name)}  \n:small[:gray[{clock.local(version.at):%d.%m.%Y %H:%M}, "
                f"{plain(version.who)}]]",
                width="stretch",
            )
            st.link_button("Скачать", f"/files/{version.file_id}", type="tertiary", icon=":material/download:")


def _new_version(document: DocumentLine) -> None:
    with st.form(f"version-{document.id}", border=False):
        chosen = st.file_uploader(f"Новая версия. {_limits()}", key=f"version-file-{document.id}")
        if st.form_submit_button("Загрузить новую версию", icon=":material/upload:"):
            if chosen is None:
                st.error("Выберите файл.", icon=":material/error:")
                return
            seen = document.versions[0].number
            done = guard.act(documents.add_version, document.id, chosen.name, chosen.getvalue(), seen)
            _say(done, "Новая версия загружена, прежняя сохранена.")


def _describe(found: PartyDocuments, line: TypeLine, document: DocumentLine) -> None:
    titles = {one.id: one.title for one in found.types if one.may_open and (one.active or one.id == line.id)}
    with st.form(f"describe-{document.id}", border=False):
        st.subheader("Описание", anchor=False)
        title = st.text_input("Название", document.title, max_chars=200)
        note = st.text_area("Примечание", document.note, max_chars=2000)
        kind = st.selectbox("Вид", list(titles), list(titles).index(line.id), format_func=titles.__getitem__)
        if st.form_submit_button("Сохранить описание", icon=":material/save:"):
            done = guard.act(documents.describe, document.id, document.version, title=title, note=note, type_id=kind)
            _say(done, "Описание сохранено.")


def _limits() -> str:
    return f"{ACCEPTED}, до {settings().max_upload_mb} МБ"


def _say(done: guard.Done[Any] | None, text: str) -> None:
    if done is not None:
        guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
        guard.flash(text)
        st.rerun()
