"""The tables. Importing the package defines all of them."""

from models.account import (
    Account,
    AuditEvent,
    LoginAttempt,
    LoginSession,
    RecoveryCode,
    Role,
    TableLayout,
)
from models.base import Base, Record, UtcDateTime, utc_now
from models.committee import Committee, CommitteeRequest, CommitteeSeat, RequestState, SeatPosition, seat_is_open
from models.document import Document, DocumentReceipt, DocumentType, DocumentVersion, FilePurpose, StoredFile
from models.draft import FormDraft
from models.duplicate import DuplicatePair, DuplicateSearch, PairKind, PairState
from models.event import (
    Event,
    EventFormat,
    EventKind,
    EventSpeaker,
    Participation,
    ParticipationStatus,
    Speaker,
    Venue,
)
from models.extra import ExtraField, ExtraOwner, ExtraValue
from models.history import Change, FieldOrigin, Remark, Severity, Source
from models.imports import (
    BatchKind,
    BatchState,
    ColumnMapping,
    HiddenValue,
    ImportBatch,
    ImportRow,
    MatchDecision,
    RowOutcome,
)
from models.membership import (
    Leaving,
    Membership,
    MembershipPeriod,
    MembershipRule,
    MembershipState,
    MembershipStep,
    RuledState,
    Rules,
    SetByHand,
    Standing,
    StepKind,
    is_suspended,
    membership_state,
)
from models.messaging import (
    BouncedAddress,
    Channel,
    Consent,
    Delivery,
    DeliveryState,
    Mailing,
    MailingFile,
    MailingKind,
    MailingState,
    MessageTemplate,
    Notice,
    OptOut,
    Purpose,
    PurposePolicy,
    TemplateFile,
    TemplateKind,
    TemplateVersion,
    WhyNot,
)
from models.party import Company, Employment, Party, Person, ResponsibleManager
from models.reminder import ReminderRule, ReminderStep, Watched
from models.segment import Segment
from models.work import GridIndex, Heartbeat, JobRun, RunState, SendingSwitch

__all__ = [
    "Account", "AuditEvent", "Base", "BatchKind", "BatchState", "BouncedAddress", "Change", "Channel",
    "ColumnMapping", "Committee", "CommitteeRequest", "CommitteeSeat", "Company", "Consent", "Delivery",
    "DeliveryState", "Document", "DocumentReceipt", "DocumentType", "DocumentVersion", "DuplicatePair",
    "DuplicateSearch", "Employment", "Event", "EventFormat", "EventKind", "EventSpeaker", "ExtraField", "ExtraOwner",
    "ExtraValue", "FieldOrigin", "FilePurpose", "FormDraft", "GridIndex", "Heartbeat", "HiddenValue", "ImportBatch",
    "ImportRow", "JobRun", "Leaving", "LoginAttempt", "LoginSession", "Mailing", "MailingFile", "MailingKind",
    "MailingState", "MatchDecision", "Membership", "MembershipPeriod", "MembershipRule", "MembershipState",
    "MembershipStep", "MessageTemplate", "Notice", "OptOut", "PairKind", "PairState", "Participation",
    "ParticipationStatus", "Party", "Person", "Purpose", "PurposePolicy", "Record", "RecoveryCode", "Remark",
    "ReminderRule", "ReminderStep", "RequestState", "ResponsibleManager", "Role", "RowOutcome", "RuledState", "Rules",
    "RunState", "SeatPosition", "Segment", "SendingSwitch", "SetByHand", "Severity", "Source", "Speaker", "Standing",
    "StepKind", "StoredFile", "TableLayout", "TemplateFile", "TemplateKind", "TemplateVersion", "UtcDateTime",
    "Venue", "Watched", "WhyNot", "is_suspended", "membership_state", "seat_is_open", "utc_now",
]  # fmt: skip
