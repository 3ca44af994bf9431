"""«Изменить поле…»: one field of the chosen rows, shown before it happens, with the way to take it back."""

from dataclasses import dataclass, replace

import streamlit as st

from pages.office.chosen import chosen_rows
from pages.ui import guard
from pages.ui.escape import plain
from pages.ui.grid import GridAction, GridEvent
from services.access.permissions import Actor
from services.errors import DomainError
from services.tables.bulk_edit import (
    SHOWN,
    Applied,
    Changeable,
    Preview,
    Sample,
    apply,
    bulk_columns,
    changeable,
    preview,
)
from services.tables.columns import Table
from services.tables.query import Query
from services.values.cleaned import counted

CHANGE = GridAction("bulk-edit", "Изменить поле…", "some", "pencil")
RETIRE = GridAction("bulk-retire", "Деактивировать", "some", "archive", rows="active")
BACK = GridAction("bulk-back", "Вернуть в работу", "some", "open", rows="retired")
QUIET = GridAction("bulk-quiet", "Не беспокоить", "some", "stop")
STATUS = GridAction("bulk-status", "Изменить статус…", "some", "pencil")
STATUSES = ("is_member", "is_potential", "do_not_disturb", "active")
"""The fields that say how the association stands with somebody."""
PRESETS = {RETIRE.key: ("active", "no"), BACK.key: ("active", "yes"), QUIET.key: ("do_not_disturb", "yes")}
"""Actions that are a change of one certain field, with the value to begin with."""
OPENED = "bulk-edited"
TYPED_FROM = 100
"""Changes of more rows than this are confirmed by typing how many they are."""
EMPTY = "—"
SET, CLEAR = "Новое значение", "Очистить"


@dataclass(frozen=True)
class Opened:
    """The dialog: which rows of which table, what is asked of them, what was shown of it, what was done.

    `turn` keeps the inputs of two openings apart; of the fields `only` these are offered, empty for all.
    """

    table: str
    query: Query
    chosen: int
    turn: int
    title: str
    preset: tuple[str, str] | None = None
    only: tuple[str, ...] = ()
    asked: tuple[str, str] | None = None
    shown: Preview | None = None
    failed: DomainError | None = None
    done: Applied | None = None


def actions(table: Table, actor: Actor) -> tuple[GridAction, ...]:
    """The actions on chosen rows of a table, for who may change them, the first the most used."""
    fields = bulk_columns(table, actor)
    presets = tuple(action for action in (QUIET, RETIRE, BACK) if PRESETS[action.key][0] in fields)
    status = (STATUS,) if STATUSES[0] in fields else ()
    return (CHANGE, *status, *presets) if fields else ()


def act(event: GridEvent) -> None:
    """Open the dialog when one of these actions was pressed."""
    preset = PRESETS.get(event.action)
    if event.action not in (CHANGE.key, STATUS.key) and preset is None:
        return
    title = next(action.label for action in (CHANGE, STATUS, RETIRE, BACK, QUIET) if action.key == event.action)
    only = STATUSES if event.action == STATUS.key else ()
    turn = guard.recall(f"{OPENED}-turn", 0) + 1
    guard.remember(f"{OPENED}-turn", turn)
    _keep(Opened(event.table, chosen_rows(event), event.count, turn, title, preset, only))
    st.dialog(title, width="large", icon=":material/edit_note:", on_dismiss="rerun")(_draw)()


def _keep(opened: Opened) -> None:
    guard.remember(OPENED, opened)


def _draw() -> None:
    opened: Opened = guard.recall(OPENED)
    if opened.done is not None:
        _draw_done(opened.done)
        return
    field = _field(opened)
    if field is None:
        return
    text = _value(opened, field)
    if text is None:
        return
    asked = (field.key, text)
    if asked != opened.asked:
        opened = _look(replace(opened, failed=None), asked)
    if opened.failed is not None:
        guard.show_error(opened.failed)
    if opened.shown is not None:
        _draw_preview(opened, opened.shown)
        _confirm(opened, opened.shown)


def _look(opened: Opened, asked: tuple[str, str]) -> Opened:
    """What the change would do now; kept, so that it is this that is confirmed."""
    shown, failed = None, opened.failed
    try:
        shown = guard.read(preview, opened.table, opened.query, *asked)
    except DomainError as error:
        failed = error
    looked = replace(opened, asked=asked, shown=shown, failed=failed)
    _keep(looked)
    return looked


def _field(opened: Opened) -> Changeable | None:
    fields = {field.key: field for field in guard.read(changeable, opened.table)}
    if opened.preset is not None:
        return fields[opened.preset[0]]
    if opened.only:
        fields = {key: field for key, field in fields.items() if key in opened.only}
    labels = [field.label for field in fields.values()]

    def titled(key: str) -> str:
        field = fields[key]
        return f"{field.label} · {field.group}" if labels.count(field.label) > 1 else field.label

    chosen = st.selectbox(
        "Статус" if opened.only else "Поле", list(fields), format_func=titled, index=None,
        placeholder="Выберите статус" if opened.only else "Выберите поле", filter_mode="contains",
        key=f"bulk-field-{opened.turn}",
    )  # fmt: skip
    return fields[chosen] if chosen else None


def _value(opened: Opened, field: Changeable) -> str | None:
    """The new value as text, empty to clear; None while it is not said."""
    key = f"bulk-{opened.turn}-{field.key}"
    if field.may_be_empty:
        way = st.segmented_control(
            "Что сделать", [SET, CLEAR], default=SET, required=True, label_visibility="collapsed", key=f"{key}-way"
        )
        if way == CLEAR:
            return ""
    if not field.choices:
        return (st.text_input(f"Новое значение: {plain(field.label)}", key=f"{key}-text") or "").strip() or None
    titles = dict(field.choices)
    index = list(titles).index(opened.preset[1]) if opened.preset else None
    return st.selectbox(
        f"Новое значение: {plain(field.label)}", list(titles), format_func=titles.__getitem__, index=index,
        placeholder="Выберите", filter_mode="contains", key=f"{key}-choice",
    )  # fmt: skip


def _draw_preview(opened: Opened, shown: Preview) -> None:
    parts = [f"Выбрано: **{_number(shown.total)}**", f"изменится: **{_number(shown.changed)}**"]
    if shown.same:
        parts.append(f"уже такие: **{_number(shown.same)}**")
    st.markdown(" · ".join(parts))
    for refusal in shown.refusals:
        st.markdown(f":material/block: Не изменятся: **{_number(refusal.count)}** — {plain(refusal.reason)}.")
    if shown.total < opened.chosen:
        gone = counted(opened.chosen - shown.total, "запись", "записи", "записей")
        st.caption(f":material/info: {gone} из выбранных в таблице больше нет: их изменили или удалили.")
    for note in shown.notes:
        st.caption(f":material/flag: {plain(note)}")
    if shown.sample:
        after = plain(shown.after) or EMPTY
        with st.container(height=300 if len(shown.sample) > 6 else "content", border=False):
            st.table([_line(one, after) for one in shown.sample])
    if shown.changed > SHOWN:
        st.caption(f"Показаны первые {SHOWN}.")


def _line(one: Sample, after: str) -> dict[str, str]:
    return {"Запись": plain(one.title), "Было": plain(one.before) or EMPTY, "Станет": after}


def _confirm(opened: Opened, shown: Preview) -> None:
    if not shown.changed:
        st.info("Менять нечего.", icon=":material/check:")
        return
    is_sure = True
    if shown.changed > TYPED_FROM:
        typed = st.text_input(
            f"Записей много. Чтобы подтвердить, введите их число: {shown.changed}", key=f"bulk-sure-{opened.turn}"
        )
        is_sure = "".join((typed or "").split()) == str(shown.changed)
    many = counted(shown.changed, "запись", "записи", "записей")
    if st.button(f"Изменить {many}", type="primary", icon=":material/save:", disabled=not is_sure, key="bulk-yes"):
        _apply(opened, shown)


def _apply(opened: Opened, shown: Preview) -> None:
    assert opened.asked is not None
    outcome = guard.attempt(apply, opened.table, opened.query, *opened.asked, shown.stamp)
    if isinstance(outcome, DomainError):
        _look(replace(opened, failed=outcome), opened.asked)
    else:
        guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
        if opened.asked[0] == "active":
            guard.remember("rows-chosen", guard.recall("rows-chosen", 0) + 1)
        _keep(replace(opened, done=outcome.value))
    st.rerun(scope="fragment")


def _draw_done(done: Applied) -> None:
    many = counted(done.changed, "запись", "записи", "записей")
    st.success(f"Готово. Изменено: {many}.", icon=":material/check_circle:")
    st.markdown(
        f"Передумали? [Отменить это изменение](/mass_changes?undo={done.batch_id}) можно сейчас или позже "
        "на странице «Массовые изменения и объединения»."
    )
    if st.button("Закрыть", type="primary", key="bulk-done"):
        guard.forget(OPENED)
        st.rerun()


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\u00a0")
