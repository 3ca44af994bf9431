"""What a message says and looks like when it leaves: texts rendered, letters built."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from sqlmodel import Session, col, select

from models import Channel, Mailing, MessageTemplate, PurposePolicy, ReminderRule, ReminderStep, TemplateKind
from services import clock
from services.errors import DomainError
from services.messaging import files, links
from services.messaging.claims import Claimed
from services.messaging.rendering import Compiled, Item, Rendered, Unrenderable, compile_text, contexts, render
from services.settings import settings
from services.storage import StorageFailed
from services.tables.registry import TABLES

NO_TEMPLATE = "У правила нет шаблона."
WIRE = compat32.clone(linesep="\r\n", max_line_length=900)
"""The older of Python's two ways to write a letter: a third of the time, and it leaves long links as they are."""
CUT = 700
"""Characters of an SMS: more than any provider sends as one message."""


@dataclass(frozen=True)
class File:
    """A file that goes with a letter."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Source:
    """What the messages of one mailing, or of one step, have in common. `automatic`: nobody pressed a button."""

    compiled: Compiled
    purpose: str
    optional: bool
    automatic: bool
    event_id: int | None = None
    what: str = ""
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Written:
    """A message ready to be rendered: `links` is what its token opens."""

    message: Claimed
    source: Source
    context: dict[str, str]
    token: links.NewToken

    def rendered(self, channel: Channel) -> Rendered:
        """Its texts. Raises `Unrenderable`."""
        return render(self.source.compiled, self.context, footer=channel is Channel.EMAIL)


class Writer:
    """Writes messages; what they have in common is read once."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._sources: dict[tuple[int | None, int | None], Source | str] = {}

    def write(self, session: Session, messages: Sequence[Claimed]) -> Iterator[Written | tuple[Claimed, str]]:
        """The messages in their order, each ready to be rendered, or with a sentence why it cannot be.

        Raises `StorageFailed` when their files cannot be read now.
        """
        found: dict[int, Written] = {}
        grouped: dict[tuple[int | None, int | None], list[Claimed]] = {}
        for message in messages:
            grouped.setdefault((message.mailing_id, message.step_id), []).append(message)
        for key, group in grouped.items():
            source = self._source(session, key)
            if isinstance(source, Source):
                found |= {written.message.number: written for written in self._group(session, source, group)}
        for message in messages:
            source = self._sources[message.mailing_id, message.step_id]
            yield (message, source) if isinstance(source, str) else found[message.number]

    def _group(self, session: Session, source: Source, group: Sequence[Claimed]) -> Iterator[Written]:
        tokens = [links.make() for _ in group]
        items = [self._item(source, message, token) for message, token in zip(group, tokens, strict=True)]
        known = contexts(session, items, used=source.compiled.used)
        for message, token, context in zip(group, tokens, known, strict=True):
            yield Written(message, source, context, token)

    def _item(self, source: Source, message: Claimed, token: links.NewToken) -> Item:
        shared = len(message.ids) > 1
        opened = {} if shared else links.links_of(token.token)
        opened.pop("отписаться", None)
        if source.optional:
            opened["отписаться"] = links.unsubscribe_link(token.token)
        event_id = message.subject_id if message.subject == "Event" else source.event_id
        return Item(
            message.party, event_id, message.subject, message.subject_id, message.anchor_date, opened,
            what=source.what, shared=shared,
        )  # fmt: skip

    def _source(self, session: Session, key: tuple[int | None, int | None]) -> Source | str:
        if key not in self._sources:
            mailing_id, step_id = key
            try:
                made = self._of_mailing(session, mailing_id) if mailing_id else self._of_step(session, step_id or 0)
            except StorageFailed:
                raise  # it will be there again; no message is to blame
            except DomainError as error:
                self._sources[key] = str(error)
            else:
                self._sources[key] = made
        return self._sources[key]

    def _of_mailing(self, session: Session, mailing_id: int) -> Source:
        one = session.get_one(Mailing, mailing_id)
        compiled = compile_text(one.subject, one.text, one.html, TemplateKind(one.template_kind))
        attached = files.of_mailing(session, mailing_id) if self._channel is Channel.EMAIL else ()
        optional = _is_optional(session, one.purpose)
        return Source(compiled, one.purpose, optional, automatic=False, event_id=one.event_id, files=_read(attached))

    def _of_step(self, session: Session, step_id: int) -> Source | str:
        query = select(ReminderRule).join(ReminderStep, col(ReminderStep.rule_id) == col(ReminderRule.id))
        rule = session.exec(query.where(col(ReminderStep.id) == step_id)).one()
        template = session.get(MessageTemplate, rule.template_id) if rule.template_id else None
        if template is None:
            return NO_TEMPLATE
        compiled = compile_text(template.subject, template.text, template.html, TemplateKind(template.kind))
        attached = files.of_template(session, template.id or 0) if self._channel is Channel.EMAIL else ()
        table = TABLES.get(rule.table_name or "")
        labels = {column.key: column.label for column in table.columns} if table else {}
        optional, what = _is_optional(session, rule.purpose), labels.get(rule.column_key or "", "")
        return Source(compiled, rule.purpose, optional, automatic=True, what=what, files=_read(attached))


def letter(written: Written) -> bytes:
    """The letter as it goes over the wire. Raises `Unrenderable`."""
    texts, given, token = written.rendered(Channel.EMAIL), settings(), written.token
    made: MIMEMultipart = MIMEMultipart("alternative")
    made.attach(MIMEText(texts.text, "plain", "utf-8"))
    made.attach(MIMEText(texts.html, "html", "utf-8"))
    if written.source.files:
        body, made = made, MIMEMultipart("mixed")
        made.attach(body)
        for one in written.source.files:
            made.attach(_attachment(one))
    number = message_number(written.message.number, token.hash)
    made["From"], made["To"] = _sender(given.mail_from), reachable(written.message.address)
    if given.mail_reply_to:
        made["Reply-To"] = given.mail_reply_to
    made["Subject"] = Header(" ".join(texts.subject.split()), "utf-8", header_name="Subject").encode()
    made["Date"] = format_datetime(clock.now().replace(microsecond=0))
    made["Message-ID"] = f"<{number}@{parseaddr(given.mail_from)[1].rpartition('@')[2]}>"
    if written.source.automatic:
        made["Auto-Submitted"] = "auto-generated"
    if written.source.optional:
        made["List-Unsubscribe"] = f"<{links.unsubscribe_link(token.token)}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return made.as_bytes(policy=WIRE)


def _attachment(one: File) -> MIMEBase:
    main, _, sub = (one.content_type if "/" in one.content_type else "application/octet-stream").partition("/")
    made = MIMEBase(main, sub)
    made.set_payload(one.content)
    encode_base64(made)
    made.add_header("Content-Disposition", "attachment", filename=("utf-8", "", one.name))
    return made


@lru_cache(maxsize=8)
def _sender(mail_from: str) -> str:
    """«Имя <address>» with the name encoded."""
    name, address = parseaddr(mail_from)
    return formataddr((name, address))


def sms(written: Written) -> bytes:
    """The text of an SMS. Raises `Unrenderable`."""
    return written.rendered(Channel.SMS).text[:CUT].encode()


def message_number(number: int, token_hash: str) -> str:
    """First half of a Message-ID: the delivery, and a proof that a bounce which quotes it has seen the letter."""
    return f"delivery-{number}.{hashlib.sha256(f'message {token_hash}'.encode()).hexdigest()[:24]}"


def reachable(address: str) -> str:
    """The address as mail servers understand it: the domain in ASCII. Raises `Unrenderable`."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise Unrenderable("Адрес эл. почты записан с ошибкой.") from error


def _is_optional(session: Session, purpose: str) -> bool:
    """Whether one can end messages of this purpose."""
    known = session.exec(select(PurposePolicy.respects_opt_out).where(col(PurposePolicy.code) == purpose)).first()
    return known is not False


def _read(attached: Sequence[files.Attachment]) -> tuple[File, ...]:
    return tuple(File(one.name, one.content_type, files.content(one)) for one in attached)
