"""People's text inside Streamlit's markdown: headings, buttons, errors, toasts."""

import re

_SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")
_ADDRESS = re.compile(r"(?<=http:)(?=//)|(?<=https:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
_GAP = "\u200b"
"""Takes no room. Markdown makes links of bare addresses, escaped or not; one parted by this is none."""


def plain(text: str) -> str:
    """`text` shown letter by letter: with its punctuation escaped no link, picture or colour appears."""
    return _SPECIAL.sub(r"\\\1", _ADDRESS.sub(_GAP, text))
