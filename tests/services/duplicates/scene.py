"""Two people, and two companies, of whom everything there can be hangs on each."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from models import (
    Account,
    CommitteeRequest,
    Company,
    Document,
    DocumentVersion,
    ExtraField,
    ExtraValue,
    FilePurpose,
    MatchDecision,
    Membership,
    MembershipPeriod,
    MembershipStep,
    ParticipationStatus,
    Person,
    Remark,
    Role,
    SeatPosition,
    Segment,
    Severity,
    StepKind,
    StoredFile,
)
from services.access.permissions import Permission
from tests import builders as b

INVITED, ATTENDED = ParticipationStatus.INVITED, ParticipationStatus.ATTENDED


def two_people(session: Session) -> tuple[Person, Person]:
    """Two records of one person: both were at the fair, both handed in the statute, each has ties of their own."""
    works, other = b.create_company(session, "ООО «Ромашка»"), b.create_company(session, "АО «Василёк»")
    kept = b.create_person(
        session, "Синицын", "Пётр", "Ильич", company=works, position="инженер", email="p@example.org", city="Тверь"
    )
    lost = b.create_person(
        session, "Синицын", "П.", "", company=works, position="главный инженер", is_contact=True,
        phone="+74951110022", email="sinitsyn@example.org", passport="4509 123456", inn="500100732259",
        do_not_disturb=True,
    )  # fmt: skip
    b.create_employment(session, lost, other, "советник")
    fair, forum = b.create_event(session, "Ярмарка"), b.create_event(session, "Форум")
    b.create_participation(session, fair, kept, INVITED)
    b.create_participation(session, fair, lost, ATTENDED)
    b.create_participation(session, forum, lost, INVITED)
    committee, ethics = b.create_committee(session), b.create_committee(session, "Комитет по этике")
    b.create_seat(session, committee, kept, since="2024")
    b.create_seat(session, committee, lost, since="2023-05")
    b.create_seat(session, ethics, lost, SeatPosition.CHAIR, since="2022", until="2023")
    session.add(CommitteeRequest(committee_id=ethics.id or 0, person_id=lost.id or 0, note="прошу принять"))
    b.create_speaker(session, kept, fair, topics="станки")
    b.create_speaker(session, lost, fair, forum, topics="мебель")
    b.create_receipt(session, kept, "contract", "2024-05-01")
    b.create_receipt(session, lost, "contract", "2023")
    papers(session, {"person_id": lost.id})
    session.add(_member(session, lost, dt.date(2025, 1, 1), dt.date(2025, 12, 31)))
    account = b.create_account(session, Role.MEMBER, "member", person=lost)
    b.create_venue(session, "Зал", contact_id=lost.id)
    own = ExtraField(owner="person", label="Хобби")
    session.add(own)
    session.flush()
    for who, value in ((kept, "шахматы"), (lost, "лыжи")):
        session.add(ExtraValue(field_id=own.id or 0, person_id=who.id, value=value))
    aside(session, "Person", lost.id or 0)
    assert isinstance(account, Account)
    session.flush()
    return kept, lost


def two_companies(session: Session) -> tuple[Company, Company]:
    """Two records of one company."""
    kept = b.create_company(session, "ООО «Заря»", inn="7707083893")
    lost = b.create_company(session, "Заря", ogrn="1027700132195", phone="+74951110022", do_not_disturb=True)
    person = b.create_person(session, "Лужин", company=kept, position="бухгалтер")
    b.create_employment(session, person, lost, "бухгалтер", is_director=True)
    b.create_person(session, "Ершов", company=lost)
    b.create_participation(session, b.create_event(session, "Сбор"), lost, ATTENDED)
    b.create_receipt(session, lost, "contract", "2023")
    papers(session, {"company_id": lost.id})
    session.add(_member(session, kept, dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
    session.add(_member(session, lost, dt.date(2025, 1, 1), dt.date(2025, 12, 31)))
    session.flush()
    b.create_venue(session, "Двор", partner_id=lost.id)
    related = f'{{"related": [{{"relation": "works_at", "values": {{"company": {lost.id}}}}}]}}'
    session.add(Segment(name="Люди Зари", table_name="people", query=related))
    aside(session, "Company", lost.id or 0)
    session.flush()
    return kept, lost


def _member(session: Session, party: Person | Company, starts: dt.date, ends: dt.date) -> Membership:
    line = b.create_membership(session, party, starts_on=starts, ends_on=ends, fee_amount=Decimal(5000))
    before = starts - dt.timedelta(days=1)
    session.add(MembershipPeriod(membership_id=line.id or 0, starts_on=before.replace(month=1, day=1), ends_on=before))
    session.add(MembershipStep(membership_id=line.id or 0, kind=StepKind.RENEW.value, on_date=starts))
    return line


def papers(session: Session, tie: dict[str, Any]) -> None:
    """A document with a file."""
    stored = StoredFile(
        id=f"{next(iter(tie)):0>32}", purpose=FilePurpose.DOCUMENT.value, permission=Permission.BASE_READ.value,
        name="устав.pdf", content_type="application/pdf", size=1, sha256="f" * 64,
    )  # fmt: skip
    session.add(stored)
    document = Document(type_id=1, title="Устав", **tie)
    session.add(document)
    session.flush()
    session.add(DocumentVersion(document_id=document.id or 0, number=1, file_id=stored.id))


def aside(session: Session, entity: str, number: int) -> None:
    """An open remark, a settled decision of a load."""
    message = "похоже на опечатку"
    session.add(
        Remark(
            entity=entity, entity_id=number, field="email", value="x", message=message, severity=Severity.WARNING.value
        )
    )
    session.add(MatchDecision(identity=f"{entity}:1", entity=entity, entity_id=number))
