"""What messages of each purpose respect: data the office changes."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models import Purpose, PurposePolicy
from services.access.permissions import Actor, Permission, requires
from services.errors import InvalidInput, StaleRecord
from services.messaging.words import PURPOSE_NOTES, PURPOSE_TITLES

DEFAULTS: dict[Purpose, tuple[bool, bool, bool]] = {
    Purpose.STATUTORY: (False, False, False),
    Purpose.SERVICE: (True, True, False),
    Purpose.INVITATION: (True, True, False),
    Purpose.ADVERTISING: (True, True, True),
}
"""What a new base begins with: respects «не беспокоить», respects opt-outs, needs a consent."""


@dataclass(frozen=True)
class Policy:
    """What messages of a purpose respect. `note` says what the purpose is for, `seen` is the version shown."""

    purpose: Purpose
    title: str
    note: str
    respects_do_not_disturb: bool
    respects_opt_out: bool
    needs_consent: bool
    seen: int


@requires(Permission.MESSAGES_SEND)
def list_policies(session: Session, _actor: Actor) -> tuple[Policy, ...]:
    """All purposes, from what must be told to what need not."""
    found = {one.code: one for one in session.exec(select(PurposePolicy))}
    return tuple(_shown(found[purpose.value]) for purpose in Purpose if purpose.value in found)


@requires(Permission.RULES_MANAGE)
def change_policy(
    session: Session,
    _actor: Actor,
    purpose: Purpose,
    seen: int,
    *,
    respects_do_not_disturb: bool,
    respects_opt_out: bool,
    needs_consent: bool,
) -> Policy:
    """Change what a purpose respects; from the next message on. Raises `StaleRecord`, `InvalidInput`.

    Advertising never goes without a consent, and one can always end it: the law says so.
    """
    if purpose is Purpose.ADVERTISING and not (respects_opt_out and needs_consent):
        raise InvalidInput("Реклама без согласия и без возможности отписаться запрещена законом.")
    policy = session.exec(select(PurposePolicy).where(col(PurposePolicy.code) == purpose.value)).one()
    if policy.version != seen:
        raise StaleRecord("другой сотрудник", ())
    policy.respects_do_not_disturb = respects_do_not_disturb
    policy.respects_opt_out = respects_opt_out
    policy.needs_consent = needs_consent
    session.flush()
    return _shown(policy)


def _shown(policy: PurposePolicy) -> Policy:
    purpose = Purpose(policy.code)
    return Policy(
        purpose,
        PURPOSE_TITLES[purpose],
        PURPOSE_NOTES[purpose],
        policy.respects_do_not_disturb,
        policy.respects_opt_out,
        policy.needs_consent,
        policy.version,
    )
