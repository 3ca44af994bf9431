"""Templates of messages: the list, their texts in versions, copies, retirement, resetting the built-in ones.

A text is checked whenever it is saved, so what is kept can be sent.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from models import Account, MessageTemplate, Purpose, ReminderRule, TemplateFile, TemplateKind, TemplateVersion
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.directory.parties import Party, party_record
from services.documents.editors import last_editor
from services.errors import DomainError, FieldChange, InvalidInput, NotFound, StaleRecord
from services.messaging import files
from services.messaging.files import Attachment
from services.messaging.rendering import SAMPLE_LINKS, Item, Rendered, compile_text, contexts, render
from services.messaging.start_set import BY_CODE
from services.messaging.tokens import KIND_TITLES
from services.messaging.words import PURPOSE_TITLES
from services.values import clean_text, fold

LONGEST_NAME = 100
GONE = "Такого шаблона больше нет."
ORDER = tuple(TemplateKind)


@dataclass(frozen=True)
class TemplateLine:
    """A template in a list; `files` is how many go with it, `number` that of its present version."""

    id: int
    code: str | None
    name: str
    kind: TemplateKind
    kind_title: str
    purpose: Purpose
    purpose_title: str
    number: int
    active: bool
    files: int

    @property
    def is_built_in(self) -> bool:
        """Whether there is a shipped text to return to."""
        return self.code in BY_CODE


@dataclass(frozen=True)
class TemplateView:
    """A template with its texts. `version` is what `edit` is told was seen; `is_shipped`: as it came."""

    id: int
    code: str | None
    name: str
    kind: TemplateKind
    kind_title: str
    purpose: Purpose
    subject: str
    text: str
    html: str
    number: int
    active: bool
    version: int
    is_built_in: bool
    is_shipped: bool
    files: tuple[Attachment, ...]


@dataclass(frozen=True)
class Version:
    """What a template said; `who` is empty for the shipped text."""

    number: int
    at: dt.datetime
    who: str
    subject: str
    text: str
    html: str
    is_present: bool


@requires(Permission.MESSAGES_SEND)
def list_templates(
    session: Session, _actor: Actor, kinds: Collection[TemplateKind] = (), active: bool | None = True
) -> tuple[TemplateLine, ...]:
    """Templates of these kinds (of all, when none is named) by kind and name; `active` None: retired ones too."""
    t = MessageTemplate
    held = select(func.count()).select_from(TemplateFile).where(col(TemplateFile.template_id) == col(t.id))
    query = select(t, held.correlate(t).scalar_subquery())
    if kinds:
        query = query.where(col(t.kind).in_([TemplateKind(kind).value for kind in kinds]))
    if active is not None:
        query = query.where(col(t.active).is_(active))
    lines = [_line(template, attached) for template, attached in session.exec(query)]
    return tuple(sorted(lines, key=lambda line: (ORDER.index(line.kind), fold(line.name), line.id)))


@requires(Permission.MESSAGES_SEND)
def open_template(session: Session, _actor: Actor, template_id: int) -> TemplateView:
    """A template with its texts and files. Raises `NotFound`."""
    found = _found(session, template_id)
    shipped = BY_CODE.get(found.code or "")
    kind = TemplateKind(found.kind)
    return TemplateView(
        id=template_id,
        code=found.code,
        name=found.name,
        kind=kind,
        kind_title=KIND_TITLES[kind],
        purpose=Purpose(found.purpose),
        subject=found.subject,
        text=found.text,
        html=found.html,
        number=found.number,
        active=found.active,
        version=found.version,
        is_built_in=shipped is not None,
        is_shipped=shipped is not None and _texts(found) == (shipped.subject, shipped.text, ""),
        files=files.of_template(session, template_id),
    )


def by_code(session: Session, code: str) -> int | None:
    """The number of a built-in template in use."""
    query = select(MessageTemplate.id).where(MessageTemplate.code == code, col(MessageTemplate.active).is_(True))
    return session.exec(query).first()


@requires(Permission.TEMPLATES_MANAGE)
def create(
    session: Session, actor: Actor, *, name: str, kind: TemplateKind | str, purpose: Purpose | str, subject: str,
    text: str, html: str = "",
) -> int:  # fmt: skip
    """Add a template; gives its number. Raises `InvalidInput`; `fields`: "name", "subject", "text", "html"."""
    called = _name(session, name, None)
    compile_text(subject, text, html, kind)
    made = MessageTemplate(
        name=called, kind=TemplateKind(kind).value, purpose=Purpose(purpose).value, subject=_line_of(subject),
        text=_lines_of(text), html=_lines_of(html).strip(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    _keep(session, actor, made)
    assert made.id is not None
    return made.id


@requires(Permission.TEMPLATES_MANAGE)
def edit(
    session: Session, actor: Actor, template_id: int, seen: int, *, name: str, purpose: Purpose | str, subject: str,
    text: str, html: str = "",
) -> int:  # fmt: skip
    """Save a template; texts that changed make a new version. Gives the version's number.

    `seen` is `TemplateView.version`: another one there now raises `StaleRecord`. Refuses texts as `create` does.
    """
    found = _unchanged(session, template_id, seen)
    called = _name(session, name, template_id)
    compile_text(subject, text, html, found.kind)
    found.name, found.purpose = called, Purpose(purpose).value
    _say(session, actor, found, (_line_of(subject), _lines_of(text), _lines_of(html).strip()))
    return found.number


@requires(Permission.TEMPLATES_MANAGE)
def copy(session: Session, actor: Actor, template_id: int) -> int:
    """A template of one's own with the same texts and files; gives its number."""
    found = _found(session, template_id)
    made = create(
        session, actor, name=_free_name(session, found.name), kind=found.kind, purpose=found.purpose,
        subject=found.subject, text=found.text, html=found.html,
    )  # fmt: skip
    files.copy_to_template(session, template_id, made)
    return made


@requires(Permission.TEMPLATES_MANAGE)
def retire(session: Session, _actor: Actor, template_id: int) -> None:
    """Offer a template no longer. Refused while a rule that is switched on sends it."""
    found = _found(session, template_id)
    query = select(ReminderRule.name).where(
        ReminderRule.template_id == template_id, col(ReminderRule.enabled).is_(True)
    )
    rules = session.exec(query).all()
    if rules:
        listed = ", ".join(f"«{name}»" for name in rules)
        raise DomainError(f"По этому шаблону пишут включённые напоминания: {listed}. Сначала выключите их.")
    found.active = False
    session.flush()


@requires(Permission.TEMPLATES_MANAGE)
def restore(session: Session, _actor: Actor, template_id: int) -> None:
    """Offer a retired template again."""
    _found(session, template_id).active = True
    session.flush()


@requires(Permission.TEMPLATES_MANAGE)
def versions(session: Session, _actor: Actor, template_id: int) -> tuple[Version, ...]:
    """Everything a template has said, newest first. Raises `NotFound`."""
    present = _found(session, template_id).number
    query = (
        select(TemplateVersion, Account.name)
        .outerjoin(Account, col(Account.id) == col(TemplateVersion.actor_id))
        .where(TemplateVersion.template_id == template_id)
        .order_by(col(TemplateVersion.number).desc())
    )
    return tuple(
        Version(v.number, v.at, who or "", v.subject, v.text, v.html, v.number == present)
        for v, who in session.exec(query)
    )


@requires(Permission.TEMPLATES_MANAGE)
def bring_back(session: Session, actor: Actor, template_id: int, number: int, seen: int) -> int:
    """Let a template say what it said in version `number`: as a new version, whose number is given."""
    found = _unchanged(session, template_id, seen)
    query = select(TemplateVersion).where(TemplateVersion.template_id == template_id, TemplateVersion.number == number)
    former = session.exec(query).one_or_none()
    if former is None:
        raise NotFound("Такой версии нет.")
    # The tokens may have changed since.
    compile_text(former.subject, former.text, former.html, found.kind)
    _say(session, actor, found, (former.subject, former.text, former.html))
    return found.number


@requires(Permission.TEMPLATES_MANAGE)
def reset(session: Session, actor: Actor, template_id: int, seen: int) -> int:
    """Let a built-in template say what it came with: as a new version, whose number is given."""
    found = _unchanged(session, template_id, seen)
    shipped = BY_CODE.get(found.code or "")
    if shipped is None:
        raise DomainError("Это ваш собственный шаблон: исходного текста у него нет.")
    _say(session, actor, found, (shipped.subject, shipped.text, ""))
    return found.number


@requires(Permission.MESSAGES_SEND)
def preview(
    session: Session, actor: Actor, subject: str, text: str, html: str, kind: TemplateKind | str, party: Party,
    event_id: int | None = None,
) -> Rendered:  # fmt: skip
    """The message as this recipient would get it; nothing is kept and nothing leaves. Personal links lead nowhere.

    Raises `InvalidInput` for a wrong text, `Unrenderable` where a token stands for nothing.
    """
    compiled = compile_text(subject, text, html, kind)
    party_record(session, party)
    # A reminder would bring its day along; a preview has one a week ahead.
    day = clock.today() + dt.timedelta(days=7) if compiled.kind in (TemplateKind.DOCUMENT, TemplateKind.DATE) else None
    what = "Дата договора" if compiled.kind is TemplateKind.DATE else ""
    item = Item(party, event_id, anchor_date=day, links=SAMPLE_LINKS, what=what)
    with_sums = actor.may(Permission.MONEY_READ)
    return render(compiled, contexts(session, [item], compiled.used, with_sums=with_sums)[0], footer=False)


def _line(template: MessageTemplate, attached: int) -> TemplateLine:
    kind, purpose = TemplateKind(template.kind), Purpose(template.purpose)
    return TemplateLine(
        template.id or 0, template.code, template.name, kind, KIND_TITLES[kind], purpose, PURPOSE_TITLES[purpose],
        template.number, template.active, attached,
    )  # fmt: skip


def _found(session: Session, template_id: int) -> MessageTemplate:
    found = session.get(MessageTemplate, template_id)
    if found is None:
        raise NotFound(GONE)
    return found


def _unchanged(session: Session, template_id: int, seen: int) -> MessageTemplate:
    found = _found(session, template_id)
    if found.version != seen:
        changes = (FieldChange("Тема", "прежняя", found.subject), FieldChange("Версия", "прежняя", str(found.number)))
        raise StaleRecord(last_editor(session, found), changes)
    return found


def _texts(template: MessageTemplate) -> tuple[str, str, str]:
    return template.subject, template.text, template.html


def _say(session: Session, actor: Actor, template: MessageTemplate, texts: tuple[str, str, str]) -> None:
    if _texts(template) != texts:
        template.subject, template.text, template.html = texts
        template.number += 1
        _keep(session, actor, template)
    session.flush()


def _keep(session: Session, actor: Actor, template: MessageTemplate) -> None:
    session.add(
        TemplateVersion(
            template_id=template.id or 0,
            number=template.number,
            subject=template.subject,
            text=template.text,
            html=template.html,
            at=clock.now(),
            actor_id=actor.account_id,
        )
    )
    session.flush()


def _name(session: Session, name: str, own_id: int | None) -> str:
    cleaned = clean_text(name).value or ""
    if not cleaned:
        raise InvalidInput("Назовите шаблон.", {"name": "Назовите шаблон."})
    if len(cleaned) > LONGEST_NAME:
        raise InvalidInput(said := f"Название длиннее {LONGEST_NAME} знаков.", {"name": said})
    if fold(cleaned) in _names(session, own_id):
        raise InvalidInput(said := f"Шаблон «{cleaned}» уже есть.", {"name": said})
    return cleaned


def _names(session: Session, own_id: int | None = None) -> set[str]:
    rows = session.exec(select(MessageTemplate.id, MessageTemplate.name))
    return {fold(name) for number, name in rows if number != own_id}


def _free_name(session: Session, name: str) -> str:
    taken, number = _names(session), 1
    while True:
        called = f"{name[: LONGEST_NAME - 20]} (копия{f' {number}' if number > 1 else ''})"
        if fold(called) not in taken:
            return called
        number += 1


def _line_of(subject: str) -> str:
    return " ".join(subject.split())


def _lines_of(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
