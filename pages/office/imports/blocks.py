"""What the wizard is drawn with: its style, and blocks of HTML in which everything from outside is escaped."""

from collections.abc import Callable, Iterable
from html import escape
from typing import TypeVar

import streamlit as st

from pages.ui import guard

T = TypeVar("T")
EMPTY = "Выберите"
"""What a select box shows while its text is wiped out."""

STYLE = """<style>
[data-testid="stFileUploaderDropzone"] button p { font-size: 0 }
[data-testid="stFileUploaderDropzone"] button p::after { content: "Выбрать файл"; font-size: 0.875rem }
[data-testid="stFileUploaderDropzoneInstructions"] span { font-size: 0 }
[data-testid="stFileUploaderDropzoneInstructions"] span::after {
    content: "или перетащите его сюда"; font-size: 0.875rem
}
[data-testid="stFileUploaderDropzone"] button[aria-label="Add files"] { display: none }
[data-testid="stFileUploader"]:has([data-testid="stFileChip"][aria-invalid="true"])::after {
    content: "Файл больше LIMIT МБ, поэтому он не загружен. В базе ничего не изменилось."; color: #9c1f1f;
    display: block; margin-top: 0.5rem
}
[data-testid="stMain"] [data-testid="stPageLink"] a { background: none; color: #1f5f99 }
[data-testid="stMain"] [data-testid="stPageLink"] a:hover { background: #f3f5f8 }
[data-testid="stMain"] [data-testid="stPageLink"] a p { font-weight: 400; color: inherit }
[data-testid="stMain"] [data-testid="stPageLink"] a span { color: inherit }
[class*="st-key-segment-"] a > :has([data-testid="stIconMaterial"]),
.st-key-pages a > :has([data-testid="stIconMaterial"]) { display: none }
[class*="st-key-segments-"] { border-bottom: 1px solid #d9dfe6; row-gap: 0 }
[data-testid="stMain"] [class*="st-key-segment-"] a { border-radius: 0; padding: 0.35rem 0.8rem; color: #4a5866 }
[class*="st-key-segment-on-"] { box-shadow: inset 0 -2px #1f5f99 }
[data-testid="stMain"] [class*="st-key-segment-on-"] a { color: #1f5f99 }
[data-testid="stMain"] [class*="st-key-segment-on-"] a p { font-weight: 600 }
[class*="st-key-row-"] [data-testid="stCheckbox"] p { font-weight: 600 }
.im-line { color: #4a5866; font-size: 0.875rem; overflow-wrap: anywhere }
.im-line a { color: #1f5f99 }
.im-line b { color: #1b2733; font-weight: 600 }
.im-cells { display: grid; grid-template-columns: minmax(7rem, 11rem) minmax(0, 1fr) auto; row-gap: 0.15rem;
    font-size: 0.9rem }
.im-cells > div { display: contents }
.im-many { grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); column-gap: 1rem }
.im-many > div { display: grid; grid-template-columns: 8rem minmax(0, 1fr) }
.im-cells > div > span { padding: 0.15rem 0.4rem; overflow-wrap: anywhere; white-space: pre-line }
.im-label, .im-origin { color: #4a5866 }
.im-origin { font-size: 0.8rem; text-align: right }
.im-before { color: #6b7885 }
.im-arrow { color: #6b7885; padding: 0 0.35rem }
.im-conflict > span { background: #fff4dc }
.im-error > span { background: #fdecec }
.im-new .im-after, .im-changed .im-after, .im-conflict .im-after { font-weight: 600 }
.im-off .im-after { text-decoration: line-through; font-weight: 400; color: #6b7885 }
.im-tag { border-radius: 1rem; padding: 0.05rem 0.6rem; font-size: 0.8rem; background: #eef1f5; color: #4a5866;
    white-space: nowrap }
.im-tag-created { background: #e3f4e8; color: #1c6b36 }
.im-tag-changed { background: #e4eefa; color: #1f5f99 }
.im-tag-doubtful, .im-tag-amber { background: #fff0cc; color: #7a5200 }
.im-tag-skipped { background: #fdecec; color: #9c1f1f }
.im-amber { color: #7a5200 }
.im-wrap { overflow-x: auto }
.im-pairs { border-collapse: collapse; font-size: 0.9rem; width: 100% }
.im-pairs th, .im-pairs td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; min-width: 9rem;
    border-bottom: 1px solid #e6eaef; overflow-wrap: anywhere; font-weight: 400 }
.im-pairs thead th { color: #1b2733; font-weight: 600 }
.im-pairs thead .im-label { font-weight: 400; font-size: 0.85rem }
.im-pairs tbody th { color: #4a5866; min-width: 7rem }
.im-pairs .im-equal { color: #8a949e }
.im-pairs .im-differs { background: #fff4dc }
@media (max-width: 760px) {
    .im-cells { grid-template-columns: minmax(0, 1fr) }
    .im-cells > div { display: block; padding: 0.2rem 0; border-bottom: 1px solid #eef1f5 }
    .im-cells > div > span { display: block; padding: 0 0.4rem }
    .im-origin { text-align: left }
}
</style>"""
"""The uploader speaks English and has no setting for it; its «+» would add a second file; why it refuses one it
says only to the pointer that rests on it."""


def block(parts: Iterable[str]) -> None:
    """Draw HTML made by the functions below."""
    st.html("".join(parts))


def span(kind: str, text: str) -> str:
    """A piece of text of a kind; the text is escaped."""
    return f'<span class="im-{kind}">{escape(text)}</span>'


def tag(kind: str, text: str) -> str:
    """A small label."""
    return f'<span class="im-tag im-tag-{kind}">{escape(text)}</span>'


def line(*parts: str) -> str:
    """A quiet line of parts made by `span`, `tag` and `words`."""
    return f'<div class="im-line">{" · ".join(part for part in parts if part)}</div>'


def words(text: str) -> str:
    """Text as it is, escaped."""
    return escape(text)


def download(file_id: str, label: str) -> str:
    """A link to a kept file."""
    return f'<a href="/files/{escape(file_id, quote=True)}" download>{escape(label)}</a>'


def template(table: str, label: str) -> str:
    """A link to an empty workbook of a table."""
    return f'<a href="/api/tables/{escape(table, quote=True)}/template" download>{escape(label)}</a>'


def counted(number: int, one: str, few: str, many: str) -> str:
    """«1 строка», «3 строки», «11 строк»; thousands stand apart."""
    tens, last = number % 100, number % 10
    word = many if 11 <= tens <= 14 else one if last == 1 else few if 2 <= last <= 4 else many
    return f"{grouped(number)} {word}"


def rows_of(number: int) -> str:
    """«3 строки»."""
    return counted(number, "строка", "строки", "строк")


def grouped(number: int) -> str:
    """A number with its thousands apart by no-break spaces."""
    return f"{number:,}".replace(",", "\u00a0")


def chosen(key: str, present: T, draw: Callable[[str, T], T]) -> T | None:
    """What the user has just made of a widget that shows `present`; None when it still says the same.

    `draw(key, present)` draws it. What the database says may change behind a widget (another tab, a press of «взять
    все»): then a widget of another key takes its place, so that it never writes an old choice back.
    """
    turn, shown = guard.recall(key, (0, present))
    turn += shown != present
    said = draw(f"{key}-{turn}", present)
    guard.remember(key, (turn, said))
    return said if said != present else None
