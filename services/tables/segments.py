"""Segments: a filter over a table kept under a name, for its owner alone or for everybody.

What a segment finds is always asked by somebody and shows what they may see: a filter over a column that is hidden from
them is refused in words and never counted. Built-in ones stand in segments_built_in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, func, or_, true, update
from sqlmodel import Session, col, select

from models import Account, ReminderRule, Segment
from services.access.permissions import SYSTEM, Actor, Permission, requires
from services.directory.committees import committee_choices
from services.errors import DomainError, InvalidInput, NotAllowed, NotFound
from services.tables.invited import columns_of
from services.tables.query import Query, parse_query
from services.tables.registry import TABLES, table_named
from services.tables.rows import count, make_scope, numbers_of
from services.tables.workbook import COMMITTEE_ID
from services.values import clean_text, fold

NAME_LIMIT = 80
QUERY_LIMIT = 20_000
PARTS = ("filterModel", "search", "picker", "related", "sortModel", "remarked", "event")
"""What of a grid's question makes a segment; numbers of rows do not."""

ICONS = (
    "bookmark", "star", "flag", "group", "groups", "person_add",
    "apartment", "domain_add", "workspace_premium", "gavel", "mic", "school",
    "event", "event_busy", "event_available", "autorenew", "payments", "description",
    "mail", "call", "campaign", "cake", "handshake", "do_not_disturb_on",
    "priority_high", "place",
)  # fmt: skip
"""Material symbols to choose from."""


@dataclass(frozen=True)
class SegmentLine:
    """A segment as `actor` sees it: `may_change` its name and filter; `owner` is «» for built-in ones.

    `problem` says why it cannot be opened; `total` is how many rows it finds, None where nobody counted.
    """

    id: int
    name: str
    table: str
    query: dict[str, Any]
    icon: str
    shared: bool
    code: str
    owner: str
    is_own: bool
    may_change: bool
    active: bool
    version: int
    problem: str = ""
    total: int | None = None

    @property
    def seen_by(self) -> str:
        """Who sees it, in words."""
        return "видят все" if self.shared or self.code else "только вы"


@dataclass(frozen=True)
class Audience:
    """The different people and companies a segment means, by number."""

    people: tuple[int, ...] = ()
    companies: tuple[int, ...] = ()


@requires(Permission.BASE_READ)
def menu(session: Session, actor: Actor) -> tuple[SegmentLine, ...]:
    """The segments of the actor's navigation, in order: one query, nothing checked and nothing counted."""
    return tuple(_line(actor, *row) for row in _rows(session, actor, col(Segment.active).is_(True)))


@requires(Permission.BASE_READ)
def list_segments(session: Session, actor: Actor) -> tuple[SegmentLine, ...]:
    """Every segment the actor may see, hidden ones too, with counts or the reason there is none."""
    return tuple(_examined(session, actor, *row) for row in _rows(session, actor))


@requires(Permission.BASE_READ)
def segments_named(session: Session, actor: Actor, name: str) -> tuple[SegmentLine, ...]:
    """The segments the actor sees under a name, letter case aside; nothing checked and nothing counted."""
    wanted = fold(name)
    return tuple(_line(actor, *row) for row in _rows(session, actor) if fold(row[0].name) == wanted)


@requires(Permission.BASE_READ)
def open_segment(session: Session, actor: Actor, segment_id: int) -> SegmentLine:
    """One segment, its filter checked, not counted. Raises `NotFound`."""
    segment, owner = _found(session, actor, segment_id)
    return _line(actor, segment, owner, _problem(session, actor, segment))


@requires(Permission.BASE_READ)
def segment_query(session: Session, actor: Actor, segment_id: int) -> Query:
    """What the segment asks of its table, checked for the actor. Raises `InvalidInput` when it fits no more."""
    segment, _ = _found(session, actor, segment_id)
    if problem := _problem(session, actor, segment):
        raise InvalidInput(problem)
    return parse_query(segment.query)


@requires(Permission.BASE_READ)
def count_segment(session: Session, actor: Actor, segment_id: int) -> int:
    """How many rows the segment finds for the actor."""
    segment, _ = _found(session, actor, segment_id)
    return count(session, actor, segment.table_name, segment_query(session, actor, segment_id))


@requires(Permission.BASE_READ)
def party_ids(session: Session, actor: Actor, segment_id: int) -> Audience:
    """Whom the segment means: a member is its person or company, a seat in a committee its person.

    Raises `InvalidInput` for a table whose rows are neither, and for a filter that fits no more.
    """
    query = segment_query(session, actor, segment_id)
    segment, _ = _found(session, actor, segment_id)
    table = table_named(segment.table_name)
    if not table.subjects:
        raise InvalidInput(f"Сегмент «{segment.name}» отбирает не людей и не компании: таблица «{table.title}».")
    found = {kind: numbers_of(session, actor, table.name, query, key) for kind, key in table.subjects.items()}
    return Audience(found.get("person", ()), found.get("company", ()))


@requires(Permission.BASE_READ)
def create(
    session: Session,
    actor: Actor,
    table: str,
    name: str,
    query: object,
    icon: str = "bookmark",
    *,
    shared: bool = False,
) -> int:
    """Keep a filter of `table` under a name; the number of the segment. Sharing takes the right to edit the base."""
    if actor.account_id is None:
        raise InvalidInput("Сегмент принадлежит сотруднику: войдите под своей учётной записью.")
    last = session.exec(select(func.max(Segment.place))).one() or 0
    segment = Segment(
        table_name=table_named(table).name,
        query=_kept(session, actor, table, query),
        owner_id=actor.account_id,
        place=last + 1,
        **_title(actor, name, icon, shared=shared),
    )
    session.add(segment)
    session.flush()
    assert segment.id is not None
    return segment.id


@requires(Permission.BASE_READ)
def edit(session: Session, actor: Actor, segment_id: int, seen: int, name: str, icon: str, *, shared: bool) -> None:
    """Change name, icon and who sees it; `seen` is the version that was opened. Built-in ones stay shared."""
    segment = _changeable(session, actor, segment_id, seen)
    if segment.owner_id != actor.account_id and not segment.code and not shared:
        raise InvalidInput("Сегмент создал другой сотрудник: скрыть его от остальных может только автор.")
    fields = _title(actor, name, icon, shared=shared)
    segment.name, segment.icon, segment.shared = fields["name"], fields["icon"], shared or bool(segment.code)


@requires(Permission.BASE_READ)
def save_filter(session: Session, actor: Actor, segment_id: int, seen: int, query: object) -> None:
    """Let the segment mean what `query` finds from now on. The filters of built-in ones are fixed."""
    segment = _changeable(session, actor, segment_id, seen)
    if segment.code:
        raise InvalidInput("Условия встроенного сегмента не меняются. Сохраните их как новый сегмент.")
    # Its forecast was seen for those the segment meant then.
    enabled = select(ReminderRule.name).where(ReminderRule.segment_id == segment_id, col(ReminderRule.enabled))
    if (used_by := session.exec(enabled).first()) is not None:
        said = f"По этому сегменту сейчас отправляется напоминание «{used_by}»."
        raise InvalidInput(f"{said} Выключите его, измените условия и посмотрите прогноз заново.")
    segment.query = _kept(session, actor, segment.table_name, query)


@requires(Permission.BASE_READ)
def copy(session: Session, actor: Actor, segment_id: int) -> int:
    """A private copy for the actor; its number."""
    segment, _ = _found(session, actor, segment_id)
    name = f"{segment.name} (копия)"[:NAME_LIMIT]
    return create(session, actor, segment.table_name, name, orjson.loads(segment.query), segment.icon)


@requires(Permission.BASE_READ)
def delete(session: Session, actor: Actor, segment_id: int) -> None:
    """Delete a segment; a built-in one can only be hidden."""
    segment = _changeable(session, actor, segment_id)
    if segment.code:
        raise InvalidInput("Встроенный сегмент не удаляется, его можно скрыть из меню.")
    # Without its audience a rule would write to everybody.
    used_by = session.exec(select(ReminderRule.name).where(ReminderRule.segment_id == segment_id)).first()
    if used_by is not None:
        said = f"Для этого сегмента работает напоминание «{used_by}»."
        raise InvalidInput(f"{said} Сначала выберите в нём другой сегмент.")
    session.delete(segment)


@requires(Permission.BASE_READ)
def show_in_menu(session: Session, actor: Actor, segment_id: int, *, shown: bool) -> None:
    """Put a segment into the navigation or take it out, for everybody who sees it."""
    _changeable(session, actor, segment_id).active = shown


@requires(Permission.BASE_READ)
def reorder(session: Session, actor: Actor, ids: Sequence[int]) -> None:
    """Put the segments the actor sees into the order of `ids`.

    The order is one for all, so segments the actor may not change have to keep theirs among themselves.
    """
    seen = [segment for segment, _ in _rows(session, actor)]
    if sorted(ids) != sorted(number for segment in seen if (number := segment.id) is not None):
        raise InvalidInput("Список сегментов изменился. Откройте страницу заново.")
    fixed = [segment.id for segment in seen if not _may_change(actor, segment)]
    if [number for number in ids if number in set(fixed)] != fixed:
        raise NotAllowed(Permission.SEGMENTS_MANAGE)
    places = session.exec(select(Segment.id, Segment.place).order_by(*_ORDER)).all()
    wanted, mine = iter(ids), set(ids)
    # Without a version and without history: where a line stands in a menu is no change of the segment.
    statement = update(Segment)
    for place, (number, before) in enumerate(places, start=1):
        moved = next(wanted) if number in mine else number
        if moved != number or before != place:
            session.connection().execute(statement.where(col(Segment.id) == moved).values(place=place))
    session.expire_all()


_ORDER = (col(Segment.place), col(Segment.id))


def _visible(actor: Actor) -> ColumnElement[bool]:
    if actor == SYSTEM:
        return true()
    return or_(col(Segment.shared).is_(True), col(Segment.code).is_not(None), col(Segment.owner_id) == actor.account_id)


def _rows(session: Session, actor: Actor, *wanted: ColumnElement[bool]) -> list[tuple[Segment, str]]:
    statement = select(Segment, Account.name).outerjoin(Account, col(Account.id) == col(Segment.owner_id))
    found = session.exec(statement.where(_visible(actor), *wanted).order_by(*_ORDER))
    return [(segment, owner or "") for segment, owner in found]


def _found(session: Session, actor: Actor, segment_id: int) -> tuple[Segment, str]:
    found = _rows(session, actor, col(Segment.id) == segment_id)
    if not found:
        raise NotFound("Такого сегмента нет: его удалили, или его видит только автор.")
    return found[0]


def _may_change(actor: Actor, segment: Segment) -> bool:
    is_own = segment.owner_id is not None and segment.owner_id == actor.account_id
    return is_own or actor.may(Permission.SEGMENTS_MANAGE)


def _changeable(session: Session, actor: Actor, segment_id: int, seen: int | None = None) -> Segment:
    segment, _ = _found(session, actor, segment_id)
    if not _may_change(actor, segment):
        raise NotAllowed(Permission.SEGMENTS_MANAGE)
    if seen is not None and segment.version != seen:
        raise DomainError("Сегмент только что изменил другой сотрудник. Откройте его заново.")
    return segment


def _line(actor: Actor, segment: Segment, owner: str, problem: str = "", total: int | None = None) -> SegmentLine:
    assert segment.id is not None
    is_own = segment.owner_id is not None and segment.owner_id == actor.account_id
    return SegmentLine(
        id=segment.id,
        name=segment.name,
        table=segment.table_name,
        query=orjson.loads(segment.query),
        icon=segment.icon,
        shared=segment.shared,
        code=segment.code or "",
        owner=owner,
        is_own=is_own,
        may_change=_may_change(actor, segment),
        active=segment.active,
        version=segment.version,
        problem=problem,
        total=total,
    )


def _examined(session: Session, actor: Actor, segment: Segment, owner: str) -> SegmentLine:
    problem = _problem(session, actor, segment)
    total = None if problem else count(session, actor, segment.table_name, parse_query(segment.query))
    return _line(actor, segment, owner, problem, total)


def _problem(session: Session, actor: Actor, segment: Segment) -> str:
    """Why the segment cannot be read by the actor; «» when it can."""
    if segment.table_name not in TABLES:
        return "Таблицы этого сегмента больше нет. Его можно удалить."
    try:
        _check(session, actor, segment.table_name, parse_query(segment.query))
    except InvalidInput as error:
        return str(error) if isinstance(error, Concealed) else f"Условия сегмента больше не подходят. {error}"
    return ""


class Concealed(InvalidInput):
    """The filter goes by a column the actor may not see."""


def _check(session: Session, actor: Actor, name: str, query: Query) -> None:
    """Raise `InvalidInput` unless the actor may ask `query` of the table."""
    table = table_named(name)
    visible = columns_of(table, actor, query)
    for column in table.columns:
        asked = column.key in query.filters or any(column.key == key for key, _ in query.sort)
        if asked and column.key not in visible:
            raise Concealed(f"Сегмент отбирает или сортирует по колонке, закрытой для вас: «{column.label}».")
    unknown = [key for key, _ in query.sort if key not in visible]
    if unknown:
        raise InvalidInput(f"В таблице «{table.title}» нет колонки для сортировки: {unknown[0]}.")
    picked = query.pick.get(COMMITTEE_ID)
    if picked is not None and picked not in dict(committee_choices(session, actor)):
        raise InvalidInput("Комитета, который выбран в сегменте, больше нет.")
    make_scope(session.connection(), actor, table, query)


def _kept(session: Session, actor: Actor, table: str, query: object) -> str:
    """The part of a grid's question that makes a segment, as JSON text, checked for the actor."""
    if not isinstance(query, Mapping):
        raise InvalidInput("Условия сегмента не разобраны.")
    if query.get("ids"):
        raise InvalidInput("Сейчас показана запись по ссылке. Сбросьте фильтры и отберите строки по условиям.")
    kept = {part: query[part] for part in PARTS if query.get(part)}
    _check(session, actor, table, parse_query(kept))
    text = orjson.dumps(kept).decode()
    if len(text) > QUERY_LIMIT:
        raise InvalidInput("Условий слишком много, чтобы сохранить их как сегмент.")
    return text


def _title(actor: Actor, name: str, icon: str, *, shared: bool) -> dict[str, Any]:
    clean = clean_text(name).value or ""
    if not clean:
        raise InvalidInput("Назовите сегмент.", {"name": "Укажите название."})
    if len(clean) > NAME_LIMIT:
        raise InvalidInput(f"Название длиннее {NAME_LIMIT} знаков.", {"name": "Слишком длинное название."})
    if icon not in ICONS:
        raise InvalidInput("Такого значка нет в списке.")
    if shared:
        actor.require(Permission.BASE_EDIT)
    return {"name": clean, "icon": icon, "shared": shared}
