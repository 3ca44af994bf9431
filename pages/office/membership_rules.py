"""«Правила членства»: three numbers of days, and how many members would change their state."""

import streamlit as st

from models import MembershipState, Rules
from pages.ui import guard
from services.access.permissions import Permission
from services.directory import membership_rules as rules
from services.directory.membership_words import STATE_TITLES, days
from services.errors import DomainError

PROPOSED = "proposed-rules"
UNTOUCHED = object()


def render() -> None:
    """Draw the page."""
    guard.require(Permission.RULES_MANAGE)
    st.title("Правила членства")
    st.markdown(
        "По этим правилам статус в реестре меняется сам, по дате окончания срока. "
        "Приостановка, выход, исключение и статус, поставленный вручную, стоят выше правил."
    )
    present = guard.read(rules.rules)
    with st.form("rules"):
        warn = st.number_input(
            "Предупреждать за, дней", 0, rules.MOST_DAYS, -present.ending, step=1,
            help="За столько дней до окончания срока статус становится «истекает».",
        )  # fmt: skip
        grace = st.number_input(
            "Льготный срок, дней", 0, rules.MOST_DAYS, present.overdue - 1, step=1,
            help="Столько дней после окончания статус остаётся «истекает», и срок можно продлить без разрыва.",
        )  # fmt: skip
        left = st.number_input(
            "Считать выбывшим через, дней после окончания", 1, rules.MOST_DAYS, None, step=1, key=_left_key(present),
            placeholder="Никогда", help="Пусто: просроченное членство само не прекращается.",
        )  # fmt: skip
        asked = st.form_submit_button("Посмотреть, что изменится", icon=":material/preview:")
    if asked:
        guard.forget(PROPOSED)
        try:
            proposed = rules.rules_from(int(warn), int(grace), None if left is None else int(left))
        except DomainError as error:
            guard.show_error(error)
            return
        guard.remember(PROPOSED, (present, proposed))
    kept: tuple[Rules, Rules] | None = guard.recall(PROPOSED)
    if kept is not None:
        _preview(*kept)


def _left_key(present: Rules) -> str:
    """The key of the last input, filled once: given a value of its own, it could not be emptied again."""
    key = f"rules-left-{present.left}"
    if guard.input_value(key, UNTOUCHED) is UNTOUCHED:
        guard.put_input(key, present.left)
    return key


def _preview(seen: Rules, proposed: Rules) -> None:
    if proposed == seen:
        st.info("Правила такие же, как сейчас.", icon=":material/info:")
        return
    found = guard.read(rules.preview, proposed)
    st.subheader(f"Статус изменится у записей реестра: {found.changed}", anchor=False)
    st.caption(_in_words(proposed))
    st.table(
        [
            {
                "Статус": STATE_TITLES[state],
                "Сейчас": str(found.before.get(state, 0)),
                "Станет": str(found.after.get(state, 0)),
            }
            for state in MembershipState
        ]
    )
    if st.button("Применить правила", type="primary", icon=":material/check:"):
        done = guard.attempt(rules.set_rules, seen, proposed)
        guard.forget(PROPOSED)
        if isinstance(done, DomainError):
            guard.show_error(done)
            return
        guard.flash("Правила применены.")
        guard.remember("rows-version", guard.recall("rows-version", 0) + 1)
        st.rerun()


def _in_words(proposed: Rules) -> str:
    grace = proposed.overdue - 1
    parts = [f"«Истекает» — за {days(-proposed.ending)} до конца"]
    parts.append(f"просрочен — после льготного срока, {days(grace)}" if grace else "просрочен — на следующий день")
    parts.append(f"выбыл — через {days(proposed.left)} после окончания" if proposed.left else "сам не выбывает")
    return "; ".join(parts) + "."
