"""Why a sheet is no register, by what it looks like: a price list, a report, a timetable, plain text."""

import re
from collections.abc import Mapping, Sequence, Set

from services.imports.contents import SAMPLED_ROWS, Profile
from services.imports.finding import Area, is_card
from services.imports.headings import words
from services.values.cleaned import shown as quoted
from services.values.plain import as_text

_PRICE = re.compile(
    r"\b(?:артикул|цен[аы]|остат(?:ок|ки)|ед изм|единица измерения|прайс|стоимость|скидка|товар\w*"
    r"|номенклатура|штрихкод|штрих код|sku"
    r"|price|баркод|упаковка|розниц\w*|опт|оптовая|ндс|кол ?во|количество|бренд|марка|наличие|склад\w*)\b"
)
_PRICED = re.compile(
    r"\b(?:артикул|цен[аы]|прайс|ед изм|единица измерения|sku|price|номенклатура|товар\w*|штрихкод|стоимость)\b"
)
_REPORT = re.compile(
    r"\b(?:сальдо|дебет|кредит|дт|кт|оборот\w*|выручк\w*|прибыл\w*|убыт\w*|план|факт|отклонени\w*"
    r"|показател\w*|статья|статьи|код строки"
    r"|назначение платежа|номер документа|вид операции|дата операции|^сумма(?: руб\w*)?$|начислен\w*|остаток на"
    r"|удельный вес|доля|итого|общий итог|названия строк|названия столбцов|сумма по полю"
    r"|количество по полю|период|квартал\w*|баланс|смета|январ[ья]|феврал[ья]|марта?|апрел[ья]|ма[йя]|июн[ья]|июл[ья]"
    r"|августа?|сентябр[ья]|октябр[ья]|ноябр[ья]|декабр[ья])\b"
)
_TIMETABLE = re.compile(
    r"\b(?:понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|пн|вт|ср|чт|пт|сб|вс|пара|урок"
    r"|аудитория|предмет|время)\b"
)
_WHEN = re.compile(
    r"^(?:дата|date|период|месяц|день)(?: (?:и время|сделк|продаж|заказ|операц|отгруз|документ|счет|создан|заявк"
    r"|реализ|платеж|поступлен)\w*)*$"
)
_DEAL = re.compile(
    r"сделк|\bзаказ(?!чик)|\bсчет|накладн|отгруз|продаж|\bстадия|способ оплаты|\bприход|\bрасход|\bчек\b"
    r"|\binvoice|\border"
)
_MONEY = re.compile(r"^(?:сумма|стоимость|выручка|оборот|к оплате|оплачено|приход|расход|amount|total|revenue|sum)\b")
_CLIENT = re.compile(r"^(?:клиент|покупатель|заказчик|customer|client)\b")
_OF_CLIENTS = frozenset({"workplace", "company"})
_DATED = frozenset({"fee_amount", "paid_on", "ends_on", "starts_on"})
"""Keys of registers in which sums and dates are in their place."""
_YEAR = re.compile(r"(?:19|20)\d\d(?: год)?")
_TITLE = re.compile(r"\b(?:отчет\w*|баланс|ведомость|смета|расписание|прайс\w*|сводн\w*|оборотно|акт сверки)\b")
UNKNOWN = "не нашлось строки с заголовками, знакомыми программе"
TELLING = frozenset(
    {
        "phone",
        "email",
        "inn",
        "ogrn",
        "requisites",
        "kpp",
        "site",
        "director",
        "contact",
        "legal_address",
        "passport",
        "birth_date",
        "workplace",
        "company",
        "position",
        "position_in_company",
        "speakers",
        "format",
        "partner",
        "topics",
        "committee",
    }
)
"""Keys a price list or a report has no columns for."""


def looks_like(headings: Sequence[str], keys: Set[str]) -> str:
    """What the columns look like, as a reason for not loading them; "" for a register. `keys` are those recognised."""
    if keys & (TELLING - _OF_CLIENTS if any(_CLIENT.search(words(heading)) for heading in headings) else TELLING):
        return ""
    if deals := _deals(headings, keys):
        return f"похоже на список продаж или платежей: колонки {_listed(deals)}"
    if keys & TELLING:
        return ""
    for pattern, what in ((_PRICE, "прайс-лист"), (_REPORT, "отчёт"), (_TIMETABLE, "расписание")):
        named = [heading for heading in headings if pattern.search(words(heading))]
        if len(named) > 1 and (pattern is not _PRICE or any(_PRICED.search(words(heading)) for heading in named)):
            return f"похоже на {what}: колонки {_listed(named)}"
    years = [heading for heading in headings if _YEAR.fullmatch(words(heading))]
    return f"похоже на отчёт по годам: колонки {_listed(years)}" if len(years) > 1 else ""


def _deals(headings: Sequence[str], keys: Set[str]) -> list[str]:
    """Headings of sums, and of when or for what: their rows are deals, in which the same client comes again."""
    sums = [heading for heading in headings if _MONEY.search(words(heading))]
    others = [h for h in headings if h not in sums and (_WHEN.search(words(h)) or _DEAL.search(words(h)))]
    return [*others, *sums] if sums and others and not keys & _DATED else []


def without_heading(area: Area, profiles: Mapping[int, Profile]) -> str:
    """Why nothing was found in a sheet that has no heading one knows."""
    rows = [[value for value in area.sheet.rows[number] if value is not None] for number in area.numbers[:SAMPLED_ROWS]]
    worded = ([as_text(value) for value in row] for row in rows[:10] if len(row) > 1 and isinstance(row[0], str))
    if unlike := looks_like(next(worded, []), set()):
        return unlike
    if is_card(area.sheet, area.numbers):
        return "похоже на карточку или памятку: названия полей стоят друг под другом, а не в строке"
    titles = [as_text(row[0]) for row in rows[:5] if len(row) == 1]
    if title := next((title for title in titles if _TITLE.search(words(title))), ""):
        return f"похоже на отчёт: на листе написано {quoted(title)}"
    if sum(len(row) < 2 for row in rows) >= 0.8 * len(rows):
        return "только текст без таблицы"
    if 2 * sum(p.counts["number"] for p in profiles.values()) > sum(p.filled for p in profiles.values()):
        return "похоже на отчёт: почти одни числа"
    return UNKNOWN


def _listed(headings: Sequence[str]) -> str:
    return ", ".join(quoted(heading) for heading in headings[:4])
