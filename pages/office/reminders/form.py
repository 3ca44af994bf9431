"""The form of a rule: what is watched, when and whom it reminds of it, with which text."""

import datetime as dt
from typing import Any

import streamlit as st

from models import Channel, Purpose, Watched
from pages.office.messaging.said import sentence
from pages.office.reminders import place
from pages.ui import guard
from pages.ui.escape import plain
from services.errors import DomainError, InvalidInput
from services.messaging.words import CHANNEL_TITLES, PURPOSE_NOTES, PURPOSE_TITLES
from services.reminders import drafts, rules
from services.reminders.drafts import MOST_CATCH_UP, NAME_LIMIT, Choices, RuleDraft
from services.reminders.rule import WATCHED_TITLES
from services.reminders.rules import RuleLine
from services.reminders.steps import COMMON, in_words

NEW = RuleDraft(
    name="", watched=Watched.MEMBERSHIP_END, template_id=None, purpose=Purpose.SERVICE,
    channels=(Channel.CABINET, Channel.EMAIL), steps=("за месяц", "за неделю"),
)  # fmt: skip
EVERYBODY = 0
QUARTERS = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 15, 30, 45))
NOTES: dict[Watched, str] = {
    Watched.MEMBERSHIP_END: "День: последний день срока. Выбывшим и приостановленным не пишем.",
    Watched.FEE_DUE: "День: последний день оплаченного срока у тех, у кого указана сумма взноса.",
    Watched.EVENT_START: "Пишем приглашённым, подавшим заявку и подтвердившим. Об отменённых не напоминаем.",
    Watched.DOCUMENT_MISSING: "Считаем от начала членства, пока документ не пришёл.",
    Watched.BIRTHDAY: "Родившихся 29 февраля в обычный год поздравляем 28-го.",
    Watched.DATE_COLUMN: "Берём только полные даты: год, месяц и день.",
}


def draw(number: int | None) -> None:
    """Draw the form of the rule, a new one without a number."""
    place.link("Все правила", ":material/arrow_back:")
    line: RuleLine | None = None
    if number is not None:
        try:
            line = guard.read(rules.open_rule, number)
        except DomainError as error:
            guard.show_error(error)
            return
    st.subheader(plain(line.rule.name) if line else "Новое правило", anchor=False)
    _fields(line)
    if line is not None:
        _more(line)


@st.fragment
def _fields(line: RuleLine | None) -> None:
    """The inputs. A fragment: another choice draws no more than this."""
    present = drafts.draft_of(line.rule) if line else NEW
    stem = f"rule-{line.rule.id}-{line.rule.version}" if line else "rule-new"
    offered: Choices = guard.read(drafts.choices)
    refused: dict[str, str] = guard.recall(f"{stem}-refused", {})
    left, right = st.columns([5, 4], gap="medium")
    with left:
        values = _what(stem, present, offered, refused)
    with right:
        values |= _how(stem, present, refused)
    if line is not None and line.rule.enabled:
        st.caption(
            ":material/info: Правило включено. Если изменить, кому, как или когда оно пишет, оно выключится: "
            "его прогноз надо посмотреть заново."
        )
    with st.container(horizontal=True, key="rule-buttons"):
        if st.button("Сохранить", type="primary", icon=":material/save:", key=f"{stem}-save"):
            _save(line, stem, RuleDraft(**values))
        if st.button("Не сохранять", key=f"{stem}-drop"):
            guard.forget(f"{stem}-refused")
            place.go()


def _what(stem: str, present: RuleDraft, offered: Choices, refused: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {"column": "", "document_type_id": None}
    values["name"] = st.text_input("Название *", present.name, max_chars=NAME_LIMIT, key=f"{stem}-name") or ""
    _say(refused, "name")
    watched = Watched(
        st.selectbox(
            "За чем следить *", [one.value for one in Watched], list(Watched).index(present.watched),
            format_func=lambda one: WATCHED_TITLES[Watched(one)], key=f"{stem}-watched",
        )
    )  # fmt: skip
    st.caption(NOTES[watched])
    values["watched"] = watched
    if watched is Watched.DATE_COLUMN:
        values["column"] = _choice("Колонка с датой *", offered.columns, present.column, f"{stem}-column") or ""
        _say(refused, "column")
    if watched is Watched.DOCUMENT_MISSING:
        paper = _choice("Документ *", offered.documents, present.document_type_id, f"{stem}-document")
        values["document_type_id"] = paper
        _say(refused, "document_type_id")
    options = list(dict.fromkeys((*present.steps, *(in_words(*step) for step in COMMON))))
    values["steps"] = tuple(
        st.multiselect(
            "Когда *", options, list(present.steps), key=f"{stem}-steps", accept_new_options=True,
            placeholder="Выберите или напишите: за 10 дней",
            help="Можно написать своё: «за 10 дней», «через месяц и 3 дня», «за полгода».",
        )
    )  # fmt: skip
    _say(refused, "steps")
    whom = {EVERYBODY: drafts.EVERYBODY} | offered.segments
    if present.segment_id is not None and present.segment_id not in whom:
        whom[present.segment_id] = "Сегмент другого сотрудника"
    values["segment_id"] = _choice("Кому", whom, present.segment_id or EVERYBODY, f"{stem}-segment") or None
    _say(refused, "segment_id")
    texts = offered.templates[watched]
    values["template_id"] = _choice("Шаблон письма *", texts, present.template_id, f"{stem}-template-{watched}")
    _say(refused, "template_id")
    values["comment"] = st.text_area("Комментарий для коллег", present.comment, key=f"{stem}-comment", height=90) or ""
    _say(refused, "comment")
    return values


def _how(stem: str, present: RuleDraft, refused: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    purpose = Purpose(
        st.selectbox(
            "Цель", [one.value for one in Purpose], list(Purpose).index(present.purpose),
            format_func=lambda one: sentence(PURPOSE_TITLES[Purpose(one)]), key=f"{stem}-purpose",
        )
    )  # fmt: skip
    st.caption(f"{sentence(PURPOSE_NOTES[purpose])}.")
    values["purpose"] = purpose
    chosen = st.pills(
        "Как отправлять *", [one.value for one in Channel], selection_mode="multi",
        default=[one.value for one in present.channels], key=f"{stem}-channels",
        format_func=lambda one: sentence(CHANNEL_TITLES[Channel(one)]),
    )  # fmt: skip
    values["channels"] = tuple(Channel(one) for one in chosen)
    _say(refused, "channels")
    values["send_at"] = _hour("Во сколько *", present.send_at, f"{stem}-send")
    _say(refused, "send_at")
    first, last = st.columns(2)
    with first:
        values["quiet_from"] = _hour("Не писать с", present.quiet_from, f"{stem}-quiet-from", is_needed=False)
    with last:
        values["quiet_until"] = _hour("до", present.quiet_until, f"{stem}-quiet-until", is_needed=False)
    _say(refused, "quiet_until")
    first, last = st.columns(2)
    with first:
        values["active_from"] = _day("Действует с", present.active_from, f"{stem}-from")
    with last:
        values["active_until"] = _day("по", present.active_until, f"{stem}-until")
    _say(refused, "active_until")
    values["catch_up_days"] = int(
        st.number_input(
            "Догонять, дней", 0, MOST_CATCH_UP, present.catch_up_days, key=f"{stem}-catch-up",
            help="Если в нужный день отправить не вышло, письмо уйдёт позже, но не позже чем через столько дней. "
            "Дальше оно отмечается как пропущенное.",
        )
    )  # fmt: skip
    return values


def _choice(label: str, titles: dict[Any, str], present: Any, key: str) -> Any:
    options = list(titles)
    return st.selectbox(
        label, options, options.index(present) if present in titles else None, format_func=titles.__getitem__, key=key,
        placeholder="Выберите", filter_mode="contains",
    )  # fmt: skip


def _hour(label: str, present: str, key: str, *, is_needed: bool = True) -> str:
    options = sorted({*QUARTERS, *([present] if present else [])})
    options = options if is_needed else ["", *options]
    return st.selectbox(
        label, options, options.index(present), key=key, format_func=lambda hour: hour or "не указано",
        filter_mode="contains",
    )  # fmt: skip


def _day(label: str, present: dt.date | None, key: str) -> dt.date | None:
    return st.date_input(label, present, format="DD.MM.YYYY", key=key)


def _say(refused: dict[str, str], field: str) -> None:
    if field in refused:
        st.caption(f":material/flag: :red[{plain(refused[field])}]")


def _save(line: RuleLine | None, stem: str, draft: RuleDraft) -> None:
    outcome: Any
    if line is None:
        outcome = guard.attempt(rules.create, draft)
    else:
        outcome = guard.attempt(rules.edit, line.rule.id, line.rule.version, draft)
    if isinstance(outcome, DomainError):
        if isinstance(outcome, InvalidInput) and outcome.fields != guard.recall(f"{stem}-refused", {}):
            guard.remember(f"{stem}-refused", outcome.fields)
            st.rerun(scope="fragment")
        guard.show_error(outcome)
        return
    guard.forget(f"{stem}-refused")
    if line is None:
        guard.flash("Правило записано. Оно выключено: посмотрите его прогноз и включите.")
    elif outcome.value:
        guard.flash("Правило изменено и выключено: посмотрите его прогноз и включите снова.")
    else:
        guard.flash("Правило изменено.")
    place.go()


def _more(line: RuleLine) -> None:
    rule = line.rule
    with st.container(horizontal=True, key="rule-more"):
        place.link("Прогноз", ":material/event_upcoming:", tab="forecast", of=rule.id)
        place.link("Журнал", ":material/history:", tab="journal", of=rule.id)
        if st.button("Сделать копию", icon=":material/content_copy:", key="rule-copy", type="tertiary"):
            done = guard.act(rules.copy, rule.id)
            if done is not None:
                guard.flash("Сделана копия, она выключена.")
                place.go(rule=done.value)
        if not rule.code and not line.has_sent:
            with st.popover("Удалить", icon=":material/delete:", type="tertiary", key="rule-delete"):
                st.markdown("По этому правилу ничего не отправлялось. Удалить его?")
                if st.button("Удалить правило", type="primary", key="rule-delete-yes"):
                    if guard.act(rules.delete, rule.id, rule.version) is not None:
                        guard.flash(f"Правило «{rule.name}» удалено.")
                        place.go()
