"""What a record holds beside the columns of its table: shown on its card, edited in its form, named in its history."""

from models import EventKind
from services.access.permissions import Actor, Permission
from services.events.words import KIND_TITLES
from services.tables.columns import YES_NO_TITLES, Column, Table
from services.tables.kinds import CHOICE, COUNT, INTEGER, PARTIAL_DATE, SITE, TEXT, TIME, YES_NO

MORE = "Дополнительно"

KINDS = tuple((kind.value, title) for kind, title in KIND_TITLES.items() if kind is not EventKind.COURSE)

_RESPONSIBLE = Column("responsible_id", "Ответственное лицо", group=MORE, attribute="responsible_id", refers="managers")
_COMMENT = Column("comment", "Комментарий", group=MORE, attribute="comment")
_OF_PARTY = (
    Column("member_since", "В НАУЗ с", PARTIAL_DATE, group=MORE, attribute="member_since"),
    _RESPONSIBLE,
    Column(
        "do_not_disturb", "Не беспокоить", YES_NO, group=MORE, attribute="do_not_disturb", choices=YES_NO_TITLES,
        required=True,
    ),
    _COMMENT,
)  # fmt: skip
_OF_EVENT = (
    Column("ends_on", "Дата окончания", PARTIAL_DATE, group=MORE, attribute="ends_on"),
    Column("start_time", "Время начала", TIME, group=MORE, attribute="start_time"),
    Column("end_time", "Время окончания", TIME, group=MORE, attribute="end_time"),
    Column("venue_id", "Место проведения", group=MORE, attribute="venue_id", refers="venues"),
    Column("url", "Ссылка на трансляцию", SITE, group=MORE, attribute="url"),
    Column("capacity", "Количество мест", COUNT, group=MORE, attribute="capacity"),
    Column("committee_id", "Комитет", group=MORE, attribute="committee_id", refers="committees"),
    _RESPONSIBLE,
    Column("invited_stated", "Приглашены по прежним записям", INTEGER, group=MORE, attribute="invited_stated"),
    Column("attended_stated", "Участвовали по прежним записям", INTEGER, group=MORE, attribute="attended_stated"),
)

DETAILS: dict[str, tuple[Column, ...]] = {
    "people": (
        Column("degree", "Учёная степень", group=MORE, attribute="degree"),
        Column("city", "Город", group=MORE, attribute="city"),
        Column("position", "Должность со слов", group=MORE, attribute="position"),
        *_OF_PARTY,
    ),
    "companies": (Column("kpp", "КПП", TEXT, group=MORE, attribute="kpp"), *_OF_PARTY),
    "events": (
        Column("kind", "Вид", CHOICE, group=MORE, attribute="kind", choices=KINDS, required=True),
        *_OF_EVENT,
    ),
    "courses": _OF_EVENT,
    "venues": (
        Column("partner_id", "Партнёр", group=MORE, attribute="partner_id", refers="companies"),
        Column("contact_id", "Контактное лицо", group=MORE, attribute="contact_id", refers="people"),
        _RESPONSIBLE,
    ),
}
"""By table, in the order of the form."""

OWNERS: dict[str, Column] = {
    "speakers": Column("person_id", "ФИО", attribute="person_id", refers="people", required=True, permission=Permission.BASE_READ),
}  # fmt: skip
"""Whose the record is: asked when it is made, not changed later."""


def details(table: Table) -> tuple[Column, ...]:
    """The details of a table's record that have no column yet."""
    told = {column.attribute for column in table.columns}
    return tuple(column for column in DETAILS.get(table.name, ()) if column.attribute not in told)


def form_columns(table: Table, actor: Actor, *, new: bool = False) -> dict[str, Column]:
    """The columns `actor` may fill in the form of a row, by key; of a new one its owner too."""
    if not actor.may(Permission.BASE_EDIT):
        return {}
    owner = [OWNERS[table.name]] if new and table.name in OWNERS else []
    more = [column for column in details(table) if actor.may(column.permission)]
    found = {column.key: column for column in (*owner, *table.editable(actor).values())}
    # A computed column of the table may have the key of a detail: «Должность» of the companies and by own words.
    found.update({(c.key if c.key not in found else f"own_{c.key}"): c for c in more})
    return found


def labelled(table: Table, actor: Actor) -> dict[str, Column]:
    """The columns `actor` may see by the attribute of the record they hold: what a change is named by."""
    columns = (*table.visible(actor).values(), *details(table))
    return {column.attribute: column for column in columns if column.attribute and actor.may(column.permission)}
