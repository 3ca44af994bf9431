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
from models.committee import Committee, CommitteeSeat, SeatPosition
from models.document import DocumentReceipt, DocumentType, FilePurpose, StoredFile
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
    BatchState,
    ColumnMapping,
    HiddenValue,
    ImportBatch,
    ImportRow,
    MatchDecision,
    RowOutcome,
)
from models.membership import Membership, MembershipState, SetByHand, membership_state
from models.party import Company, Employment, Party, Person, ResponsibleManager
from models.work import GridIndex, Heartbeat

__all__ = [
    "Account", "AuditEvent", "Base", "BatchState", "Change", "ColumnMapping", "Committee", "CommitteeSeat", "Company",
    "DocumentReceipt", "DocumentType", "Employment", "Event", "EventFormat", "EventKind", "EventSpeaker",
    "ExtraField", "ExtraOwner", "ExtraValue", "FieldOrigin", "FilePurpose", "GridIndex", "Heartbeat", "HiddenValue",
    "ImportBatch", "ImportRow", "LoginAttempt", "LoginSession", "MatchDecision", "Membership", "MembershipState",
    "Participation", "ParticipationStatus", "Party", "Person", "Record", "RecoveryCode", "Remark",
    "ResponsibleManager", "Role", "RowOutcome", "SeatPosition", "SetByHand", "Severity", "Source", "Speaker",
    "StoredFile", "TableLayout", "UtcDateTime", "Venue", "membership_state", "utc_now",
]  # fmt: skip
