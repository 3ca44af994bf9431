"""Tokens: what a text may say of its recipient and of what it is about. Pure data."""

from dataclasses import dataclass

from models import TemplateKind

ASSOCIATION = "НАУЗ"


@dataclass(frozen=True)
class Token:
    """What stands between braces: its name, what it means, how it looks. `is_link`: it stands for an address."""

    name: str
    title: str
    example: str
    is_link: bool = False

    @property
    def written(self) -> str:
        """As it stands in a text: «{{ имя }}»."""
        return f"{{{{ {self.name} }}}}"


GREETING, GIVEN, NAME, COMPANY, TODAY, MANAGER = "обращение", "имя", "фио", "компания", "сегодня", "менеджер"
GIVEN_PATRONYMIC, HOUSE = "имя_отчество", "ассоциация"
CABINET, UNSUBSCRIBE = "ссылка", "отписаться"
EVENT, EVENT_KIND, WHEN, WHERE, START, PROGRAMME = "событие", "вид", "когда", "где", "начало", "описание"
SPEAKERS, CONNECT, COMMITTEE, BEFORE, REASON = "спикеры", "подключение", "комитет", "прежняя_дата", "причина"
ACCEPT, DECLINE, APPLY = "приду", "не_приду", "заявка"
DUE, REMAINS, DAYS, SUM, PAID, STATE, CONTRACT = "срок", "осталось", "дней", "сумма", "оплачено", "статус", "договор"
DOCUMENT, DATE, WHAT, BIRTHDAY, AGE = "документ", "дата", "что", "день_рождения", "возраст"

LINKS = frozenset({CABINET, UNSUBSCRIBE, ACCEPT, DECLINE, APPLY})
"""Tokens that are addresses given with an item; `CABINET` is there without being given."""

KIND_TITLES: dict[TemplateKind, str] = {
    TemplateKind.GENERAL: "Сообщение",
    TemplateKind.EVENT: "Мероприятие",
    TemplateKind.MEMBERSHIP: "Членство",
    TemplateKind.ASSOCIATION: "Вступление в ассоциацию",
    TemplateKind.BIRTHDAY: "День рождения",
    TemplateKind.DOCUMENT: "Документы",
    TemplateKind.DATE: "Дата",
}

_COMMON = (
    Token(GREETING, "Обращение по имени-отчеству, для компании — «Уважаемые коллеги»", "Уважаемый Пётр Ильич"),
    Token(GIVEN, "Имя", "Пётр"),
    Token(GIVEN_PATRONYMIC, "Имя и отчество", "Пётр Ильич"),
    Token(NAME, "ФИО или название компании", "Выдумкин Пётр Ильич"),
    Token(COMPANY, "Компания: сама или место работы", "ООО «Выдумка»"),
    Token(HOUSE, "Название ассоциации", ASSOCIATION),
    Token(TODAY, "День отправки", "22 ноября 2026 г."),
    Token(MANAGER, "Ответственное лицо: за мероприятие, а если письмо не о нём — за получателя", "Ответственная Анна"),
    Token(CABINET, "Адрес личного кабинета", "https://lk.example.ru", is_link=True),
    Token(UNSUBSCRIBE, "Личная ссылка «Отписаться»", "https://lk.example.ru/unsubscribe/…", is_link=True),
)
_APPLY = Token(APPLY, "Личная ссылка «Подать заявку»", "https://lk.example.ru/answer/…", is_link=True)
_REMAINS = Token(REMAINS, "Сколько осталось или прошло", "осталось 3 дня")
_DAYS = Token(DAYS, "Сколько дней до срока или после него", "3 дня")

_OWN: dict[TemplateKind, tuple[Token, ...]] = {
    TemplateKind.GENERAL: (),
    TemplateKind.EVENT: (
        Token(EVENT, "Название мероприятия", "Форум „Выдумки года“"),
        Token(EVENT_KIND, "Мероприятие, встреча, заседание или курс", "мероприятие"),
        Token(WHEN, "Дни и часы", "12 декабря 2026 г., 10:00–18:00"),
        Token(WHERE, "Место и адрес, или «онлайн»", "Дом выдумок, г. Москва, ул. Примерная, д. 1"),
        Token(START, "Первый день", "12 декабря 2026 г."),
        _REMAINS,
        _DAYS,
        Token(PROGRAMME, "Описание", "Два дня докладов и мастерских."),
        Token(SPEAKERS, "Спикеры", "Выдумкина Анна, Сказкин Олег"),
        Token(CONNECT, "Ссылка для участия онлайн", "https://example.ru/live", is_link=True),
        Token(COMMITTEE, "Комитет, который собирается", "Комитет по выдумкам"),
        Token(BEFORE, "На какой день было назначено до переноса", "5 декабря 2026 г."),
        Token(REASON, "Почему отменено", "площадка закрыта на ремонт"),
        Token(ACCEPT, "Личная ссылка «Приду»", "https://lk.example.ru/answer/…", is_link=True),
        Token(DECLINE, "Личная ссылка «Не приду»", "https://lk.example.ru/answer/…", is_link=True),
        _APPLY,
    ),
    TemplateKind.MEMBERSHIP: (
        Token(DUE, "Последний день членства, он же срок уплаты взноса", "31 декабря 2026 г."),
        _REMAINS,
        _DAYS,
        Token(SUM, "Годовой взнос", "15 000 ₽"),
        Token(PAID, "Когда взнос уплачен", "14 января 2026 г."),
        Token(START, "Первый день членства", "1 января 2026 г."),
        Token(STATE, "Статус членства", "истекает"),
        Token(CONTRACT, "Договор: номер и дата", "№ 17 от 14 января 2026 г."),
    ),
    TemplateKind.ASSOCIATION: (_APPLY,),
    TemplateKind.BIRTHDAY: (
        Token(BIRTHDAY, "День рождения", "17 мая"),
        Token(AGE, "Сколько лет исполняется", "50 лет"),
    ),
    TemplateKind.DOCUMENT: (
        Token(DOCUMENT, "Каких документов не хватает", "договор, анкета"),
        Token(DATE, "День, от которого считается напоминание", "12 декабря 2026 г."),
        _REMAINS,
        _DAYS,
    ),
    TemplateKind.DATE: (
        Token(DATE, "Дата, о которой напоминают", "12 декабря 2026 г."),
        Token(WHAT, "Чья это дата: название колонки", "Дата договора"),
        _REMAINS,
        _DAYS,
    ),
}


def tokens_of(kind: TemplateKind) -> tuple[Token, ...]:
    """The tokens a text of this kind may use, its own ones first."""
    return (*_OWN[kind], *_COMMON)


def names_of(kind: TemplateKind) -> frozenset[str]:
    """Their names."""
    return frozenset(token.name for token in tokens_of(kind))


def kinds_with(name: str) -> tuple[TemplateKind, ...]:
    """The kinds whose texts may use the token `name`; none for an unknown one."""
    return tuple(kind for kind in TemplateKind if name in names_of(kind))


TITLES = {token.name: token.title for kind in TemplateKind for token in tokens_of(kind)}
ADDRESSES = frozenset(token.name for kind in TemplateKind for token in tokens_of(kind) if token.is_link)
"""Tokens that stand for an address: in HTML they are links."""
