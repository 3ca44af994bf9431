"""A text as somebody real would get it, before anything is saved; nothing leaves from here."""

from typing import Any, get_args

import streamlit as st

from models import TemplateKind
from pages.office import pickers
from pages.office.messaging import sample
from pages.ui import guard
from pages.ui.escape import plain
from services.directory.parties import Kind, Party
from services.errors import DomainError
from services.events.inviting import coming_events
from services.messaging import templates
from services.messaging.templates import TemplateView

KINDS: dict[Kind, str] = {"person": "Физ. лицо", "company": "Юр. лицо"}
LETTER, TEXT = "Письмо", "Только текст"


def draw(view: TemplateView, values: dict[str, Any]) -> None:
    """The choice of a recipient (and an event), then the message made of what is typed at present."""
    st.subheader("Предпросмотр", anchor=False)
    kind = st.segmented_control(
        "Получатель", list(get_args(Kind)), format_func=KINDS.__getitem__, default="person", required=True,
        key=f"preview-kind-{view.id}", label_visibility="collapsed",
    )  # fmt: skip
    number = pickers.pick(kind or "person", f"preview-{kind}-{view.id}", "Кто получит")
    event_id = _event(view) if view.kind is TemplateKind.EVENT else None
    if not number:
        st.caption("Выберите получателя, и здесь появится сообщение, каким его увидит он. Ничего не отправляется.")
        return
    if view.kind is TemplateKind.EVENT and event_id is None:
        st.caption("Выберите мероприятие.")
        return
    texts = (values["subject"], values["text"], values["html"])
    try:
        shown = guard.read(templates.preview, *texts, view.kind, Party(kind or "person", int(number)), event_id)
    except DomainError as error:
        guard.show_error(error)
        return
    way = st.segmented_control(
        "Как показать", [LETTER, TEXT], default=LETTER, required=True, key=f"preview-way-{view.id}",
        label_visibility="collapsed",
    )  # fmt: skip
    with st.container(border=True, key="template-preview"):
        st.markdown(f":small[:gray[Тема]]  \n**{plain(shown.subject)}**")
        if way == TEXT:
            st.markdown(sample.lines(shown.text))
        else:
            st.iframe(sample.framed(shown.html), height=sample.HEIGHT)


def _event(view: TemplateView) -> int | None:
    titles = {coming.id: coming.title for coming in guard.read(coming_events)}
    return st.selectbox(
        "Мероприятие", list(titles), format_func=titles.__getitem__, index=0 if titles else None,
        key=f"preview-event-{view.id}", placeholder="Предстоящих мероприятий нет", filter_mode="contains",
    )  # fmt: skip
