"""The form of one row, in a dialog over its table or card: opened, filled in, checked while typed, saved."""

from dataclasses import dataclass, field, replace
from itertools import groupby

import streamlit as st

from pages.office import form_inputs
from pages.ui import guard, navigation
from pages.ui.escape import plain
from pages.ui.guard import Done
from services import clock
from services.access.permissions import ANONYMOUS
from services.directory.cards import CARDS
from services.errors import DomainError, InvalidInput, StaleRecord
from services.tables.creating import Created, create_row, new_form
from services.tables.drafts import Draft, draft_of, drop_draft, keep_draft, keep_typed
from services.tables.editing import Form, Saved, open_form, save_form, view_form
from services.work import writing

OPENED = "edited"


@dataclass(frozen=True)
class Opened:
    """A form in its dialog. `kept` is what the draft holds by now, `turn` keeps inputs of two openings apart."""

    form: Form
    turn: int
    draft: Draft | None
    kept: dict[str, str] = field(default_factory=dict)
    failed: DomainError | None = None

    @property
    def name(self) -> str:
        """The name its draft is kept by."""
        return f"{self.form.table}:{self.form.id}"


def open_dialog(table: str, row_id: int) -> None:
    """Open the form of a row; what is typed is kept until it is saved."""
    opened = guard.act(view_form, table, row_id)
    if opened is not None:
        _show(opened.value, ":material/edit:")


def open_new(table: str) -> None:
    """Open the form of a new row, or where rows are made from a card, the choice of whose card."""
    if table in form_inputs.FROM_CARDS:
        form_inputs.choose_card(table)
        return
    form = guard.read(new_form, table)
    _show(form, ":material/add:")


def _show(form: Form, icon: str) -> None:
    turn = guard.recall(f"{OPENED}-turn", 0) + 1
    guard.remember(f"{OPENED}-turn", turn)
    draft = guard.read(draft_of, f"{form.table}:{form.id}")
    _keep(Opened(form, turn, draft))
    st.dialog(plain(form.title), width="large", icon=icon)(draw)()


def _keep(opened: Opened) -> None:
    guard.remember(OPENED, opened)


def draw() -> None:
    """The form that was opened last. When the session has ended meanwhile, what was typed is kept."""
    opened: Opened = guard.recall(OPENED)
    try:
        _draw(opened)
    except guard.SessionEnded:
        _keep_at_the_end(opened)
        raise


def _draw(opened: Opened) -> None:
    # Always there, or all inputs would move by one place when the offer is gone.
    with st.container():
        _offer_draft(opened)
    failed = opened.failed
    refused = failed.fields if isinstance(failed, InvalidInput) else {}
    typed: dict[str, str] = {}
    for group, fields in groupby(opened.form.fields, key=lambda one: one.group):
        if group:
            st.subheader(plain(group), divider="gray", anchor=False)
        columns = st.columns(2)
        place = 0
        for one in fields:
            wide = form_inputs.is_wide(one)
            with st.container() if wide else columns[place % 2]:
                typed[one.key] = form_inputs.draw(opened.form, opened.turn, one, refused.get(one.key, ""))
            place = 0 if wide else place + 1
            columns = st.columns(2) if wide else columns
    message = st.container()
    again = isinstance(failed, StaleRecord)
    label = "Сохранить поверх" if again else "Сохранить" if opened.form.id else "Добавить"
    if st.button(label, type="primary", icon=":material/save:", key=f"edit-save-{opened.turn}"):
        _save(opened, typed)
    if failed is not None:
        with message:
            guard.show_error(failed)
            if again:
                st.caption(
                    "Введённое вами сохранено в форме. Если нажать «Сохранить поверх», изменятся только ваши поля."
                )
    _keep_typed(guard.recall(OPENED), typed)


def _touched(form: Form, typed: dict[str, str]) -> dict[str, str]:
    """What differs from the opened form."""
    opened = {one.key: one.text for one in form.fields}
    return {key: text for key, text in typed.items() if text.strip() != opened[key]}


def _offer_draft(opened: Opened) -> None:
    if opened.draft is None:
        return
    moment = clock.local(opened.draft.at)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/history: Вы не сохранили изменения от {moment:%H:%M}.")
        st.button("Вернуть", key="draft-back", on_click=_take_draft, args=(opened,), type="primary")
        st.button("Отбросить", key="draft-drop", on_click=_leave_draft, args=(opened,))


def _take_draft(opened: Opened) -> None:
    assert opened.draft is not None
    for one in opened.form.fields:
        if one.key in opened.draft.typed:
            form_inputs.put(opened.form, opened.turn, one, opened.draft.typed[one.key])
    _keep(replace(opened, draft=None, kept=opened.draft.typed))


def _leave_draft(opened: Opened) -> None:
    guard.attempt(drop_draft, opened.name)
    _keep(replace(opened, draft=None))


def _keep_typed(opened: Opened, typed: dict[str, str]) -> None:
    """Keep on the server what is typed by now. An offered draft stays, with the new words in it, until it is taken."""
    touched = _touched(opened.form, typed)
    if touched == opened.kept:
        return
    draft = opened.draft
    if draft is not None:
        draft = replace(draft, typed={**draft.typed, **touched})
    guard.attempt(keep_draft, opened.name, draft.typed if draft is not None else touched)
    _keep(replace(opened, kept=touched, draft=draft))


def _save(opened: Opened, typed: dict[str, str]) -> None:
    form = opened.form
    done: Done[Saved] | Done[Created] | DomainError
    done = guard.attempt(save_form, form, typed) if form.id else guard.attempt(create_row, form.table, _filled(typed))
    if isinstance(done, DomainError):
        if isinstance(done, StaleRecord):
            # What was opened stays the measure of what this editor changed; only the place in history moves on.
            fresh = guard.read(open_form, form.table, form.id)
            form = replace(form, version=fresh.version, seen=fresh.seen)
        _keep(replace(opened, form=form, failed=done))
        st.rerun(scope="fragment")
    if opened.kept or opened.draft is not None:
        guard.attempt(drop_draft, opened.name)
    guard.forget(OPENED)
    guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
    saved = done.value
    for note in saved.notes:
        guard.flash(note)
    if isinstance(saved, Saved):
        guard.flash("Сохранено: " + ", ".join(saved.changed) if saved.changed else "Изменений нет.")
        st.rerun()
    guard.flash(f"Добавлено: {saved.title}")
    if form.table in CARDS:
        st.switch_page(navigation.page(CARDS[form.table]), query_params={"id": str(saved.id)})
    st.rerun()


def _filled(typed: dict[str, str]) -> dict[str, str]:
    return {key: text for key, text in typed.items() if text.strip()}


def _keep_at_the_end(opened: Opened) -> None:
    """The session ended while the form was filled in: what was typed waits for the account's next sign-in."""
    touched, owner = _touched(opened.form, form_inputs.typed(opened.form, opened.turn)), guard.owner()
    if touched and owner is not None:
        with writing(ANONYMOUS) as session:
            keep_typed(session, owner, opened.name, touched)
