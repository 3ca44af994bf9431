"""What a person or a company wants to get: opt-outs by purpose and channel, consents with their dates."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models import Channel, Consent, OptOut, Purpose, PurposePolicy
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party, party_record
from services.errors import DomainError, InvalidInput
from services.values import format_date

KINDS = {
    Purpose.STATUTORY: "уставные сообщения",
    Purpose.SERVICE: "сервисные сообщения",
    Purpose.INVITATION: "приглашения",
    Purpose.ADVERTISING: "рекламу и новости",
}
WAYS = {
    Channel.CABINET: "в личном кабинете",
    Channel.EMAIL: "по электронной почте",
    Channel.SMS: "по СМС",
}
HOW = {"link": "сам(а), по ссылке из письма", "office": "сотрудник", "cabinet": "сам(а), в кабинете"}
ENDED_BY_CHANNEL = (Channel.EMAIL, Channel.SMS)
"""Notices in the cabinet are always there."""
LONGEST = 500


@dataclass(frozen=True)
class Wish:
    """Messages of one purpose by one channel; `ended_on` («12.03.2026») and `how` when they are not wanted.

    `lacks_consent`: they need one, and there is none.
    """

    purpose: Purpose
    channel: Channel
    ended_on: str = ""
    how: str = ""
    lacks_consent: bool = False


@dataclass(frozen=True)
class Given:
    """A consent; `withdrawn_on` is empty while it holds. `note`: where the proof lies."""

    id: int
    given_on: str
    withdrawn_on: str
    how: str
    note: str


@dataclass(frozen=True)
class Wishes:
    """All of it. `consents` of the purposes that need one, the newest first."""

    channels: tuple[Wish, ...]
    consents: tuple[tuple[Purpose, tuple[Given, ...]], ...]


def spoken(purpose: str, channel: str) -> str:
    """«приглашения по электронной почте»."""
    return f"{KINDS[Purpose(purpose)]} {WAYS[Channel(channel)]}"


def may_end(session: Session, purpose: str) -> bool:
    """Whether messages of this purpose stop when somebody wants no more of them."""
    return _policy(session, purpose).respects_opt_out


def has_ended(session: Session, party: Party, purpose: str, channel: str) -> bool:
    """Whether the party wants no such messages."""
    return _opt_out(session, party, purpose, channel) is not None


def end(session: Session, party: Party, purpose: str, channel: str, *, how: str) -> None:
    """Note that the party wants no such messages; for services that have asked who says so."""
    # Two letters answered at once: the second waits here, and then sees what the first wrote.
    session.connection().execute(select(party.model.id).where(party.model.id == party.id).with_for_update())
    if not has_ended(session, party, purpose, channel):
        tie: dict[str, Any] = party.tie
        session.add(OptOut(**tie, purpose=purpose, channel=channel, how=how, created_at=clock.now()))
        session.flush()


@requires(Permission.BASE_READ)
def wishes_of(session: Session, _actor: Actor, party: Party) -> Wishes:
    """What the party wants and agreed to. Three queries."""
    policies = {policy.code: policy for policy in session.exec(select(PurposePolicy))}
    ended = {(e.purpose, e.channel): e for e in session.exec(select(OptOut).where(_of(OptOut, party)))}
    given = session.exec(select(Consent).where(_of(Consent, party)).order_by(col(Consent.id).desc())).all()
    agreed = {consent.purpose for consent in given if consent.withdrawn_at is None}
    lacking = {purpose for purpose in Purpose if _of_code(policies, purpose).needs_consent} - agreed
    channels = tuple(
        _wish(purpose, channel, ended.get((purpose.value, channel.value)), lacks=purpose in lacking)
        for purpose in Purpose
        for channel in ENDED_BY_CHANNEL
        if _of_code(policies, purpose).respects_opt_out or (purpose.value, channel.value) in ended
    )
    consents = tuple(
        (purpose, tuple(_given(consent) for consent in given if consent.purpose == purpose))
        for purpose in Purpose
        if _of_code(policies, purpose).needs_consent or any(consent.purpose == purpose for consent in given)
    )
    return Wishes(channels, consents)


@requires(Permission.BASE_EDIT)
def opt_out(session: Session, _actor: Actor, party: Party, purpose: str, channel: str) -> None:
    """The office notes that the party wants no such messages."""
    party_record(session, party)
    _known(purpose, channel)
    if has_ended(session, party, purpose, channel):
        raise DomainError("Отписка уже отмечена.")
    end(session, party, purpose, channel, how="office")


@requires(Permission.BASE_EDIT)
def opt_in(session: Session, _actor: Actor, party: Party, purpose: str, channel: str) -> None:
    """The office takes an opt-out back: the party asked for such messages again."""
    found = _opt_out(session, party, purpose, channel)
    if found is None:
        raise DomainError("Отписки уже нет.")
    session.delete(found)
    session.flush()


@requires(Permission.BASE_EDIT)
def give_consent(
    session: Session, _actor: Actor, party: Party, purpose: str, given_on: dt.date, note: str = ""
) -> None:
    """Note a consent of the day `given_on`; `note` says where the proof lies. Raises `DomainError`."""
    party_record(session, party)
    if purpose not in set(Purpose):
        raise InvalidInput("Нет такого вида сообщений.")
    if given_on > clock.today():
        raise InvalidInput("Согласие не может быть дано в будущем.", {"given_on": "Этот день ещё не наступил."})
    if _holding(session, party, purpose) is not None:
        raise DomainError("Согласие уже есть. Чтобы записать новое, сначала отзовите прежнее.")
    tie: dict[str, Any] = party.tie
    at = min(clock.midnight(given_on) + dt.timedelta(hours=12), clock.now())  # of a day only the day is known
    session.add(Consent(**tie, purpose=purpose, given_at=at, how="office", note=note.strip()[:LONGEST] or None))
    session.flush()


@requires(Permission.BASE_EDIT)
def withdraw_consent(session: Session, _actor: Actor, party: Party, purpose: str) -> None:
    """Note that the consent is withdrawn, now. It stays: it proves what held before."""
    found = _holding(session, party, purpose)
    if found is None:
        raise DomainError("Действующего согласия нет.")
    found.withdrawn_at = clock.now()
    session.flush()


def _known(purpose: str, channel: str) -> None:
    if purpose not in set(Purpose) or channel not in set(ENDED_BY_CHANNEL):
        raise InvalidInput("Нет такого вида сообщений.")


def _policy(session: Session, purpose: str) -> PurposePolicy:
    found = session.exec(select(PurposePolicy).where(PurposePolicy.code == purpose)).first()
    return found or PurposePolicy(code=purpose)


def _of_code(policies: dict[str, PurposePolicy], purpose: Purpose) -> PurposePolicy:
    return policies.get(purpose.value) or PurposePolicy(code=purpose.value)


def _of(model: type[OptOut] | type[Consent], party: Party) -> Any:
    return getattr(model, party.column) == party.id


def _opt_out(session: Session, party: Party, purpose: str, channel: str) -> OptOut | None:
    query = select(OptOut).where(_of(OptOut, party), OptOut.purpose == purpose, OptOut.channel == channel)
    return session.exec(query).first()


def _holding(session: Session, party: Party, purpose: str) -> Consent | None:
    query = select(Consent).where(_of(Consent, party), Consent.purpose == purpose, col(Consent.withdrawn_at).is_(None))
    return session.exec(query).first()


def _wish(purpose: Purpose, channel: Channel, ended: OptOut | None, *, lacks: bool) -> Wish:
    if ended is None:
        return Wish(purpose, channel, lacks_consent=lacks)
    return Wish(purpose, channel, _day(ended.created_at), HOW.get(ended.how, ""), lacks)


def _given(consent: Consent) -> Given:
    withdrawn = _day(consent.withdrawn_at) if consent.withdrawn_at else ""
    how = HOW.get(consent.how, "")
    return Given(consent.id or 0, _day(consent.given_at), withdrawn, how, consent.note or "")


def _day(moment: dt.datetime) -> str:
    return format_date(clock.local(moment).date().isoformat())
