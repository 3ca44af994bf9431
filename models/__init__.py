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
from models.history import Change, FieldOrigin, Remark, Severity, Source
from models.membership import Membership, MembershipState, SetByHand, membership_state
from models.party import Company, Employment, Party, Person, ResponsibleManager
from models.work import BatchState, GridIndex, Heartbeat, ImportBatch

__all__ = [
    "Account", "AuditEvent", "Base", "BatchState", "Change", "Committee", "CommitteeSeat", "Company",
    "DocumentReceipt", "DocumentType", "Employment", "Event", "EventFormat", "EventKind", "EventSpeaker",
    "FieldOrigin", "FilePurpose", "GridIndex", "Heartbeat", "ImportBatch", "LoginAttempt", "LoginSession",
    "Membership", "MembershipState", "Participation", "ParticipationStatus", "Party", "Person", "Record",
    "RecoveryCode", "Remark", "ResponsibleManager", "Role", "SeatPosition", "SetByHand", "Severity", "Source",
    "Speaker", "StoredFile", "TableLayout", "UtcDateTime", "Venue", "membership_state", "utc_now",
]  # fmt: skip
