"""«Правила отправки»: what messages of each purpose respect."""

import streamlit as st

from models import Purpose
from pages.ui import guard
from services.access.permissions import Permission
from services.errors import DomainError
from services.messaging import policies
from services.messaging.policies import Policy


def render() -> None:
    """Draw the page."""
    guard.require(Permission.RULES_MANAGE)
    st.title("Правила отправки")
    st.markdown(
        "У каждого сообщения есть назначение. От него зависит, кому сообщение не уйдёт: правила проверяются при выборе "
        "получателей и ещё раз перед самой отправкой. Неактивным записям и на адреса, которые не принимают письма, "
        "не уходит ничего."
    )
    for policy in guard.read(policies.list_policies):
        with st.container(border=True):
            _policy(policy)


def _policy(policy: Policy) -> None:
    code, is_law = policy.purpose.value, policy.purpose is Purpose.ADVERTISING
    st.subheader(policy.title.capitalize(), anchor=False)
    st.caption(policy.note[0].upper() + policy.note[1:] + ".")
    # Keyed by the version: after somebody else's change the boxes show what holds now.
    with st.form(f"policy-{code}-{policy.seen}", border=False):
        disturb = st.checkbox("Не отправлять тем, кто просил не беспокоить", policy.respects_do_not_disturb)
        opt_out = st.checkbox(
            "Не отправлять тем, кто отписался; в письмах есть ссылка «Отписаться»",
            policy.respects_opt_out, disabled=is_law, help="Для рекламы этого требует закон." if is_law else None,
        )  # fmt: skip
        consent = st.checkbox(
            "Отправлять только тем, кто дал согласие",
            policy.needs_consent, disabled=is_law, help="Для рекламы этого требует закон." if is_law else None,
        )  # fmt: skip
        if not st.form_submit_button("Сохранить", icon=":material/check:"):
            return
    done = guard.attempt(
        policies.change_policy,
        policy.purpose,
        policy.seen,
        respects_do_not_disturb=disturb,
        respects_opt_out=opt_out,
        needs_consent=consent,
    )
    if isinstance(done, DomainError):
        guard.show_error(done)
        return
    guard.flash(f"Сохранено: {policy.title}.")
    st.rerun()
