"""The audit trail: who signed in, was refused, looked at a profile, exported. Changes of records are in `change`."""

from enum import StrEnum

from sqlalchemy import insert
from sqlmodel import Session

from models import AuditEvent
from services import clock
from services.access.permissions import Actor


class Action(StrEnum):
    """What the trail knows. Never put a password, a code or a passport number into `detail`."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    SESSIONS_ENDED = "sessions_ended"
    REFUSED = "refused"
    ACCOUNT_CREATED = "account_created"
    ROLE_CHANGED = "role_changed"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name of an event
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    PROFILE_VIEWED = "profile_viewed"
    EXPORTED = "exported"
    FILE_OPENED = "file_opened"


def record(
    session: Session, actor: Actor, action: Action, subject: str = "", detail: str = "", *, address: str = ""
) -> None:
    """Append one event. `subject` is «entity:number»; the address is the actor's unless another is given."""
    event = {
        "at": clock.now(),
        "account_id": actor.account_id,
        "action": action.value,
        "subject": subject[:200],
        "detail": detail[:500],
        "address": address or actor.address,
    }
    session.connection().execute(insert(AuditEvent), [event])
