"""What a grid, a terminal or an export asks of a table, checked before any SQL is made of it."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import orjson

from services.errors import InvalidInput

PAGE_LIMIT = 1000
"""Most rows one request may ask for."""
EARLY = 2000
"""Rows before a page that still counts as an early one."""
IDS_LIMIT = 10_000
TEXT_LIMIT = 200
SORT_LIMIT = 5
CONDITION_LIMIT = 10
RELATED_LIMIT = 10
SET_LIMIT = 500
UNFIT = re.compile("[\0\ud800-\udfff]")
"""Signs no database takes: NUL, which also ends the text of a full-text query, and halves of a sign."""
DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


@dataclass(frozen=True)
class Condition:
    """One comparison of a column: operator, value, for ranges the upper value, for sets the values."""

    operator: str
    value: str | int | float | None = None
    upper: str | int | float | None = None
    members: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class ColumnFilter:
    """The conditions of one column, joined by «and» or «or»."""

    conditions: tuple[Condition, ...]
    any_of: bool = False


@dataclass(frozen=True)
class Related:
    """A condition on what a row's person or company is tied to; `relation` is a name of services.tables.related."""

    relation: str
    values: Mapping[str, str | int | tuple[str, ...]] = field(default_factory=dict)
    opposite: bool = False


@dataclass(frozen=True)
class Query:
    """A checked request.

    `pick` holds hidden columns that must equal a number, `related` conditions on what rows are tied to; `ids` narrows
    to these rows, `without` leaves rows out, `remarked` keeps those with open remarks,
    `retired` shows the deactivated rows instead of the others. With an `event` the rows of people and companies have
    the column «Приглашён».
    """

    filters: Mapping[str, ColumnFilter] = field(default_factory=dict)
    sort: tuple[tuple[str, bool], ...] = ()
    search: str = ""
    pick: Mapping[str, int] = field(default_factory=dict)
    related: tuple[Related, ...] = ()
    ids: tuple[int, ...] | None = None
    without: tuple[int, ...] = ()
    remarked: bool = False
    retired: bool = False
    event: int | None = None
    start: int = 0
    end: int = 100
    count_later: bool = False

    @property
    def is_plain_page(self) -> bool:
        """Whether it asks for an early page of a whole table by at most one column: a short walk along an index."""
        narrowed = (
            self.filters or self.search or self.pick or self.related or self.without or self.remarked or self.retired
        )
        return not narrowed and self.ids is None and self.count_later and len(self.sort) <= 1 and self.start <= EARLY


def parse_query(raw: object) -> Query:
    """A `Query` from JSON text or a decoded object as AG Grid sends it.

    Keys, all optional: startRow, endRow, filterModel, sortModel, search, picker, related, ids, without, remarked (true:
    only rows with open remarks), retired (true: only deactivated rows), event (its number: the column «Приглашён»),
    total («later»: do not count).
    Raises `InvalidInput` with a sentence for anything else.
    """
    if isinstance(raw, str | bytes):
        try:
            raw = orjson.loads(raw or "{}")
        except ValueError as error:
            raise InvalidInput("Запрос не разобран: это не JSON.") from error
    if not isinstance(raw, dict):
        raise InvalidInput("Запрос должен быть объектом JSON.")
    start, end = _whole(raw.get("startRow", 0), "startRow"), _whole(raw.get("endRow", 100), "endRow")
    if not 0 <= start < end:
        raise InvalidInput("Границы строк указаны неверно.")
    if end - start > PAGE_LIMIT:
        raise InvalidInput(f"За один раз можно получить не больше {PAGE_LIMIT} строк.")
    search = raw.get("search") or ""
    if not isinstance(search, str) or len(search) > TEXT_LIMIT:
        raise InvalidInput(f"Строка поиска длиннее {TEXT_LIMIT} знаков.")
    _fit(search)
    return Query(
        filters=parse_filters(raw.get("filterModel") or {}),
        sort=_sort(raw.get("sortModel") or []),
        search=search,
        pick=_pick(raw.get("picker") or {}),
        related=_related(raw.get("related") or []),
        ids=_ids(raw.get("ids")),
        without=_ids(raw.get("without")) or (),
        remarked=raw.get("remarked") is True,
        retired=raw.get("retired") is True,
        event=None if raw.get("event") is None else _whole(raw["event"], "event"),
        start=start,
        end=end,
        count_later=raw.get("total") == "later",
    )


def parse_selection(raw: object) -> Query:
    """A `Query` from what a grid calls its selection.

    {"mode": "ids", "ids": […]} or {"mode": "found", "query": {…}, "except": […]}.
    """
    if not isinstance(raw, dict):
        raise InvalidInput("Выбор строк не разобран.")
    if raw.get("mode") == "ids":
        return Query(ids=_ids(raw.get("ids") or []))
    if raw.get("mode") == "found":
        return replace(parse_query(raw.get("query") or {}), without=_ids(raw.get("except")) or ())
    raise InvalidInput("Выбор строк не разобран.")


def parse_filters(model: object) -> dict[str, ColumnFilter]:
    """AG Grid's filterModel: {column: {filterType, type, filter…} or {operator, conditions: […]}}."""
    if not isinstance(model, dict):
        raise InvalidInput("Фильтр должен быть объектом JSON.")
    return {str(key): _column_filter(wanted) for key, wanted in model.items()}


def _column_filter(wanted: object) -> ColumnFilter:
    if not isinstance(wanted, dict):
        raise InvalidInput("Фильтр колонки должен быть объектом JSON.")
    if "conditions" not in wanted:
        return ColumnFilter((_condition(wanted),))
    parts = wanted["conditions"]
    if not isinstance(parts, list) or not 0 < len(parts) <= CONDITION_LIMIT:
        raise InvalidInput(f"В фильтре колонки может быть от одного до {CONDITION_LIMIT} условий.")
    if wanted.get("operator") not in ("AND", "OR"):
        raise InvalidInput("Условия фильтра соединяются словом AND или OR.")
    return ColumnFilter(tuple(_condition(part) for part in parts), any_of=wanted["operator"] == "OR")


def _condition(wanted: object) -> Condition:
    if not isinstance(wanted, dict):
        raise InvalidInput("Условие фильтра должно быть объектом JSON.")
    if wanted.get("filterType") == "set" or "values" in wanted:
        members = wanted.get("values")
        if not isinstance(members, list) or len(members) > SET_LIMIT:
            raise InvalidInput("В фильтре по набору нет списка значений.")
        if not all(member is None or isinstance(member, str) for member in members):
            raise InvalidInput("Значения набора должны быть строками.")
        return Condition("set", members=tuple(members))
    operator = wanted.get("type")
    if not isinstance(operator, str):
        raise InvalidInput("В условии фильтра не указано сравнение.")
    lower, upper = ("dateFrom", "dateTo") if "dateFrom" in wanted else ("filter", "filterTo")
    return Condition(operator, _scalar(wanted.get(lower)), _scalar(wanted.get(upper)))


def _scalar(value: object) -> str | int | float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise InvalidInput("Значение фильтра должно быть строкой или числом.")
    if isinstance(value, str) and len(value) > TEXT_LIMIT:
        raise InvalidInput(f"Значение фильтра длиннее {TEXT_LIMIT} знаков.")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput("Значение фильтра должно быть конечным числом.")
    if isinstance(value, str):
        _fit(value)
    return value


def _fit(text: str) -> None:
    if UNFIT.search(text):
        raise InvalidInput("В тексте для поиска есть непечатаемые знаки.")


def as_day(value: object, label: str) -> str:
    """A filter's day, «2024-01-10» or a cut one; AG Grid may add a time."""
    text = str(value or "").split(" ")[0].split("T")[0]
    if not DAY.fullmatch(text):
        raise InvalidInput(f"Дата в фильтре «{label}» не разобрана: {value}.")
    return text


def as_number(value: object, label: str) -> int | float:
    """A filter's number; text of a number will do."""
    try:
        number = float(value) if isinstance(value, int | float | str) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or abs(number) > 1e15:
        raise InvalidInput(f"Число в фильтре «{label}» не разобрано: {value}.")
    return int(number) if number.is_integer() else number


def _sort(model: object) -> tuple[tuple[str, bool], ...]:
    if not isinstance(model, list) or len(model) > SORT_LIMIT:
        raise InvalidInput(f"Сортировать можно не больше чем по {SORT_LIMIT} колонкам.")
    order = []
    for item in model:
        if (
            not isinstance(item, dict)
            or item.get("sort") not in ("asc", "desc")
            or not isinstance(item.get("colId"), str)
        ):
            raise InvalidInput("Сортировка указана неверно.")
        order.append((item["colId"], item["sort"] == "desc"))
    return tuple(order)


def _pick(model: object) -> dict[str, int]:
    if not isinstance(model, dict):
        raise InvalidInput("Выбор над таблицей указан неверно.")
    return {str(key): _whole(value, str(key)) for key, value in model.items() if value is not None}


def _related(model: object) -> tuple[Related, ...]:
    """[{"relation": name, "not": true, "values": {parameter: number, text or list of texts}}]."""
    if not isinstance(model, list) or len(model) > RELATED_LIMIT:
        raise InvalidInput(f"Условий может быть не больше {RELATED_LIMIT}.")
    found = []
    for item in model:
        values = item.get("values") or {} if isinstance(item, dict) else None
        if not isinstance(values, dict) or not isinstance(item.get("relation"), str):
            raise InvalidInput("Условие указано неверно.")
        checked = {str(key): _related_value(value) for key, value in values.items() if value is not None}
        found.append(Related(item["relation"], checked, item.get("not") is True))
    return tuple(found)


def _related_value(value: object) -> str | int | tuple[str, ...]:
    if isinstance(value, list) and len(value) <= SET_LIMIT and all(isinstance(member, str) for member in value):
        return tuple(value)
    if isinstance(value, int):
        return _whole(value, "условие")
    if not isinstance(value, str) or len(value) > TEXT_LIMIT:
        raise InvalidInput("Значение условия указано неверно.")
    return value


def _ids(model: object) -> tuple[int, ...] | None:
    if model is None:
        return None
    if not isinstance(model, list) or len(model) > IDS_LIMIT:
        raise InvalidInput(f"Перечислить можно не больше {IDS_LIMIT} строк.")
    return tuple(_whole(value, "ids") for value in model)


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**53:
        raise InvalidInput(f"Значение «{name}» должно быть целым числом.")
    return value
