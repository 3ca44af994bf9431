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
from models.party import Company, Employment, Party, Person, ResponsibleManager
from models.segment import Segment
from models.work import GridIndex, Heartbeat

__all__ = [
    "Account", "AuditEvent", "Base", "BatchKind", "BatchState", "Change", "ColumnMapping", "Committee",
    "CommitteeRequest", "CommitteeSeat", "Company", "Document", "DocumentReceipt", "DocumentType",
    "DocumentVersion", "DuplicatePair", "DuplicateSearch", "Employment", "Event", "EventFormat", "EventKind",
    "EventSpeaker", "ExtraField", "ExtraOwner", "ExtraValue", "FieldOrigin", "FilePurpose", "FormDraft",
    "GridIndex", "Heartbeat", "HiddenValue", "ImportBatch", "ImportRow", "Leaving", "LoginAttempt", "LoginSession",
    "MatchDecision", "Membership", "MembershipPeriod", "MembershipRule", "MembershipState", "MembershipStep",
    "PairKind", "PairState", "Participation", "ParticipationStatus", "Party", "Person", "Record", "RecoveryCode",
    "Remark", "RequestState", "ResponsibleManager", "Role", "RowOutcome", "RuledState", "Rules", "SeatPosition",
    "Segment", "SetByHand", "Severity", "Source", "Speaker", "Standing", "StepKind", "StoredFile", "TableLayout",
    "UtcDateTime", "Venue", "is_suspended", "membership_state", "seat_is_open", "utc_now",
]  # fmt: skip
