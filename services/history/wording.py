"""What recorded changes are called on the screen: the fields of every kind of record that has a history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models import (
    CommitteeRequest,
    CommitteeSeat,
    Company,
    Document,
    DocumentReceipt,
    Employment,
    Event,
    EventSpeaker,
    ExtraValue,
    Leaving,
    Membership,
    Participation,
    Person,
    Record,
    RequestState,
    Source,
    Speaker,
    Venue,
)
from services import clock
from services.access.permissions import Actor
from services.events.words import STATUS_TITLES
from services.tables.columns import YES_NO_TITLES, Column
from services.tables.declared.committees import POSITIONS
from services.tables.declared.details import labelled
from services.tables.declared.members import STATES
from services.tables.editing import text_of
from services.tables.kinds import CHOICE, FULL_DATE, PARTIAL_DATE, TEXT, YES_NO, Filter, Kind
from services.tables.registry import table_named

SOURCES = {
    Source.MANUAL.value: "вручную",
    Source.EXCEL.value: "Excel",
    Source.ONEC.value: "1С",
    Source.CABINET.value: "кабинет",
    Source.SYSTEM.value: "система",
}

STATUSES = tuple((status.value, title) for status, title in STATUS_TITLES.items())
LEAVINGS = ((Leaving.RESIGN.value, "по заявлению"), (Leaving.EXCLUDE.value, "исключён"))
ANSWERS = (
    (RequestState.PENDING.value, "ждёт решения"),
    (RequestState.CONFIRMED.value, "подтверждена"),
    (RequestState.REFUSED.value, "отказано"),
)
NAMES = {"last_name": "Фамилия", "first_name": "Имя", "middle_name": "Отчество"}


@dataclass(frozen=True)
class Told:
    """How the records of a model are told of: what one is, the table that names its fields, fields beside them."""

    model: type[Record]
    title: str
    table: str = ""
    more: tuple[Column, ...] = ()


def _refers(key: str, label: str, sort: str) -> Column:
    return Column(key, label, attribute=key, refers=sort)


def _field(key: str, label: str, kind: Any = TEXT, choices: tuple[tuple[str, str], ...] = ()) -> Column:
    return Column(key, label, kind, attribute=key, choices=choices)


MOMENT = Kind("date", Filter.DATE, show=lambda at: f"{clock.local(at):%d.%m.%Y %H:%M}")

_REMOVED = _field("removed_at", "Удалён", MOMENT)
_ACTIVE = _field("active", "В работе", YES_NO, YES_NO_TITLES)
_COMPANY, _PERSON = _refers("company_id", "Компания", "companies"), _refers("person_id", "Физ. лицо", "people")
_COMMITTEE = _refers("committee_id", "Комитет", "committees")
_EVENT = _refers("event_id", "Мероприятие", "events")
_TYPE, _OWN = _refers("type_id", "Вид", "document_types"), _refers("field_id", "Поле", "own_fields")
_COMMENT = _field("comment", "Комментарий")
_DECISION = _field("state", "Решение", CHOICE, ANSWERS)

TOLD: dict[str, Told] = {
    told.model.__name__: told
    for told in (
        Told(Person, "Физ. лицо", "people", (*(_field(key, label) for key, label in NAMES.items()), _ACTIVE)),
        Told(Company, "Юр. лицо", "companies", (_ACTIVE,)),
        Told(
            Event,
            "Мероприятие",
            "events",
            (
                _ACTIVE,
                _field("moved_from", "Сначала назначалось на", PARTIAL_DATE),
                _field("cancelled_at", "Отменено", MOMENT),
                _field("cancel_reason", "Причина отмены"),
            ),
        ),
        Told(Venue, "Место проведения", "venues", (_ACTIVE,)),
        Told(
            Employment,
            "Место работы",
            more=(
                _COMPANY,
                _PERSON,
                _field("position", "Должность"),
                _field("is_director", "Директор", YES_NO, YES_NO_TITLES),
                _field("is_contact", "Контактное лицо", YES_NO, YES_NO_TITLES),
            ),
        ),
        Told(
            Membership,
            "Членство",
            "members",
            (
                _field("starts_on", "Начало срока", FULL_DATE),
                _field("suspended_from", "Приостановлено с", FULL_DATE),
                _field("suspended_until", "Приостановлено по", FULL_DATE),
                _field("left_on", "Не состоит с", FULL_DATE),
                _field("left_how", "Как выбыл", CHOICE, LEAVINGS),
                _field("state_override", "Статус, поставленный вручную", CHOICE, STATES),
                _field("override_note", "Причина статуса вручную"),
            ),
        ),
        Told(
            CommitteeSeat,
            "Место в комитете",
            more=(
                _COMMITTEE,
                _PERSON,
                _field("position", "Позиция в комитете", CHOICE, POSITIONS),
                _field("since", "С", PARTIAL_DATE),
                _field("until", "По", PARTIAL_DATE),
                _COMMENT,
            ),
        ),
        Told(CommitteeRequest, "Заявка в комитет", more=(_COMMITTEE, _PERSON, _DECISION, _field("answer", "Ответ"))),
        Told(Participation, "Участие", more=(_EVENT, _field("status", "Статус", CHOICE, STATUSES), _COMMENT)),
        Told(Speaker, "Спикер", "speakers"),
        Told(EventSpeaker, "Выступление", more=(_EVENT, _field("topic", "Тема"))),
        Told(DocumentReceipt, "Документ", more=(_TYPE, _field("received_on", "Поступил", PARTIAL_DATE))),
        Told(Document, "Файл документа", more=(_TYPE, _field("title", "Название"), _REMOVED)),
        Told(ExtraValue, "Другие сведения", more=(_OWN, _field("value", "Значение"))),
    )
}  # fmt: skip
"""By the entity of a change. What is not here is not told of."""


def fields_of(entity: str, actor: Actor) -> dict[str, Column]:
    """The fields of an entity the actor may see, by attribute: those without a label are nobody's business."""
    told = TOLD[entity]
    found = labelled(table_named(told.table), actor) if told.table else {}
    # «ФИО» is a column of three attributes, each of which is recorded by itself.
    found.pop("name" if told.model is Person else "", None)
    return {**{column.attribute or column.key: column for column in told.more}, **found}


def worded(column: Column, value: Any, called: Mapping[tuple[str, int], str]) -> str:
    """A value of the history as people read it."""
    if column.refers:
        return "" if value is None else called.get((column.refers, value), f"запись № {value} (удалена)")
    text = text_of(column, value)
    return column.titles.get(text, text)
