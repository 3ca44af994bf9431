"""One pair side by side: whose value stays, what goes over, and the doing."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from pages.ui import guard, navigation
from pages.ui.escape import plain
from services.directory.parties import Kind, Party
from services.duplicates import pairs
from services.duplicates.comparing import Difference, Side
from services.duplicates.merging import Comparison, compare, merge
from services.errors import DomainError

PATH = "duplicates"
WIDTHS = (1.4, 6)
EMPTY = "(пусто)"
JOINER = "\u2060"
"""Between the parts of an address it is not seen, and keeps markdown from making a link of what is to be chosen."""
STYLE = """<style>
.two-heads, [class*="st-key-compare-field-"] [role="radiogroup"] {
    display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 3fr) minmax(3rem, 1fr); gap: 0.25rem 1rem }
.two-heads small { color: #6b7885 }
[class*="st-key-compare-field-"] [role="radiogroup"] label { align-items: flex-start; overflow-wrap: anywhere }
</style>"""
"""The values stand under the names of their records."""


def render(kind: Kind, kept: int, lost: int) -> None:
    """Draw the comparison; `kept` is the record that is to stay."""
    st.page_link(navigation.page(PATH), label="← Дубликаты", icon=":material/merge:", query_params={"kind": kind})
    st.title("Сравнение", anchor=False)
    try:
        found = guard.read(compare, kind, kept, lost)
        score, reasons = guard.read(pairs.reasons_of, kind, kept, lost)
    except DomainError as error:
        guard.show_error(error)
        return
    if reasons:
        st.caption(plain(f"Похожи на {score} из 100: {'; '.join(reasons)}."))
    _which(kind, found)
    choices = _fields(found)
    _consequences(found)
    _buttons(kind, found, choices)


def _which(kind: Kind, found: Comparison) -> None:
    st.html(STYLE)
    label, heads = st.columns(WIDTHS, vertical_alignment="center")
    label.markdown(":gray[Останется одна запись]")
    sides = (("Останется", found.kept_title, found.kept), ("Войдёт в неё", found.lost_title, found.lost))
    heads.html(f'<div class="two-heads">{"".join(_head(*side) for side in sides)}</div>')
    if st.button("Поменять местами", icon=":material/swap_horiz:", key="compare-swap", type="tertiary"):
        address = {"kind": kind, "kept": str(found.lost.id), "lost": str(found.kept.id)}
        st.query_params.from_dict(address)
        st.rerun()


def _head(said: str, title: str, party: Party) -> str:
    return f'<div><small>{said}</small><br><b><a href="{party.address}">{escape(title)}</a></b></div>'


def _fields(found: Comparison) -> dict[str, Side]:
    if not found.differences:
        st.info("Все поля совпадают.", icon=":material/check:")
        return {}
    st.markdown("**Чьё значение оставить**")
    choices: dict[str, Side] = {}
    for one in found.differences:
        with st.container(key=f"compare-field-{one.key}"):
            choices[one.key] = _field(found, one)
    return choices


def _field(found: Comparison, one: Difference) -> Side:
    options: list[Side] = ["kept", "lost", "both"] if one.may_both else ["kept", "lost"]
    texts: dict[Side, str] = {"kept": one.kept or EMPTY, "lost": one.lost or EMPTY, "both": "Оба"}
    notes: dict[Side, str] = {"kept": one.kept_note, "lost": one.lost_note, "both": ""}
    label, chooser = st.columns(WIDTHS, vertical_alignment="top")
    label.markdown(f":gray[{plain(one.label)}]")
    return chooser.radio(
        one.label,
        options,
        index=options.index(one.proposed),
        format_func=lambda side: _unlinked(texts[side]),
        captions=[plain(notes[side]) for side in options],
        horizontal=True,
        width="stretch",
        label_visibility="collapsed",
        key=f"compare-{found.kept.kind}-{found.kept.id}-{found.lost.id}-{one.key}",
    )


def _unlinked(text: str) -> str:
    parted = text.replace("@", f"{JOINER}@").replace("://", f":{JOINER}//").replace("\n", " ")
    return plain(parted)


def _consequences(found: Comparison) -> None:
    st.markdown("**Что произойдёт**")
    said = [
        _listed("Перейдёт", found.moved),
        _listed("Есть у обеих записей, станет одним", found.joined),
        *(plain(note) for note in found.notes),
        f"Ссылки на запись «{plain(found.lost_title)}» будут вести на «{plain(found.kept_title)}».",
        "Объединение можно отменить в любое время: «Массовые изменения».",
    ]
    st.markdown("\n".join(f"- {line}" for line in said if line))
    for refusal in found.refusals:
        st.error(plain(refusal), icon=":material/block:")


def _listed(what: str, parts: Iterable[str]) -> str:
    listed = ", ".join(parts)
    return f"{what}: {listed}." if listed else ""


def _buttons(kind: Kind, found: Comparison, choices: dict[str, Side]) -> None:
    with st.container(horizontal=True):
        if st.button(
            "Объединить", type="primary", icon=":material/merge:", key="merge", disabled=bool(found.refusals)
        ):  # fmt: skip
            _merge(kind, found, choices)
        if st.button("Не дубликаты", icon=":material/close:", key="dismiss"):
            if guard.act(pairs.dismiss, kind, found.kept.id, found.lost.id) is not None:
                guard.flash("Пара больше не появится, если ничего нового не совпадёт.")
                st.query_params.from_dict({"kind": kind})
                st.rerun()


def _merge(kind: Kind, found: Comparison, choices: dict[str, Side]) -> None:
    with st.spinner("Объединяем…"):
        outcome = guard.attempt(merge, kind, found.kept.id, found.lost.id, found.seen, choices)
    if isinstance(outcome, DomainError):
        guard.show_error(outcome)
        return
    guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
    guard.flash("Записи объединены. Отменить можно в истории карточки.")
    st.switch_page(navigation.page(kind), query_params={"id": str(found.kept.id)})
