"""A mailing from the terminal: a segment, a template, the review; and off it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from models import Mailing, MailingKind, MailingState, Purpose, TemplateKind
from services.access.permissions import Actor, Permission, requires
from services.errors import InvalidInput
from services.messaging import approving, audiences, mailings, reviewing
from services.messaging.mailing_records import found
from services.messaging.reviewed import Excluded, Review, review

KINDS: dict[TemplateKind, MailingKind] = {
    TemplateKind.MEMBERSHIP: MailingKind.REMINDER,
    TemplateKind.ASSOCIATION: MailingKind.ASSOCIATION,
    TemplateKind.BIRTHDAY: MailingKind.BIRTHDAY,
}
"""What sending a template of a kind is; of an event it depends on the purpose, all others are messages."""

CAME_OF_IT: dict[MailingState, str] = {
    MailingState.REVIEW: "Ничего не отправлено. Отправить: --apply",
    MailingState.APPROVAL: "Рассылка {number} ждёт одобрения: её должен одобрить директор или администратор.",
    MailingState.CONFIRMED: "Рассылка {number} подтверждена и скоро уйдёт. Отменить её можно на странице «Рассылки».",
}
NAMED = 5


@dataclass(frozen=True)
class AtOnce:
    """What came of it. `state` REVIEW: nothing was sent, this is what would be."""

    mailing_id: int
    name: str
    state: MailingState
    review: Review

    def to_json(self) -> dict[str, Any]:
        """For the terminal; names of those left out are the first ones."""
        shown, applied = self.review, self.state is not MailingState.REVIEW
        sample = next(iter(shown.samples), None)
        return {
            "mailing": self.mailing_id if applied else None,
            "name": self.name,
            "applied": applied,
            "state": self.state.value,
            "said": CAME_OF_IT[self.state].format(number=self.mailing_id),
            "chosen": shown.chosen,
            "receive": shown.receive,
            "letters": shown.letters,
            "channels": {one.channel.value: one.receive for one in shown.by_channel},
            "excluded": [_told(one) for one in shown.excluded],
            "excluded_by_channel": {
                one.channel.value: [_told(why) for why in one.excluded] for one in shown.by_channel
            },
            "faults": list(shown.faults),
            "notes": list(shown.notes),
            "sample": sample
            and {
                "for": shown.sample_for.name if shown.sample_for else "",
                "subject": sample.subject,
                "text": sample.text or sample.problem,
            },
        }

    def lines(self) -> list[str]:
        """The same for people."""
        shown = self.review
        told = [f"{self.name}: выбрано {shown.chosen}, получат {shown.receive}, писем {shown.letters}."]
        told += [f"  {one.title}: получат {one.receive}" for one in shown.by_channel]
        for one in shown.excluded:
            names = ", ".join(named.name for named in one.names[:NAMED])
            more = f" и ещё {one.count - NAMED}" if one.count > NAMED else ""
            told.append(f"  Не получат, {one.title}: {one.count} ({names}{more})")
        told += [f"  {sentence}" for sentence in (*shown.faults, *shown.notes)]
        return [*told, CAME_OF_IT[self.state].format(number=self.mailing_id)]


@requires(Permission.MESSAGES_SEND)
def send(
    session: Session,
    actor: Actor,
    segment: str,
    template: str,
    *,
    event_id: int | None = None,
    channels: Sequence[str] = (),
    apply: bool = False,
) -> AtOnce:
    """Make a mailing of a template to a segment, both by name, and review it; with `apply` also confirm it.

    Without `apply` the caller rolls back: nothing of it is meant to stay. Raises `DomainError`.
    """
    text = mailings.template_named(session, template)
    audience = audiences.from_segment_named(session, actor, segment)
    kind = KINDS.get(TemplateKind(text.kind), MailingKind.MESSAGE)
    if text.kind == TemplateKind.EVENT:
        if event_id is None:
            raise InvalidInput(f"Шаблон «{text.name}» говорит о мероприятии: укажите его номер, --event ID.")
        kind = MailingKind.INVITATION if text.purpose == Purpose.INVITATION else MailingKind.EVENT_CHANGE
    number = mailings.create(session, actor, kind, audience, template_id=text.id, event_id=event_id)
    one = found(session, number)
    if channels:
        _by(session, actor, one, channels)
    reviewing.prepare(session, actor, number, one.version)
    shown = review(session, actor, number)
    if apply:
        approving.confirm(session, actor, number, one.version, typed=str(shown.receive))
    return AtOnce(number, one.name, MailingState(one.state), shown)


def _by(session: Session, actor: Actor, one: Mailing, channels: Sequence[str]) -> None:
    mailings.edit(
        session, actor, one.id or 0, one.version,
        name=one.name, subject=one.subject, text=one.text, html=one.html, channels=channels, purpose=one.purpose,
        event_id=one.event_id,
    )  # fmt: skip


def _told(one: Excluded) -> dict[str, Any]:
    return {
        "reason": one.reason.value,
        "title": one.title,
        "count": one.count,
        "names": [named.name for named in one.names],
    }
