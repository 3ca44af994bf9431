"""Everything that leaves the association: purposes, templates, mailings, deliveries (the outbox), notices."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Base, Record, UtcDateTime, exactly_one, one_of, utc_now
from models.party import PartyTie


class Purpose(StrEnum):
    """Why something is sent: уставное, сервисное, приглашение, реклама."""

    STATUTORY = "statutory"
    SERVICE = "service"
    INVITATION = "invitation"
    ADVERTISING = "advertising"


class Channel(StrEnum):
    """By which way."""

    CABINET = "cabinet"
    EMAIL = "email"
    SMS = "sms"


class TemplateKind(StrEnum):
    """What a text is about; it says which tokens the text may use."""

    GENERAL = "general"
    EVENT = "event"
    MEMBERSHIP = "membership"
    ASSOCIATION = "association"
    BIRTHDAY = "birthday"
    DOCUMENT = "document"
    DATE = "date"


class MailingKind(StrEnum):
    """What a manager does to the people chosen."""

    MESSAGE = "message"
    REMINDER = "reminder"
    INVITATION = "invitation"
    ASSOCIATION = "association"
    BIRTHDAY = "birthday"
    EVENT_CHANGE = "event_change"


class MailingState(StrEnum):
    """Being written → recipients frozen and reviewed → (a second person asked) → confirmed → over."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVAL = "approval"
    CONFIRMED = "confirmed"
    DONE = "done"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    """Where one message to one recipient by one channel has got to.

    Only QUEUED ones are ever sent: claimed by a sender, then marked SENDING just before the first byte leaves. One that
    a dead sender left CLAIMED returns to the queue; one it left SENDING is UNKNOWN, and a person decides.
    """

    PLANNED = "planned"
    EXCLUDED = "excluded"
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    MISSED = "missed"


class WhyNot(StrEnum):
    """Why a recipient gets nothing."""

    INACTIVE = "inactive"
    DO_NOT_DISTURB = "do_not_disturb"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    NO_ADDRESS = "no_address"
    BOUNCED = "bounced"
    ALREADY = "already"
    EVENT_CANCELLED = "event_cancelled"
    EVENT_OVER = "event_over"
    NO_LONGER_DUE = "no_longer_due"
    NOT_RENDERED = "not_rendered"


class PurposePolicy(Record, table=True):
    """What messages of a purpose respect; a row per `Purpose`, the office changes it."""

    __tablename__ = "purpose_policy"
    __table_args__ = (one_of("code", Purpose),)
    code: str = Field(unique=True)
    respects_do_not_disturb: bool = Field(default=True, nullable=False)
    respects_opt_out: bool = Field(default=True, nullable=False)
    needs_consent: bool = Field(default=False, nullable=False)


class OptOut(PartyTie, Record, table=True):
    """A person or a company wants no more messages of a purpose by a channel; `how`: link, office or cabinet."""

    __tablename__ = "opt_out"
    __table_args__ = (
        exactly_one("person_id", "company_id"),
        one_of("purpose", Purpose),
        one_of("channel", Channel),
        UniqueConstraint("person_id", "purpose", "channel"),
        UniqueConstraint("company_id", "purpose", "channel"),
    )
    purpose: str
    channel: str
    how: str = "office"


class Consent(PartyTie, Record, table=True):
    """Consent to messages of a purpose; withdrawn ones stay, they prove what held before."""

    __tablename__ = "consent"
    __table_args__ = (
        exactly_one("person_id", "company_id"),
        one_of("purpose", Purpose),
        Index("ix_consent_person_id", "person_id"),
        Index("ix_consent_company_id", "company_id"),
    )
    purpose: str
    given_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    withdrawn_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    how: str = "office"
    note: str | None = None


class BouncedAddress(Base, table=True):
    """An address that does not take messages: `code` and `said` are the server's last word. Lower case."""

    __tablename__ = "bounced_address"
    address: str = Field(primary_key=True)
    code: str = ""
    said: str = ""
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)


class MessageTemplate(Record, table=True):
    """A text with tokens (Jinja2). `code` names a built-in one. `html` empty: made from the text.

    `number` is that of the newest `TemplateVersion`, which holds the same texts.
    """

    __tablename__ = "message_template"
    __table_args__ = (one_of("kind", TemplateKind), one_of("purpose", Purpose))
    code: str | None = Field(default=None, unique=True)
    name: str
    kind: str
    purpose: str
    subject: str
    text: str
    html: str = ""
    number: int = Field(default=1, nullable=False)
    active: bool = Field(default=True, nullable=False)


class TemplateVersion(Base, table=True):
    """What a template said in version `number`."""

    __tablename__ = "template_version"
    __table_args__ = (UniqueConstraint("template_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    template_id: int = Field(foreign_key="message_template.id", ondelete="CASCADE")
    number: int
    subject: str
    text: str
    html: str = ""
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    actor_id: int | None = None


class TemplateFile(Record, table=True):
    """A file that goes with every message of a template."""

    __tablename__ = "template_file"
    template_id: int = Field(foreign_key="message_template.id", index=True, ondelete="CASCADE")
    file_id: str = Field(foreign_key="stored_file.id", index=True)


class Mailing(Record, table=True):
    """A reviewed job: one text to many. Its recipients are `Delivery` rows, frozen when it goes to review.

    `audience` (JSON) is whom it was made for (table and query, a segment, guests of an event), `channels` a JSON list.
    `start_at`: not before; `delay_until`: until then a confirmed mailing can be called off before anything left.
    `repeat`: also to those who have had the same already. `one_letter`: one letter for all behind one address.
    `chosen` and `receive` are the numbers of recipients of the review; `confirmed_by` is who asked for it to be sent.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        one_of("kind", MailingKind),
        one_of("purpose", Purpose),
        one_of("state", MailingState),
        Index("ix_mailing_state", "state"),
    )
    kind: str
    name: str
    purpose: str
    state: str = MailingState.DRAFT.value
    template_id: int | None = Field(default=None, foreign_key="message_template.id", index=True, ondelete="SET NULL")
    template_kind: str = TemplateKind.GENERAL.value
    subject: str
    text: str
    html: str = ""
    channels: str = '["cabinet", "email"]'
    audience: str = "{}"
    audience_title: str = ""
    event_id: int | None = Field(default=None, foreign_key="event.id", index=True, ondelete="SET NULL")
    one_letter: bool = Field(default=False, nullable=False)
    repeat: bool = Field(default=False, nullable=False)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True, ondelete="SET NULL")
    confirmed_by: int | None = Field(default=None, foreign_key="account.id", index=True, ondelete="SET NULL")
    approved_by: int | None = Field(default=None, foreign_key="account.id", index=True, ondelete="SET NULL")
    chosen: int | None = None
    receive: int | None = None
    start_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    delay_until: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)


class MailingFile(Record, table=True):
    """A file that goes with every message of a mailing, the template's own too."""

    __tablename__ = "mailing_file"
    mailing_id: int = Field(foreign_key="mailing.id", index=True, ondelete="CASCADE")
    file_id: str = Field(foreign_key="stored_file.id", index=True)


_TAKEN = "state IN ('claimed', 'sending', 'sent', 'unknown')"
_WAITING = "state = 'queued'"


class Delivery(PartyTie, Base, table=True):
    """One message to one recipient by one channel: a row of the outbox, of a mailing or of a step of a reminder.

    A reminder is about a record (`subject` names its entity, `subject_id` its number) and a day of it (`anchor_date`):
    with those and the recipient it is unique, so it is made once, and again only when the day moves.
    `carrier_id`: the delivery whose letter this recipient shares. `once_key` stands for «the same message»: two with
    one key never both leave to one recipient by one channel, whoever made them. `token_hash`: SHA-256 of the personal
    link's token.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        exactly_one("person_id", "company_id"),
        one_of("channel", Channel),
        one_of("state", DeliveryState),
        one_of("reason", WhyNot),
        CheckConstraint("(mailing_id IS NULL) <> (step_id IS NULL)", name="mailing_or_step"),
        Index("uq_delivery_mailing_person", "mailing_id", "person_id", "channel", unique=True,
              sqlite_where=text("mailing_id IS NOT NULL AND person_id IS NOT NULL"),
              postgresql_where=text("mailing_id IS NOT NULL AND person_id IS NOT NULL")),
        Index("uq_delivery_mailing_company", "mailing_id", "company_id", "channel", unique=True,
              sqlite_where=text("mailing_id IS NOT NULL AND company_id IS NOT NULL"),
              postgresql_where=text("mailing_id IS NOT NULL AND company_id IS NOT NULL")),
        Index("uq_delivery_step_person", "step_id", "subject", "subject_id", "anchor_date", "person_id", "channel",
              unique=True, sqlite_where=text("step_id IS NOT NULL AND person_id IS NOT NULL"),
              postgresql_where=text("step_id IS NOT NULL AND person_id IS NOT NULL")),
        Index("uq_delivery_step_company", "step_id", "subject", "subject_id", "anchor_date", "company_id", "channel",
              unique=True, sqlite_where=text("step_id IS NOT NULL AND company_id IS NOT NULL"),
              postgresql_where=text("step_id IS NOT NULL AND company_id IS NOT NULL")),
        Index("uq_delivery_once_person", "once_key", "person_id", "channel", unique=True,
              sqlite_where=text(f"once_key IS NOT NULL AND person_id IS NOT NULL AND {_TAKEN}"),
              postgresql_where=text(f"once_key IS NOT NULL AND person_id IS NOT NULL AND {_TAKEN}")),
        Index("uq_delivery_once_company", "once_key", "company_id", "channel", unique=True,
              sqlite_where=text(f"once_key IS NOT NULL AND company_id IS NOT NULL AND {_TAKEN}"),
              postgresql_where=text(f"once_key IS NOT NULL AND company_id IS NOT NULL AND {_TAKEN}")),
        Index("ix_delivery_waiting", "not_before", "id",
              sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)),
        Index("ix_delivery_under_way", "claimed_by",
              sqlite_where=text("claimed_by IS NOT NULL"), postgresql_where=text("claimed_by IS NOT NULL")),
        Index("uq_delivery_token_hash", "token_hash", unique=True,
              sqlite_where=text("token_hash IS NOT NULL"), postgresql_where=text("token_hash IS NOT NULL")),
        Index("ix_delivery_carrier_id", "carrier_id",
              sqlite_where=text("carrier_id IS NOT NULL"), postgresql_where=text("carrier_id IS NOT NULL")),
        Index("ix_delivery_mailing_state", "mailing_id", "state", "channel"),
        Index("ix_delivery_ledger", "step_id", "id",
              sqlite_where=text("step_id IS NOT NULL"), postgresql_where=text("step_id IS NOT NULL")),
        Index("ix_delivery_person_id", "person_id"),
        Index("ix_delivery_company_id", "company_id"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    mailing_id: int | None = Field(default=None, foreign_key="mailing.id", ondelete="CASCADE")
    step_id: int | None = Field(default=None, foreign_key="reminder_step.id", ondelete="CASCADE")
    subject: str | None = None
    subject_id: int | None = None
    anchor_date: dt.date | None = None
    channel: str
    address: str | None = None
    state: str
    reason: str | None = None
    detail: str | None = None
    not_before: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    attempts: int = Field(default=0, nullable=False)
    carrier_id: int | None = Field(default=None, foreign_key="delivery.id", ondelete="SET NULL")
    once_key: str | None = None
    token_hash: str | None = None
    claimed_by: str | None = None
    claimed_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: int | None = None
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)


class Notice(PartyTie, Base, table=True):
    """A message as it stands in the cabinet: what was sent, word for word, and when it was read."""

    __tablename__ = "notice"
    __table_args__ = (
        exactly_one("person_id", "company_id"),
        Index("ix_notice_person_id", "person_id", "id"),
        Index("ix_notice_company_id", "company_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int | None = Field(default=None, foreign_key="delivery.id", unique=True, ondelete="SET NULL")
    purpose: str
    subject: str
    text: str
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    read_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
