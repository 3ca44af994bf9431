"""The busiest card: two hundred linked rows of each kind."""

from sqlmodel import Session, col, select

from models import (
    Change,
    DocumentType,
    ExtraField,
    ExtraOwner,
    ExtraValue,
    ParticipationStatus,
    Person,
    Remark,
)
from services import clock
from services.directory.parties import Kind, Party
from tests import builders as b

MANY = 200


def busy_party(session: Session, kind: Kind, many: int = MANY) -> Party:
    """A person or a company with `many` places of work, events, seats, own fields, remarks and changes."""
    one = b.create_person(session, "Занятов") if kind == "person" else b.create_company(session, "ООО «Занятость»")
    one.responsible_id, one.phone, one.email = b.create_manager(session).id, "+79161234567", "busy@example.org"
    b.create_membership(session, one)
    party = Party(kind, one.id or 0)
    for number in range(many):
        event = b.create_event(session, f"Встреча {number}")
        b.create_participation(session, event, one, ParticipationStatus.ATTENDED)
        field = ExtraField(owner=ExtraOwner.PERSON if kind == "person" else ExtraOwner.COMPANY, label=f"Поле {number}")
        session.add(field)
        session.flush()
        value = ExtraValue(field_id=field.id or 0, value=f"Значение {number}")
        setattr(value, party.column, party.id)
        session.add(value)
        if isinstance(one, Person):
            b.create_employment(session, one, b.create_company(session))
            b.create_seat(session, b.create_committee(session), one)
        else:
            b.create_person(session, company=one, position="специалист")
    for code in session.exec(select(DocumentType.code).order_by(col(DocumentType.id))):
        b.create_receipt(session, one, code, "2024-01-10")
    entity = type(one).__name__
    for number in range(many):
        session.add(
            Remark(
                at=clock.now(), entity=entity, entity_id=party.id, field="phone", value=str(number),
                message="Сомнение", severity="warning",
            )
        )  # fmt: skip
        session.add(
            Change(
                at=clock.now(), source="manual", entity=entity, entity_id=party.id, field="source",
                before=f'"{number}"', after=f'"{number + 1}"',
            )
        )  # fmt: skip
    session.commit()
    return party
