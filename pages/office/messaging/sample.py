"""How a message will look to one recipient: the letter, its plain text, the notice in the cabinet, the SMS.

The letter's HTML is put into a frame without any rights: it runs no script, sends no form, sees nothing of the product.
"""

from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.office.messaging.said import sentence
from pages.ui.escape import plain
from services.messaging.mailing_views import Sample

HEIGHT = 440
"""Of the letter's frame, in pixels."""
PLAIN = "-text"


def draw(samples: Sequence[Sample], key: str) -> None:
    """The ways it is read, by choice."""
    ways: dict[str, tuple[str, Sample]] = {}
    for one in samples:
        ways[one.channel.value] = (sentence(one.title), one)
        if one.html:
            ways[one.channel.value + PLAIN] = ("Без оформления", one)
    if not ways:
        return
    # The letter is what people look at first; the cabinet says the same.
    first = next((way for way in ways if way + PLAIN in ways), next(iter(ways)))
    way = st.segmented_control(
        "Как показать", list(ways), format_func=lambda one: ways[one][0], default=first, required=True,
        label_visibility="collapsed", key=f"{key}-way",
    )  # fmt: skip
    shown = ways[way or first][1]
    if shown.problem:
        st.error(plain(shown.problem), icon=":material/error:")
        return
    with st.container(border=True, key=f"{key}-box"):
        if shown.subject:
            st.markdown(f":small[:gray[Тема]]  \n**{plain(shown.subject)}**")
        if shown.html and way == shown.channel.value:
            st.iframe(framed(shown.html), height=HEIGHT)
        else:
            st.markdown(lines(shown.text))


def framed(html: str) -> str:
    """A page that holds `html` in a sandboxed frame; all of it is ours but the attribute, which is escaped."""
    return (
        "<!doctype html><html><body style='margin:0'><iframe sandbox title='Письмо' "
        f"style='display:block;width:100%;height:{HEIGHT - 4}px;border:0;background:#fff' "
        f'srcdoc="{escape(html, quote=True)}"></iframe></body></html>'
    )


def lines(text: str) -> str:
    """A text letter by letter, its lines kept, as markdown."""
    return plain(text).replace("\n", "  \n")
