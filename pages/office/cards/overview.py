"""The section «Обзор» of a person and a company."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.office.cards import facts, workplaces
from pages.ui import guard
from pages.ui.escape import plain
from services.directory.parties import Party
from services.directory.profiles import Birthday, OpenRemark, Profile, profile_of
from services.values.cleaned import counted

SOON, FEW, LONG = 30, 3, 20


def draw(party: Party) -> None:
    """Contacts, places of work, facts, fields of the office's own, open remarks."""
    profile = guard.read(profile_of, party)
    if profile.remarks:
        _remarks(profile.remarks)
    left, right = st.columns((3, 2), gap="large")
    with left:
        st.subheader("Контакты", anchor=False)
        _contacts(profile)
        facts.draw(profile.facts)
        if profile.extra:
            st.subheader("Другие сведения", anchor=False)
            if len(profile.extra) > LONG:
                _table(("Поле", "Значение"), profile.extra)
            else:
                facts.grid([(label, plain(value)) for label, value in profile.extra])
    with right:
        st.subheader("Место работы" if party.kind == "person" else "Люди компании", anchor=False)
        if profile.ties:
            workplaces.draw(party, profile.ties, may_edit=profile.may_edit)
        else:
            st.caption("Не указано" if party.kind == "person" else "Пока никого")


def _contacts(profile: Profile) -> None:
    lines = [_contact("tel:" + "".join(c for c in one if c in "+0123456789"), one) for one in profile.phones]
    lines += [_contact("mailto:" + one, one) for one in profile.emails]
    if profile.site:
        address = profile.site if profile.site.startswith(("https://", "http://")) else f"https://{profile.site}"
        lines.append(_contact(address, profile.site))
    if lines:
        st.html("<br>".join(lines))
    if profile.birthday is not None:
        st.markdown(f":material/cake: {_birthday(profile.birthday)}")
    if not lines and profile.birthday is None:
        st.caption("Не указаны")


def _contact(href: str, text: str) -> str:
    return f'<a href="{escape(href)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'


def _birthday(birthday: Birthday) -> str:
    text = plain(birthday.text)
    if birthday.age is None or birthday.days_left is None:
        return text
    text += f", {counted(birthday.age, 'год', 'года', 'лет')}"
    if birthday.days_left == 0:
        return f"{text} :green-badge[день рождения сегодня]"
    if birthday.days_left <= SOON:
        left = counted(birthday.days_left, "день", "дня", "дней")
        return f"{text} :green-badge[день рождения через {left}]"
    return text


def _remarks(remarks: tuple[OpenRemark, ...]) -> None:
    title = f"Замечания к данным: {len(remarks)}"
    with st.expander(title, expanded=len(remarks) <= FEW, icon=":material/flag:"):
        if len(remarks) > LONG:
            _table(("Поле", "Значение", "Замечание"), [(r.label, r.value, r.message) for r in remarks])
            return
        st.markdown("\n".join(f"- :gray[{plain(r.label)}] {plain(r.value)}: {plain(r.message)}" for r in remarks))


def _table(headings: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> None:
    """A compact table that scrolls, for what is too long for a list."""
    # No dataframe: its toolbar saves a file nobody is told of.
    st.table([dict(zip(headings, map(plain, line), strict=True)) for line in lines], height=320)
