"""The conditions there are on what people and companies are tied to, each declared once."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, literal_column, or_, select, union

from models import (
    BatchKind,
    BatchState,
    Change,
    Committee,
    CommitteeSeat,
    Company,
    Document,
    DocumentReceipt,
    DocumentType,
    Event,
    EventSpeaker,
    ImportBatch,
    MembershipPeriod,
    ParticipationStatus as Status,
    Person,
    ResponsibleManager,
    Speaker,
)
from services import clock
from services.access.permissions import Actor, Permission
from services.errors import InvalidInput
from services.tables.columns import Table
from services.tables.conditions import range_start
from services.tables.days import lasts_on
from services.tables.declared.committees import POSITIONS
from services.tables.declared.expressions import company, employment, event, membership, participation, person
from services.tables.query import Related
from services.tables.related import (
    Keys,
    Parameter,
    Reference,
    Relation,
    Values,
    checked,
    condition,
    missing,
    permitted,
)

seat: FromClause = CommitteeSeat.__table__  # type: ignore[attr-defined]
committee: FromClause = Committee.__table__  # type: ignore[attr-defined]
receipt: FromClause = DocumentReceipt.__table__  # type: ignore[attr-defined]
document: FromClause = Document.__table__  # type: ignore[attr-defined]
document_type: FromClause = DocumentType.__table__  # type: ignore[attr-defined]
manager: FromClause = ResponsibleManager.__table__  # type: ignore[attr-defined]
batch: FromClause = ImportBatch.__table__  # type: ignore[attr-defined]
change: FromClause = Change.__table__  # type: ignore[attr-defined]
speaker: FromClause = Speaker.__table__  # type: ignore[attr-defined]
event_speaker: FromClause = EventSpeaker.__table__  # type: ignore[attr-defined]
period: FromClause = MembershipPeriod.__table__  # type: ignore[attr-defined]

STATUSES = (
    (Status.INVITED.value, "приглашён"),
    (Status.APPLIED.value, "подал заявку"),
    (Status.CONFIRMED.value, "подтверждён"),
    (Status.ATTENDED.value, "участвовал"),
    (Status.NO_SHOW.value, "не пришёл"),
    (Status.DECLINED.value, "отказался"),
)
MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
BIRTHDAYS = (
    ("today", "сегодня"),
    ("week", "в ближайшие 7 дней"),
    ("month", "в этом месяце"),
    ("next", "в следующем месяце"),
    *((f"{number:02}", title) for number, title in enumerate(MONTHS, start=1)),
)
NOW, EVER = "now", "ever"
RECEIPT, FILE = "receipt", "file"

EVENTS = Reference(
    Event, event.c.name, (event.c.starts_on.desc().nulls_last(), event.c.id), "Мероприятия из условия больше нет.",
    note=event.c.starts_on, key=event.c.name_key,
)  # fmt: skip
COMMITTEES = Reference(Committee, committee.c.name, (committee.c.name_key,), "Комитета из условия больше нет.")
TYPES = Reference(
    DocumentType, document_type.c.title, (document_type.c.place,), "Вида документа из условия больше нет."
)
COMPANIES = Reference(
    Company, company.c.name, (company.c.name_key, company.c.id), "Компании из условия больше нет.", note=company.c.inn,
    key=company.c.name_key,
)  # fmt: skip
MANAGERS = Reference(ResponsibleManager, manager.c.name, (manager.c.name,), "Ответственного из условия больше нет.")
BATCHES = Reference(
    ImportBatch, batch.c.file_name, (batch.c.id.desc(),), "Загрузки из условия больше нет.", note=batch.c.applied_at,
    wanted=and_(
        batch.c.kind == BatchKind.LOAD.value, batch.c.state == BatchState.APPLIED.value, batch.c.undo_of.is_(None)
    ),
)  # fmt: skip

SINCE = Parameter("since", "С даты", "day", word="с ")
UNTIL = Parameter("until", "По дату", "day", word="по ")
_EVENT = Parameter("event", "Мероприятие или курс", "record", required=True, reference=EVENTS)
_STATUSES = Parameter("statuses", "Статус", "some", required=True, choices=STATUSES, default=(Status.ATTENDED.value,))
_COMMITTEE = Parameter("committee", "Комитет", "record", reference=COMMITTEES)
_POSITIONS = Parameter("positions", "Позиция в комитете", "some", choices=POSITIONS)
_WHAT = Parameter("what", "Что считать", "one", choices=((RECEIPT, "дата поступления"), (FILE, "файл")))
_WHEN = Parameter(
    "when", "Когда", "one", choices=((NOW, "сейчас"), (EVER, "сейчас или раньше")), default=(NOW,), required=True
)


class _Ends(TypedDict):
    person: Keys
    company: Keys


def _either(build: Callable[[str, Values, dt.date], Select[int]]) -> _Ends:
    """One meaning for people and companies: `build` gets the column of a table that is tied to either."""
    return {
        "person": lambda values, today: build("person_id", values, today),
        "company": lambda values, today: build("company_id", values, today),
    }


def _within(day: ColumnElement[Any], values: Values) -> list[ColumnElement[bool]]:
    """A day that may be cut to a month or a year lies in the period; «05.2026» lies in one that begins on its first."""
    found = [day >= range_start(values["since"])] if values.get("since") else []
    return [*found, day <= values["until"]] if values.get("until") else found


def _dates_within(day: ColumnElement[Any], values: Values) -> list[ColumnElement[bool]]:
    bounds = [(values.get(end), end) for end in ("since", "until")]
    days = [(dt.date.fromisoformat(text), end) for text, end in bounds if text]
    return [day >= limit if end == "since" else day <= limit for limit, end in days]


def _moments_within(moment: ColumnElement[Any], values: Values) -> list[ColumnElement[bool]]:
    """A moment lies in the days of the period, as the association's clock counts them."""
    since, until = (values.get(end) and dt.date.fromisoformat(values[end]) for end in ("since", "until"))
    found = [moment >= clock.midnight(since)] if since else []
    return [*found, moment < clock.midnight(until + dt.timedelta(days=1))] if until else found


def _invited(column: str, values: Values, _today: dt.date) -> Select[int]:
    key = participation.c[column]
    return select(key).where(participation.c.event_id == values["event"], key.is_not(None))


def _took_part(column: str, values: Values, today: dt.date) -> Select[int]:
    return _invited(column, values, today).where(participation.c.status.in_(values["statuses"]))


def _attended_within(column: str, values: Values, _today: dt.date) -> Select[int]:
    key = participation.c[column]
    held = select(event.c.id).where(*_within(event.c.starts_on, values))
    attended = participation.c.status == Status.ATTENDED.value
    return select(key).where(attended, key.is_not(None), participation.c.event_id.in_(held))


def _seated(values: Values, today: dt.date) -> Select[int]:
    found = select(seat.c.person_id)
    if values["committee"] is not None:
        found = found.where(seat.c.committee_id == values["committee"])
    if values["positions"]:
        found = found.where(seat.c.position.in_(values["positions"]))
    if values["when"] == EVER:
        return found
    # As the table of committees shows them: models.committee.seat_is_open.
    held = lasts_on(seat.c.until, today)
    live = select(committee.c.id).where(committee.c.active.is_(True))
    return found.where(held, seat.c.committee_id.in_(live))


def _staff_seated(values: Values, today: dt.date) -> Select[int]:
    return select(employment.c.company_id).where(employment.c.person_id.in_(_seated(values, today)))


def _documented(column: str, values: Values, _today: dt.date) -> Select[int]:
    """What came in by date, what lies there as a file (since its upload), or either."""
    wanted = []
    for name, table, within in (
        (RECEIPT, receipt, _within(receipt.c.received_on, values)),
        (FILE, document, [document.c.removed_at.is_(None), *_moments_within(document.c.created_at, values)]),
    ):
        if values["what"] in (None, name):
            found = select(table.c[column]).where(table.c[column].is_not(None), *within)
            wanted.append(found if values["type"] is None else found.where(table.c.type_id == values["type"]))
    return wanted[0] if len(wanted) == 1 else select(union(*wanted).subquery().c[0])


def _employed(values: Values, _today: dt.date) -> Select[int]:
    found = select(employment.c.person_id).where(employment.c.company_id == values["company"])
    flag = {"director": "is_director", "contact": "is_contact"}.get(values["role"] or "")
    return found.where(employment.c[flag].is_(True)) if flag else found


def _speaks(values: Values, _today: dt.date) -> Select[int]:
    if values["event"] is None:
        return select(speaker.c.person_id)
    at = select(event_speaker.c.speaker_id).where(event_speaker.c.event_id == values["event"])
    return select(speaker.c.person_id).where(speaker.c.id.in_(at))


def _paid(column: str, values: Values, _today: dt.date) -> Select[int]:
    key = membership.c[column]
    present = select(key).where(
        key.is_not(None), membership.c.paid_on.is_not(None), *_dates_within(membership.c.paid_on, values)
    )
    earlier = select(period.c.membership_id).where(
        period.c.paid_on.is_not(None), *_dates_within(period.c.paid_on, values)
    )
    both = union(present, select(key).where(key.is_not(None), membership.c.id.in_(earlier))).subquery()
    return select(both.c[0])


def _born(values: Values, today: dt.date) -> Select[int]:
    # Written out, as the index over it is: with parameters it would be another expression.
    day: ColumnElement[str] = func.substr(person.c.birth_date, literal_column("6"), literal_column("5"))
    return select(person.c.id).where(_birthday(day, values["when"], today))


def _birthday(day: ColumnElement[str], when: str, today: dt.date) -> ColumnElement[bool]:
    if when in {"today", "week"}:
        last = today + dt.timedelta(days=6 if when == "week" else 0)
        first_day, last_day = today.strftime("%m-%d"), last.strftime("%m-%d")
        if first_day <= last_day:
            return day.between(first_day, last_day)
        return or_(and_(day >= first_day, day <= "12-31"), and_(day >= "01-01", day <= last_day))
    month = {"month": today.month, "next": today.month % 12 + 1}.get(when) or int(when)
    return and_(day >= f"{month:02}", day < f"{month + 1:02}")


def _managed(of: FromClause) -> Keys:
    return lambda values, _today: select(of.c.id).where(of.c.responsible_id == values["manager"])


def _undisturbed(of: FromClause) -> Keys:
    return lambda _values, _today: select(of.c.id).where(of.c.do_not_disturb.is_(True))


def _loaded(entity: type[Person] | type[Company]) -> Keys:
    return lambda values, _today: select(change.c.entity_id).where(
        change.c.batch_id == values["batch"], change.c.entity == entity.__name__
    )


RELATIONS: dict[str, Relation] = {
    relation.key: relation
    for relation in (
        Relation("invited", "Приглашён на мероприятие", "Не приглашён на мероприятие", (_EVENT,), **_either(_invited)),
        Relation(
            "took_part", "Статус на мероприятии", "Нет такого статуса на мероприятии",
            (_EVENT, _STATUSES),
            **_either(_took_part),
        ),
        Relation(
            "attended", "Участвовал в мероприятиях", "Не участвовал в мероприятиях", (SINCE, UNTIL),
            **_either(_attended_within),
        ),
        Relation(
            "committee", "Состоит в комитете", "Не состоит в комитете", (_COMMITTEE, _POSITIONS, _WHEN),
            person=_seated, company=_staff_seated,
        ),
        Relation(
            "document", "Есть документ", "Нет документа",
            (Parameter("type", "Вид документа", "record", reference=TYPES), _WHAT, SINCE, UNTIL),
            **_either(_documented),
        ),
        Relation(
            "employed", "Работает в компании", "Не работает в компании",
            (
                Parameter("company", "Компания", "record", required=True, reference=COMPANIES),
                Parameter("role", "Кем", "one", choices=(("director", "директор"), ("contact", "контактное лицо"))),
            ),
            person=_employed,
        ),
        Relation(
            "speaker", "Спикер", "Не спикер",
            (Parameter("event", "Мероприятие или курс", "record", reference=EVENTS),), person=_speaks,
        ),
        Relation("paid", "Взнос оплачен", "Взнос не оплачен", (SINCE, UNTIL), **_either(_paid)),
        Relation(
            "birthday", "День рождения", "День рождения не",
            (Parameter("when", "Когда", "one", required=True, choices=BIRTHDAYS, default=("month",)),), person=_born,
        ),
        Relation(
            "manager", "Ответственный", "Ответственный не",
            (Parameter("manager", "Ответственный", "record", required=True, reference=MANAGERS),),
            person=_managed(person), company=_managed(company),
        ),
        Relation(
            "do_not_disturb", "Не беспокоить", "Можно беспокоить",
            person=_undisturbed(person), company=_undisturbed(company),
        ),
        Relation(
            "loaded", "Есть в загрузке", "Нет в загрузке",
            (Parameter("batch", "Загрузка из Excel", "record", required=True, reference=BATCHES),),
            person=_loaded(Person), company=_loaded(Company), permission=Permission.BASE_IMPORT,
        ),
    )
}  # fmt: skip
"""In the order they are offered."""


def related_conditions(
    connection: Connection, actor: Actor, table: Table, wanted: Iterable[Related]
) -> list[ColumnElement[bool]]:
    """SQL for the related conditions of a query. Raises `InvalidInput` for one that is unknown or makes no sense."""
    found = []
    for one in wanted:
        relation = relation_named(one.relation)
        if not permitted(relation, table, actor):
            raise InvalidInput(f"Условие «{relation.title}» здесь недоступно.")
        values = checked(relation, one)
        if gone := missing(connection, relation, values):
            raise InvalidInput(gone)
        found.append(condition(connection, table, relation, values, opposite=one.opposite))
    return found


def relation_named(key: str) -> Relation:
    """The relation called `key`; `InvalidInput` with a sentence otherwise."""
    if key not in RELATIONS:
        raise InvalidInput(f"Такого условия нет: {key}.")
    return RELATIONS[key]
