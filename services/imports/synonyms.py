"""What a heading means wherever it stands, and what that meaning is called in each table.

Names that a column has in one table only stand in its declaration (`Column.headings`); those win over these rules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from services.imports.headings import is_mark, words
from services.tables.columns import RECORD_KEY, RECORD_KEY_HEADING
from services.values import fold


@dataclass(frozen=True)
class Pseudo:
    """A key a column may have besides the keys of its table: what it is called, which tables read it."""

    label: str
    tables: tuple[str, ...]


_NAMED = ("people", "committees", "chairs", "speakers")
_PARTIES = ("companies", "members")
PSEUDO: dict[str, Pseudo] = {
    "last_name": Pseudo("Фамилия", _NAMED),
    "first_name": Pseudo("Имя", _NAMED),
    "middle_name": Pseudo("Отчество", _NAMED),
    "legal_form": Pseudo("Организационно-правовая форма", _PARTIES),
    "party_type": Pseudo("Юр. или физ. лицо", _PARTIES),
    "inn": Pseudo("ИНН", ("members",)),
    "ogrn": Pseudo("ОГРН", ("members",)),
    "kpp": Pseudo("КПП", _PARTIES),
    "requisites": Pseudo("ОГРН / ИНН", ("companies",)),
    "director": Pseudo("Руководитель", ("members",)),
    "committee": Pseudo("Комитет", ("people", "committees")),
    RECORD_KEY: Pseudo(RECORD_KEY_HEADING, (*_NAMED, *_PARTIES, "events", "courses", "venues")),
}
"""Keys for what people's files have in columns of its own and the tables have not."""

SHARED = frozenset({"phone", "email"})
"""Keys several columns may have: work, mobile and other phones."""


@dataclass(frozen=True)
class Meaning:
    """What a heading means, and how surely (1 by its words, less when it says so by the way)."""

    name: str
    sure: float = 1.0


def _rule(
    name: str, pattern: str, unless: str = "", sure: float = 1.0
) -> tuple[Meaning, re.Pattern[str], re.Pattern[str] | None]:
    return Meaning(name, sure), re.compile(pattern), re.compile(unless) if unless else None


_ORG = (
    r"(?:организац|компани|предприят|фирм|контрагент|партнер|partner|член|учрежден|юридическ|юл\b|заявител"
    r"|клиник|получател"
    r"|поставщик|обществ|клиент|застройщик|лицензиат|застрахован|работодател|эмитент|субъект|оператор"
    r"|company|organi[sz]ation|account|операторск)"
)
_NOT_ITSELF = (
    r"\b(?:дата|даты|согласи\w*|подтвержд\w*|проверк\w*|код|тип|вид|статус|рассылк\w*|количество|наличие"
    r"|причина|тариф\w*|модель|производитель"
    r"|стоимость|сумма|цена|last call|пароль)\b"
)
NOBODY = Meaning("")
"""The meaning of headings no table has a column for, though a later rule or their contents would find one."""

_RULES = (
    _rule(RECORD_KEY, rf"^{fold(RECORD_KEY_HEADING)}$"),
    _rule("phone", r"\bтелефон\w* (?:и |или )?факс\b|\bфакс (?:и |или )?телефон\b|\btel fax\b"),
    _rule(
        "",
        r"\b(?:факс\w*|fax|пейджер\w*|pager|icq|skype|jabber|msn|im other|друг\w* контакт|facebook|livejournal"
        r"|twitter|instagram|вконтакте|vk|страница)\b",
    ),
    _rule(
        "",
        r"\b(?:отметка времени|timestamp|логотип|валюта|бик|банк\w*|расчетный счет|окпо|окато|октмо|оквэд"
        r"|created|modified|дата создания|дата изменения)\b",
    ),
    _rule("requisites", r"\bинн\b.*\b(?:огрн\w*|кпп)\b|\bогрн\w*\b.*\bинн\b|\bкпп\b.*\bинн\b|^реквизиты$"),
    _rule(
        "inn",
        r"\bинн\b|\binn\b|идентификационн\w* номер\w* налог|^tax id$",
        r"руководител|директор|учредител|представител|контактн",
    ),
    _rule("ogrn", r"\bогрн(?:ип)?\b|\bogrn(?:ip)?\b|основн\w* государственн\w* регистрационн\w* номер", r"\bдата\b"),
    _rule("kpp", r"\bкпп\b|\bkpp\b|код причины постановки"),
    _rule("birth_date", r"\bрожден\w*\b|^др$|\bbirth|bday", r"\b(?:место|свидетельств\w*|руководител\w*)\b"),
    _rule("passport", r"паспорт|passport", r"\b(?:копия|срок|дата)\b"),
    _rule(
        "email",
        r"\bemail|\bэлектронн\w* (?:почт|адрес|ящик)|\bадрес электронн|\bпочта\b|^почты$|\bпочтовый ящик",
        _NOT_ITSELF,
    ),
    _rule(
        "site",
        r"\bсайт|\bwebsite|\burl\b|\bwww\b|интернет (?:адрес|страниц|ресурс)|адрес в сети|homepage|домен",
        _NOT_ITSELF,
    ),
    _rule(
        "phone",
        r"\bтелефон|\bphone|\bmobile|\bмобильн\w*|\bсотов\w*|контактн\w* номер|номер для связи|\bcell\b",
        _NOT_ITSELF,
    ),
    _rule(
        "ends_on",
        r"(?:окончани|истечени|завершени|срок)\w*( \w+)* договор|договор\w* до$|^действу\w+ до$|^оплачено до$"
        r"|^дата окончания$",
    ),
    _rule("contract_date", r"дата( \w+)? договор|договор\w*( \w+)? дата|^договор\w* от$", r"окончани|расторж|растор"),
    _rule("contract_number", r"^номер( \w+)? договор\w*$|^договор\w*( \w+)? номер$"),
    _rule(
        "paid_on",
        r"дата (?:оплат|платеж|внесения (?:взнос|оплат|платеж)|уплаты|поступления оплаты|последней оплаты)"
        r"|^оплачено$|^дата взноса",
    ),
    _rule("fee_amount", r"\bвзнос", r"\bдата\b|задолжен|долг|статус|вступительн|компенсацион"),
    _rule(
        "joined",
        r"дата (?:вступ|прием|приня|включ|регистрации член|начала член)|^вступ|^членство с$|^в науз с$|^член\w* с$",
    ),
    _rule("", r"дата (?:исключ|прекращ|выбыт|выход)|^членство по$|членский билет"),
    _rule("is_member", r"^членство$|^член (?:науз|ассоциации)$"),
    _rule(
        "legal_address",
        r"юридическ\w*( и \w+)? адрес|адрес\w*( \w+)? (?:юридическ|регистрации)|мест\w* ?нахожден|местонахожд"
        r"|^registered address|^legal address",
    ),
    _rule(
        "actual_address",
        r"фактическ\w*( и \w+)? адрес|факт адрес|адрес\w* (?:факт|осуществ|деятельн)|^actual address|^местоположение"
        r"|место осуществления",
    ),
    _rule(
        "actual_address",
        r"почтовый адрес|адрес для (?:писем|корреспонденции)|postal address|^адрес почтовый",
        sure=0.5,
    ),
    _rule(
        "address",
        r"^(?:полный |домашний |рабочий )?адрес(?: (?:организации|компании|партнера|контрагента|офиса"
        r"|места работы|проживания|предприятия|учреждения|полный|клиента))?$|^(?:full )?address$|^объект адрес",
    ),
    _rule(
        "region",
        r"^регион\w*\b|^область|^субъект( рф| российской федерации)?$|^region$|^город$|^city$"
        r"|^населенный пункт$|^город проживания|^город регион",
        sure=0.8,
    ),
    _rule("committee_position", r"(?:позиция|роль|должность|статус) в комитете"),
    _rule("committee", r"^комитет\w*$|(?:название|наименование) комитета"),
    _rule("director", r"\bфио\b.*руководител|руководител\w*( \w+)? фио"),
    _rule(
        "",
        r"должност\w*( \w+)? (?:руковод|директор|подпис)|(?:руковод|директор)\w*( \w+)? должност"
        r"|(?:организаци\w*|компани\w*|место работы)( и)? должност|должност\w*( и)? (?:организаци|компани"
        r"|место)|chief position",
    ),
    _rule("position", r"\bдолжност|^post$|^position$|job title|^позиция$|кем (?:вы )?работа"),
    _rule(
        "director",
        r"руководител|\bдиректор|\bdirector|^глава\b|заведующ|\bceo\b|\bchief\b|исполнительного органа|^ректор"
        r"|^президент",
        r"\b(?:пол|дата|инн|снилс|паспорт|научн\w*|классн\w*|комитета)\b",
    ),
    _rule(
        "contact",
        r"контактн\w* (?:лиц|персон)|^контакт\w*$|contact person|^contact$|^представител|лицо для связи"
        r"|уполномочен|(?:фио )контакт|контактн\w* фио",
    ),
    _rule(
        "person_name",
        r"фамили\w+( и| )* (?:имя|инициал)|имя( и| )* (?:отчество )?фамили|\bфио\b|\bfull name|полное имя"
        r"|имя полностью|^fio$",
    ),
    _rule(
        "person_name",
        r"^(?:участни[кц]\w*|сотрудник\w*|работник|слушатель|делегат|гость|человек|person|employee|participant"
        r"|имя (?:участника|контакта|клиента|и отчество))$",
        sure=0.7,
    ),
    _rule("last_name", r"^фамили|^last name|^surname|^family name"),
    _rule("middle_name", r"^отчеств|^second name|^middle name|^patronymic"),
    _rule("first_name", r"^имя$|^first name|^given name"),
    _rule(
        "kind",
        rf"^(?:тип|вид|категория|форма|type)\b.*(?:{_ORG}|лиц[ао]|плательщик|собственност|правов|customer)"
        rf"|\bопф\b|правовая форма|^юр\w* физ|^юридический физ|^форма собственности",
    ),
    _rule(
        "org_name",
        rf"(?:наименован|назван|\bname)\w*.*{_ORG}|^{_ORG}\w* (?:name|название|наименование)$",
        r"должност|проект|отдел|подразделен|филиал|программ|мероприят|банк",
    ),
    _rule(
        "org_name",
        r"^(?:организаци\w*|компани\w*|company|контрагент\w*|предприяти[ея]|фирма|учреждение"
        r"|юридические? лиц[оа]|место работы|место работы учебы|работодатель|organi[sz]ation|employer|account"
        r"|член (?:ассоциации|сро|союза|партнерства))$",
    ),
    _rule(
        "org_name",
        r"^(?:клиент|заказчик|поставщик|партнер|partner|customer|client|заявитель|застройщик|получатель)$",
        sure=0.8,
    ),
    _rule(
        "event_name",
        r"(?:назван|наименован|тема)\w* (?:мероприят|событ|семинар|вебинар|конференц)|^(?:мероприятие|событие"
        r"|event|вебинар|семинар|конференция)$",
    ),
    _rule(
        "course_name",
        r"(?:назван|наименован)\w* (?:курс|программ|обучен|тренинг|образовательн)|^(?:курс|программа обучения"
        r"|course|тренинг|учебная программа|образовательная программа)$",
    ),
    _rule("venue_name", r"(?:назван|наименован)\w* (?:площадк|зал|места|локац)|^(?:площадка|зал|локация|venue)$"),
    _rule("topics", r"тем[аы] (?:доклад|выступл|лекц)|^темы$|^topics?$"),
    _rule(
        "name",
        r"^(?:полное |официальное )?(?:наименование|название|name|title)$|^(?:наименование|название) (?:полное"
        r"|официальное)$",
        sure=0.9,
    ),
    _rule(
        "name",
        r"^(?:сокращенное|краткое) (?:наименование|название)|^(?:наименование|название) (?:сокращенное"
        r"|краткое)$|^short name$",
        sure=0.7,
    ),
    _rule(
        "org_name",
        r"\b(?:организаци[яюи]|компани[яюи]|предприяти[ея]|учреждение|место работы|company|organi[sz]ation)\b",
        rf"{_NOT_ITSELF}|адрес|размер|сфера|описани|отдел|сайт|сотрудник|роль|должност|услуг|год|направлени",
        sure=0.5,
    ),
    _rule(
        "direction",
        r"сфера деятельности|^сфера|отрасл|^направлени[ея]( деятельности)?$|вид\w* деятельности|специализац"
        r"|^industry$|профиль деятельности",
    ),
    _rule(
        "source",
        r"^источник|кто привел|откуда (?:\w+ )?(?:узнал|о нас)|^source( id)?$|канал привлечения|как (?:вы )?узнали",
    ),
    _rule(
        "comment",
        r"комментари|примечани|заметк|^comments?$|^notes?$|дополнительн\w* (?:информац|сведен)|^прочее$",
    ),
    _rule("regalia", r"регали|^звани|наград|уч[её]н\w* (?:степень|звание)"),
    _rule(
        "event_date",
        r"^дат[аы](?: и время)?(?: проведения| начала| мероприятия| события| курса)*$|^когда$|^date$|^начало$"
        r"|^сроки проведения",
    ),
    _rule("speakers", r"спикер|лектор|преподавател|докладчик|^ведущ|модератор"),
    _rule("format", r"^формат|форма (?:проведения|обучения|участия)"),
    _rule("venue", r"^место(?: проведения)?$|^площадк|^где$|^адрес проведения"),
    _rule("description", r"^описани|аннотаци|^о чем|^краткое содержание|^description"),
    _rule("invited", r"приглашен"),
    _rule("attended", r"участвовал|присутствовал|пришл[ио]|посетил|^явка|количество участников"),
    _rule("responsible", r"ответственн|^менеджер|^куратор|^организатор|^responsible"),
)


@lru_cache(maxsize=5000)
def meaning(heading: str) -> Meaning | None:
    """What a heading means by its words; None for words that say nothing, `NOBODY` for what is nothing of ours."""
    text = words(heading)
    if not text or is_mark(heading):
        return None
    for found, pattern, unless in _RULES:
        if pattern.search(text) and not (unless and unless.search(text)):
            return found if found.name else NOBODY
    return None


def _same(*names: str) -> dict[str, tuple[str, ...]]:
    """Meanings that are called as the key is."""
    return {name: (name,) for name in names}


_PERSON = _same("last_name", "first_name", "middle_name", "email", "phone", "comment", RECORD_KEY)
_PERSON |= {"person_name": ("name",), "contact": ("name",), "name": ("name",)}
_SEAT = _PERSON | {"org_name": ("company",), "joined": ("member_since",)}
_PARTY = _same("phone", "email", "inn", "ogrn", "kpp", "requisites", "legal_address", "actual_address", RECORD_KEY)
_PARTY |= _same("contract_number", "contract_date", "director", "contact")
_PARTY |= {"org_name": ("name",), "name": ("name",), "address": ("actual_address",), "person_name": ("contact",)}
_PARTY |= {"kind": ("legal_form", "party_type")}
_EVENT = _same(
    "speakers", "format", "venue", "description", "invited", "attended", "responsible", "comment", RECORD_KEY
)
_EVENT |= {"event_name": ("name",), "name": ("name",), "event_date": ("starts_on",), "venue_name": ("venue",)}

MEANINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "people": _PERSON
    | _same("birth_date", "position", "passport", "inn", "region", "source", "regalia", "is_member", "committee")
    | _same("contract_number", "contract_date")
    | {"org_name": ("workplace",), "address": ("region",)},
    "companies": _PARTY | _same("direction", "site", "source", "is_member"),
    "members": _PARTY | _same("fee_amount", "paid_on", "ends_on", "comment") | {"source": ("referred_by",)},
    "committees": _SEAT
    | _same("committee")
    | {"position": ("position_in_company",), "committee_position": ("position",)},
    "chairs": _SEAT | _same("committee") | {"position": ("position_in_company",)},
    "speakers": _SEAT | _same("position", "topics") | {"speakers": ("name",)},
    "events": _EVENT,
    "courses": _EVENT | {"course_name": ("name",)},
    "venues": _same("responsible", "comment", RECORD_KEY)
    | dict.fromkeys(("venue_name", "venue", "name"), ("name",))
    | dict.fromkeys(("address", "actual_address", "legal_address"), ("address",))
    | {"org_name": ("partner",), "contact": ("contacts",)},
}
"""By table: meaning → the keys it may have there."""
