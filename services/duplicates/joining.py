"""How two records of which one person or company can have only one become one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from models import (
    CommitteeRequest,
    CommitteeSeat,
    DocumentReceipt,
    DocumentType,
    Employment,
    Event,
    EventSpeaker,
    ExtraField,
    ExtraValue,
    Membership,
    MembershipPeriod,
    OptOut,
    Participation,
    ParticipationStatus,
    Record,
    Speaker,
)
from services.directory.terms import Term, overlap
from services.values import format_date

Values = dict[str, Any]
BETTER = (
    ParticipationStatus.ATTENDED,
    ParticipationStatus.CONFIRMED,
    ParticipationStatus.APPLIED,
    ParticipationStatus.NO_SHOW,
    ParticipationStatus.DECLINED,
    ParticipationStatus.INVITED,
)
"""Of two invitations to one event the one that stands first tells more."""
TERM = ("starts_on", "ends_on", "fee_amount", "paid_on")
STANDING = ("suspended_from", "suspended_until", "left_on", "left_how", "state_override", "override_note")


class Refused(Exception):
    """The two cannot become one; the text is a sentence for the user."""


@dataclass(frozen=True)
class Joined:
    """What the record that stays is to hold, records to be put in or changed, sentences about what was decided."""

    values: Values
    inserts: tuple[tuple[type[Record], Values], ...] = ()
    updates: tuple[tuple[type[Record], int, Values], ...] = ()
    notes: tuple[str, ...] = field(default=())


def is_same_seat(model: type[Record], one: Values, two: Values) -> bool:
    """Two open seats of one kind in one committee are one, whenever they began."""
    keys = ("committee_id", "person_id", "position", "until")
    return model is CommitteeSeat and one["until"] is None and all(one[key] == two[key] for key in keys)


def _employment(_session: Session, kept: Values, lost: Values) -> Joined:
    flags = {flag: kept[flag] or lost[flag] for flag in ("is_director", "is_contact")}
    return Joined({"position": _both(kept["position"], lost["position"], ", "), **flags})


def _participation(session: Session, kept: Values, lost: Values) -> Joined:
    order = [status.value for status in BETTER]
    best = min((kept, lost), key=lambda one: order.index(one["status"]))
    values = {key: best[key] for key in ("status", "status_at")}
    event = session.get(Event, kept["event_id"])
    notes: tuple[str, ...] = ()
    if kept["status"] != lost["status"]:
        notes = (f"«{event.name if event else ''}»: участие было у обеих записей, останется более полный статус.",)
    return Joined(values | {"comment": _both(kept["comment"], lost["comment"], "; ")}, notes=notes)


def _receipt(session: Session, kept: Values, lost: Values) -> Joined:
    first, later = sorted((kept["received_on"], lost["received_on"]))
    notes: tuple[str, ...] = ()
    if first != later:
        kind = session.get(DocumentType, kept["type_id"])
        title = kind.title if kind else "Документ"
        notes = (f"«{title}»: останется более ранняя дата — {format_date(first)}, а не {format_date(later)}.",)
    return Joined({"received_on": first}, notes=notes)


def _extra(session: Session, kept: Values, lost: Values) -> Joined:
    joined = _both(kept["value"], lost["value"], "; ")
    own = session.get(ExtraField, kept["field_id"])
    label = own.label if own else ""
    differs = kept["value"] != lost["value"]
    return Joined({"value": joined}, notes=(f"«{label}»: останутся оба значения.",) if differs else ())


def _speaker(_session: Session, kept: Values, lost: Values) -> Joined:
    return Joined({key: _both(kept[key], lost[key], "; ") for key in ("topics", "comment")})


def _event_speaker(_session: Session, kept: Values, lost: Values) -> Joined:
    return Joined({"topic": _both(kept["topic"], lost["topic"], "; "), "place": min(kept["place"], lost["place"])})


def _seat(_session: Session, kept: Values, lost: Values) -> Joined:
    known = [one["since"] for one in (kept, lost) if one["since"]]
    ends = [one["until"] for one in (kept, lost)]
    until = None if None in ends else max(ends)
    comment = _both(kept["comment"], lost["comment"], "; ")
    return Joined({"since": min(known, default=None), "until": until, "comment": comment})


def _request(_session: Session, kept: Values, lost: Values) -> Joined:
    return Joined({"note": _both(kept["note"], lost["note"], "; ")})


def _membership(session: Session, kept: Values, lost: Values) -> Joined:
    """The later term is the present one, the other becomes an earlier term. Terms that overlap are refused."""
    later, sooner = kept, lost
    if _ends(lost) > _ends(kept):
        later, sooner = lost, kept
    same = all(kept[key] == lost[key] for key in TERM[:2])
    known = _periods(session, kept, lost)
    former = {key: sooner[key] for key in TERM}
    inserts: list[tuple[type[Record], Values]] = []
    updates: list[tuple[type[Record], int, Values]] = []
    if same or not any(former.values()):
        term = {key: _one(kept[key], lost[key]) for key in TERM}
    else:
        term = {key: later[key] for key in TERM}
        twin = known.get((former["starts_on"], former["ends_on"]))
        if twin is not None:  # the line that goes on has it among its earlier terms already
            money = {key: _one(getattr(twin, key), former[key]) for key in TERM[2:]}
            updates.append((MembershipPeriod, twin.id or 0, money))
        else:
            inserts.append((MembershipPeriod, {"membership_id": kept["id"], **former}))
    days = {*known, *((one["starts_on"], one["ends_on"]) for one in (term, former) if any(one.values()))}
    if inserts and former["ends_on"] is None or overlap(Term(*span) for span in days):
        raise Refused(
            "Обе записи — члены ассоциации, и сроки их членства пересекаются. "
            "Сначала исправьте сроки на карточке одной из них."
        )
    values = term | {key: later[key] for key in STANDING}
    values["comment"] = _both(kept["comment"], lost["comment"], "; ")
    values["referred_by"] = _both(kept["referred_by"], lost["referred_by"], "; ")
    note = "Членство было у обеих записей: сроки собраны в одной строке реестра."
    return Joined(values, tuple(inserts), tuple(updates), (note,))


def _periods(session: Session, kept: Values, lost: Values) -> dict[tuple[Any, Any], MembershipPeriod]:
    """The earlier terms of both by their days; of two equal ones that of the line that stays."""
    lines = [lost["id"], kept["id"]]
    found = session.exec(select(MembershipPeriod).where(col(MembershipPeriod.membership_id).in_(lines))).all()
    ordered = sorted(found, key=lambda period: lines.index(period.membership_id))
    return {(period.starts_on, period.ends_on): period for period in ordered}


def _period(_session: Session, kept: Values, lost: Values) -> Joined:
    return Joined({key: _one(kept[key], lost[key]) for key in TERM})


def _ends(line: Values) -> str:
    return line["ends_on"].isoformat() if line["ends_on"] else ""


def _one(kept: Any, lost: Any) -> Any:
    if None not in (kept, lost) and kept != lost:
        raise Refused(
            "Обе записи — члены ассоциации, и за один и тот же срок у них записано разное. "
            "Сначала исправьте членство на карточке одной из них."
        )
    return lost if kept is None else kept


def _both(kept: str | None, lost: str | None, between: str) -> str | None:
    """Both texts, the one that holds the other alone when it does."""
    if not kept or not lost:
        return kept or lost
    if lost.casefold() in kept.casefold():
        return kept
    return lost if kept.casefold() in lost.casefold() else f"{kept}{between}{lost}"


def _opt_out(_session: Session, kept: Values, _lost: Values) -> Joined:
    return Joined({"how": kept["how"]})


def account(_session: Session, _kept: Values, lost: Values) -> str:
    """What is said of a second log-in, which loses its person. One in use is refused."""
    if lost["active"]:
        raise Refused(
            "У обеих записей есть учётная запись для входа. Отключите лишнюю («Настройки», «Учётные записи») "
            "и оставьте основной ту запись, чья учётная запись действует."
        )
    return f"Отключённая учётная запись «{lost['login']}» останется без карточки."


JOINERS: Mapping[type[Record], Callable[[Session, Values, Values], Joined]] = {
    Employment: _employment,
    Participation: _participation,
    DocumentReceipt: _receipt,
    ExtraValue: _extra,
    Speaker: _speaker,
    EventSpeaker: _event_speaker,
    CommitteeSeat: _seat,
    CommitteeRequest: _request,
    Membership: _membership,
    MembershipPeriod: _period,
    OptOut: _opt_out,
}
"""By model: what the record that stays holds afterwards."""
