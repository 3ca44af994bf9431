"""People's text inside Streamlit's markdown: headings, buttons, errors, toasts."""

import re

_SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """`text` shown letter by letter: with its punctuation escaped no link, picture or colour appears."""
    return _SPECIAL.sub(r"\\\1", text)
