"""Drafts of mailings: made from a template for an audience, edited, copied.

A draft holds its own texts: what becomes of the template later does not change it.
"""

from collections.abc import Iterable, Sequence

import orjson
from sqlmodel import Session, col, select

from models import (
    Channel,
    Event,
    EventKind,
    Mailing,
    MailingFile,
    MailingKind,
    MailingState,
    MessageTemplate,
    Purpose,
    TemplateKind,
)
from services.access.permissions import Actor, Permission, requires
from services.errors import DomainError, InvalidInput, NotFound
from services.messaging import audiences, files, templates
from services.messaging.audiences import Audience
from services.messaging.mailing_records import event_named, found, locked
from services.messaging.rendering import compile_text
from services.messaging.words import KIND_TITLES
from services.settings import settings
from services.values import clean_text

NAME_LIMIT = 120
DRAFT = (MailingState.DRAFT,)
PURPOSES: dict[MailingKind, Purpose] = {
    MailingKind.MESSAGE: Purpose.SERVICE,
    MailingKind.REMINDER: Purpose.STATUTORY,
    MailingKind.INVITATION: Purpose.INVITATION,
    MailingKind.ASSOCIATION: Purpose.INVITATION,
    MailingKind.BIRTHDAY: Purpose.SERVICE,
    MailingKind.EVENT_CHANGE: Purpose.SERVICE,
}
"""What a mailing made without a template is for."""
TEXT_KINDS: dict[MailingKind, TemplateKind] = {
    MailingKind.MESSAGE: TemplateKind.GENERAL,
    MailingKind.REMINDER: TemplateKind.MEMBERSHIP,
    MailingKind.INVITATION: TemplateKind.EVENT,
    MailingKind.ASSOCIATION: TemplateKind.ASSOCIATION,
    MailingKind.BIRTHDAY: TemplateKind.BIRTHDAY,
    MailingKind.EVENT_CHANGE: TemplateKind.EVENT,
}
"""Which tokens its texts may use then."""
START_CODES: dict[MailingKind, str] = {
    MailingKind.MESSAGE: "message",
    MailingKind.REMINDER: "reminder_fee",
    MailingKind.ASSOCIATION: "invitation_association",
    MailingKind.BIRTHDAY: "birthday",
}
ABOUT_EVENT = (MailingKind.INVITATION, MailingKind.EVENT_CHANGE)


@requires(Permission.MESSAGES_SEND)
def create(
    session: Session,
    actor: Actor,
    kind: str | MailingKind,
    audience: Audience,
    *,
    template_id: int | None = None,
    event_id: int | None = None,
) -> int:
    """A draft with the texts of the template (of the start set's for this kind when none is named); its number.

    Raises `InvalidInput` and `NotFound`.
    """
    if kind not in set(MailingKind):
        raise InvalidInput(f"Нет такого вида рассылки: {kind}.")
    wanted = MailingKind(kind)
    event = event_named(session, event_id) if event_id else None
    template = _template(session, template_id) if template_id else _start_template(session, wanted, event)
    mailing = Mailing(
        kind=wanted.value,
        name=_name_of(wanted, template, event),
        purpose=template.purpose if template else PURPOSES[wanted].value,
        template_kind=template.kind if template else TEXT_KINDS[wanted].value,
        template_id=template.id if template else None,
        subject=template.subject if template else "",
        text=template.text if template else "",
        html=template.html if template else "",
        audience=audience.to_json(),
        audience_title=audiences.title(session, actor, audience),
        event_id=event_id,
        account_id=actor.account_id,
    )
    return _added(session, mailing, template)


@requires(Permission.MESSAGES_SEND)
def edit(
    session: Session,
    _actor: Actor,
    mailing_id: int,
    seen: int,
    *,
    name: str,
    subject: str,
    text: str,
    html: str = "",
    channels: Sequence[str],
    purpose: str,
    one_letter: bool = False,
    repeat: bool = False,
    event_id: int | None = None,
) -> None:
    """Change a draft; `seen` is the version that was opened. The cabinet is always among the channels.

    Raises `InvalidInput` with `fields` for texts that cannot be read and the like, `DomainError` for a stale version.
    """
    mailing = locked(session, mailing_id, DRAFT, seen)
    if purpose not in set(Purpose):
        raise InvalidInput(f"Нет такой цели рассылки: {purpose}.", {"purpose": "Выберите цель."})
    if event_id:
        event_named(session, event_id)
    mailing.name, mailing.purpose = clean_name(name), purpose
    mailing.channels = orjson.dumps(_channels(channels)).decode()
    mailing.one_letter, mailing.repeat, mailing.event_id = one_letter, repeat, event_id
    if event_id and mailing.template_kind == TemplateKind.GENERAL:
        mailing.template_kind = TemplateKind.EVENT.value
    compile_text(subject, text, html, mailing.template_kind)
    mailing.subject, mailing.text, mailing.html = subject.strip(), text.strip(), html.strip()
    session.flush()


@requires(Permission.MESSAGES_SEND)
def use_template(session: Session, _actor: Actor, mailing_id: int, seen: int, template_id: int) -> None:
    """Put the texts, the purpose and the files of a template in place of the draft's."""
    mailing = locked(session, mailing_id, DRAFT, seen)
    template = _template(session, template_id)
    mailing.template_id, mailing.template_kind, mailing.purpose = template.id, template.kind, template.purpose
    mailing.subject, mailing.text, mailing.html = template.subject, template.text, template.html
    for attached in session.exec(select(MailingFile).where(MailingFile.mailing_id == mailing_id)):
        session.delete(attached)
    session.flush()
    files.copy_to_mailing(session, template_id, mailing_id)


@requires(Permission.MESSAGES_SEND)
def change_audience(session: Session, actor: Actor, mailing_id: int, seen: int, audience: Audience) -> None:
    """Let a draft be for others."""
    mailing = locked(session, mailing_id, DRAFT, seen)
    mailing.audience, mailing.audience_title = audience.to_json(), audiences.title(session, actor, audience)
    session.flush()


@requires(Permission.MESSAGES_SEND)
def copy(session: Session, actor: Actor, mailing_id: int) -> int:
    """A new draft with the texts, files and audience of a mailing in any state; its number."""
    former = found(session, mailing_id)
    kept = former.model_dump(
        include={
            "kind", "purpose", "template_id", "template_kind", "subject", "text", "html", "channels", "audience",
            "audience_title", "event_id", "one_letter", "repeat",
        }
    )  # fmt: skip
    name = former.name.removesuffix(" (копия)")[: NAME_LIMIT - 8]
    number = _added(session, Mailing(**kept, name=f"{name} (копия)", account_id=actor.account_id), None)
    files.copy_between_mailings(session, mailing_id, number)
    return number


def template_named(session: Session, name: str) -> MessageTemplate:
    """The active template of this name or code; for the terminal. Raises `NotFound` and `InvalidInput`."""
    wanted = name.strip().casefold()
    active = session.exec(select(MessageTemplate).where(col(MessageTemplate.active).is_(True)))
    named = [template for template in active if wanted in (template.code, template.name.casefold())]
    if not named:
        raise NotFound(f"Шаблона «{name}» нет.")
    if len(named) > 1:
        raise InvalidInput(f"Шаблонов с названием «{name}» несколько. Переименуйте один из них.")
    return named[0]


def clean_name(name: str) -> str:
    """The name of a mailing. Raises `InvalidInput`."""
    clean = clean_text(name).value or ""
    if not clean:
        raise InvalidInput("Назовите рассылку.", {"name": "Укажите название."})
    if len(clean) > NAME_LIMIT:
        raise InvalidInput(f"Название длиннее {NAME_LIMIT} знаков.", {"name": "Слишком длинное название."})
    return clean


def _added(session: Session, mailing: Mailing, template: MessageTemplate | None) -> int:
    session.add(mailing)
    session.flush()
    assert mailing.id is not None
    if template is not None and template.id is not None:
        files.copy_to_mailing(session, template.id, mailing.id)
    return mailing.id


def _template(session: Session, template_id: int) -> MessageTemplate:
    template = session.get(MessageTemplate, template_id)
    if template is None:
        raise NotFound("Такого шаблона нет: его удалили.")
    if not template.active:
        raise DomainError(f"Шаблон «{template.name}» снят с использования. Верните его или выберите другой.")
    return template


def _start_template(session: Session, kind: MailingKind, event: Event | None) -> MessageTemplate | None:
    """The start set's template for what is done; a text from nothing where the office has retired it."""
    code = START_CODES.get(kind, "")
    if kind is MailingKind.INVITATION:
        code = f"invitation_{event.kind if event else EventKind.EVENT.value}"
    if kind is MailingKind.EVENT_CHANGE:
        code = "event_moved" if event and event.cancelled_at is None else "event_cancelled"
    number = templates.by_code(session, code)
    template = session.get(MessageTemplate, number) if number else None
    return template if template is not None and template.active else None


def _name_of(kind: MailingKind, template: MessageTemplate | None, event: Event | None) -> str:
    done = KIND_TITLES[kind].capitalize()
    name = f"{done}: {event.name}" if event else template.name if template else done
    return name[:NAME_LIMIT]


def _channels(wanted: Iterable[str]) -> list[str]:
    named = {Channel.CABINET.value, *wanted}
    if unknown := named - set(Channel):
        raise InvalidInput(f"Нет такого способа отправки: {min(unknown)}.", {"channels": "Выберите из списка."})
    if Channel.SMS in named and not settings().sms_url:
        sentence = "Отправка SMS не настроена."
        raise InvalidInput(f"{sentence} Обратитесь к администратору.", {"channels": sentence})
    return [channel.value for channel in Channel if channel in named]
