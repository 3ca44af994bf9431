"""The inputs of a form: one per field, with what there is to say of the value as soon as it is left."""

import streamlit as st

from pages.office import pickers, saying
from pages.ui import guard, navigation
from pages.ui.escape import plain
from services.directory.parties import Kind
from services.tables.editing import Field, Form
from services.tables.references import LISTED, names_of

NOT_CHOSEN = ""
WIDE = frozenset({"comment", "description", "topics", "legal_address", "actual_address", "contacts", "address"})
PICKED: dict[str, Kind] = {"people": "person", "companies": "company"}
FROM_CARDS = {"members": "membership", "committees": "committees", "chairs": "committees"}
"""Tables whose rows are made on a card, and the section there."""


def is_wide(field: Field) -> bool:
    """Whether the field is a text of some length."""
    return field.key in WIDE


def key_of(form: Form, turn: int, field: Field) -> str:
    """The key of the input."""
    return f"edit-{turn}-{form.table}-{form.id}-{field.key}"


def draw(form: Form, turn: int, field: Field, refused: str) -> str:
    """The input; what it holds, as text."""
    key = key_of(form, turn, field)
    value = _input(field, key)
    if refused:
        st.caption(f":material/flag: :red[{plain(refused)}]")
    elif value.strip() != field.text:
        saying.say(form.table, field.key, value, form.id, key)
    else:
        for sentence in field.remarks:
            st.caption(f":material/flag: {plain(sentence)}")
    return value


def typed(form: Form, turn: int) -> dict[str, str]:
    """What all inputs hold, without drawing them."""
    held = {}
    for field in form.fields:
        key = key_of(form, turn, field)
        picked = pickers.picked(key)
        held[field.key] = picked if picked is not None else str(guard.input_value(key, field.text) or "")
    return held


def put(form: Form, turn: int, field: Field, text: str) -> None:
    """Put a kept text into the input."""
    key = key_of(form, turn, field)
    if field.refers in PICKED:
        pickers.put(key, text, guard.read(names_of, field.refers, text))
    else:
        guard.put_input(key, text)


def _input(field: Field, key: str) -> str:
    label = plain(field.label) + (" *" if field.required else "")
    if field.refers in PICKED:
        return pickers.pick(PICKED[field.refers], key, field.label, field.text, field.shown, required=field.required)
    if field.refers in LISTED:
        return pickers.from_list(field.refers, key, label, field.text, field.shown)
    if field.choices:
        titles = dict(field.choices) if field.required else {NOT_CHOSEN: "не указано", **dict(field.choices)}
        options = list(titles)
        _begin(key, field.text if field.text in titles else options[0])
        return st.selectbox(label, options, format_func=titles.__getitem__, key=key)
    _begin(key, field.text)
    if is_wide(field):
        return st.text_area(label, key=key, height="content") or ""
    return st.text_input(label, key=key) or ""


def _begin(key: str, value: str) -> None:
    if guard.input_value(key) is None:
        guard.put_input(key, value)


def choose_card(table: str) -> None:
    """Ask whose card a new row of `table` is made on, and go there."""
    st.dialog("Добавить: выберите, кому", icon=":material/add:")(_choose_card)(table)


def _choose_card(table: str) -> None:
    kind: Kind = "person"
    if table == "members":
        titles: dict[Kind, str] = {"company": "Юр. лицо", "person": "Физ. лицо"}
        kind = st.segmented_control(
            "Кто вступает", list(titles), default="company", format_func=titles.__getitem__, required=True,
            key="card-kind",
        )  # fmt: skip
    chosen = pickers.pick(kind, f"card-of-{table}-{kind}", "Физ. лицо" if kind == "person" else "Юр. лицо")
    if st.button("Открыть карточку", type="primary", disabled=not chosen, key="card-go"):
        pickers.clear(f"card-of-{table}-{kind}")
        st.switch_page(navigation.page(kind), query_params={"id": chosen, "tab": FROM_CARDS[table]})
