"""The edit form of one row, in a dialog over its table."""

from dataclasses import replace
from itertools import groupby

import streamlit as st

from pages.ui import guard
from pages.ui.escape import plain
from services.errors import DomainError, InvalidInput, StaleRecord
from services.tables.editing import Field, Form, open_form, save_form, view_form

FORM, NOT_CHOSEN = "edited", ""


def open_dialog(table: str, row_id: int) -> None:
    """Open the form of a row; typed values live in the dialog until it is saved or closed."""
    opened = guard.act(view_form, table, row_id)
    if opened is None:
        return
    form = opened.value
    guard.remember(FORM, form)
    st.dialog(plain(form.title), width="large", icon=":material/edit:")(_draw)()


def _draw() -> None:
    form: Form = guard.recall(FORM)
    failed: DomainError | None = guard.recall(f"{FORM}-failed")
    refused = failed.fields if isinstance(failed, InvalidInput) else {}
    with st.form("edit", border=False):
        typed: dict[str, str] = {}
        for group, fields in groupby(form.fields, key=lambda field: field.group):
            if group:
                st.subheader(plain(group), divider="gray")
            left, right = st.columns(2)
            for number, field in enumerate(fields):
                with (left, right)[number % 2]:
                    typed[field.key] = _input(form, field, refused.get(field.key, ""))
        message = st.container()
        again = isinstance(failed, StaleRecord)
        if st.form_submit_button("Сохранить поверх" if again else "Сохранить", type="primary", icon=":material/save:"):
            _save(form, typed)
    if failed is not None:
        with message:
            guard.show_error(failed)
            if again:
                st.caption(
                    "Введённое вами сохранено в форме. Если нажать «Сохранить поверх», изменятся только ваши поля."
                )


def _input(form: Form, field: Field, refused: str) -> str:
    label, key = plain(field.label) + (" *" if field.required else ""), f"edit-{form.table}-{form.id}-{field.key}"
    if field.choices:
        titles = {NOT_CHOSEN: "не указано", **dict(field.choices)}
        options = list(titles)
        value = st.selectbox(label, options, options.index(field.text), format_func=titles.__getitem__, key=key)
    else:
        value = st.text_input(label, field.text, key=key)
    for sentence in (refused, *(() if refused else field.remarks)):
        if sentence:
            st.caption(f":material/flag: :red[{plain(sentence)}]" if refused else f":material/flag: {plain(sentence)}")
    return value or ""


def _save(form: Form, typed: dict[str, str]) -> None:
    outcome = guard.attempt(save_form, form, typed)
    if isinstance(outcome, DomainError):
        guard.remember(f"{FORM}-failed", outcome)
        if isinstance(outcome, StaleRecord):
            # What was opened stays the measure of what this editor changed; only the place in history moves on.
            fresh = guard.read(open_form, form.table, form.id)
            guard.remember(FORM, replace(form, version=fresh.version, seen=fresh.seen))
        st.rerun(scope="fragment")
    guard.forget(FORM)
    guard.forget(f"{FORM}-failed")
    saved = outcome.value
    guard.flash("Сохранено: " + ", ".join(saved.changed) if saved.changed else "Изменений нет.")
    for note in saved.notes:
        guard.flash(note)
    guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
    st.rerun()
