"""Large files: counts, loading them again, and how often the base is asked; and small ones full of nonsense."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st
from sqlalchemy import event

from models import Company, Employment, Person, Source
from services import database as product
from services.access.permissions import SYSTEM
from services.errors import DomainError
from services.imports import Blank, Options, running
from services.work import writing
from tests import builders as b
from tests.conftest import KINDS, Pointer
from tests.databases import Databases
from tests.samples import Sheet, workbook
from tests.services.imports.planned import ON_SQLITE, companies, crowd, opened, people, plan, stored

LARGE = 2200
"""More than are written at once."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements this process sends to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(product.engine(), "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(product.engine(), "before_cursor_execute", note)


def statements(work: Callable[[], object]) -> int:
    with counted() as sent:
        work()
    return len(sent)


def report(batch: int) -> list[tuple[int, int, int, int]]:
    told = running.apply_planned(SYSTEM, batch)
    return [(s.created, s.changed, s.same, s.skipped) for s in told.sheets]


def test_thousands_of_rows(database: str) -> None:
    assert report(plan(crowd(LARGE))) == [(LARGE, 0, 0, 0)]
    assert [len(stored(model, "id")) for model in (Person, Company, Employment)] == [LARGE, LARGE // 10, LARGE]
    assert report(plan(crowd(LARGE, Регион="Тверь"))) == [(0, LARGE, 0, 0)]
    assert set(stored(Person, "region")) == {"Тверь"}
    assert report(plan(crowd(LARGE, Регион="Тверь"))) == [(0, 0, LARGE, 0)]
    assert [len(stored(model, "id")) for model in (Person, Company, Employment)] == [LARGE, LARGE // 10, LARGE]


# how often the base is asked

FEW, MANY = 200, 2200
CHUNKS = 3
"""Of 1,000 rows in MANY; in FEW there is one."""
PER_CHUNK = 60
"""Statements a chunk may take: a few for every table that hangs on people and companies, five hundred at a time."""


def lines(count: int, **line: Any) -> Sheet:
    """Rows that differ by the number in their values: «{n}» stands for letters of it."""
    letters = "абвгдежзиклмнопрстуф"
    words = ["".join(letters[number // 20**place % 20] for place in range(4)) for number in range(count)]
    return people(*({key: value.format(n=word) for key, value in line.items()} for word in words))


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        pytest.param(None, {"ФИО": "К{n}ов Пётр Ильич", "Место работы": "ООО «К{n}»"}, id="new"),
        pytest.param(
            {"ФИО": "К{n}ов Пётр Ильич", "Место работы": "ООО «К{n}»"},
            {"ФИО": "К{n}ов Пётр Ильич", "Место работы": "ООО «К{n}»"},
            id="same",
        ),
        pytest.param({"ФИО": "К{n}ов Пётр Ильич"}, {"ФИО": "К{n}ов Пётр Ильич", "Регион": "Тверь"}, id="changed"),
        pytest.param({"ФИО": "К{n}ов Пётр Ильич"}, {"ФИО": "К{n}ов П. И.", "Регион": "Тверь"}, id="initials"),
        pytest.param(
            {"ФИО": "К{n}ов Пётр Ильич"},
            {"ФИО": "К{n}ов Пётр", "Регион": "Тверь"},
            id="no patronymic",
        ),
        pytest.param(
            {"ФИО": "К{n}ов Пётр Ильич", "Эл. почта": "{n}@example.ru"},
            {"ФИО": "Белых Пётр Ильич", "Эл. почта": "{n}@example.ru"},
            id="married",
        ),
    ],
)
@ON_SQLITE
def test_the_base_is_asked_by_chunks_not_by_rows(
    database: str, known: dict[str, str] | None, asked: dict[str, str]
) -> None:
    if known:
        running.apply_planned(SYSTEM, plan(lines(MANY, **known)))
    taken = []
    for count in (FEW, MANY):
        batch = opened(lines(count, **asked))
        taken.append(statements(partial(running.plan, SYSTEM, batch)))
    few, many = taken
    assert few < 100
    assert many - few < CHUNKS * PER_CHUNK


@ON_SQLITE
def test_writing_asks_by_chunks_too(database: str) -> None:
    taken = []
    for count in (FEW, MANY):
        batch = plan(lines(count, **{"ФИО": f"К{{n}}ов Пётр {count}", "Место работы": "ООО «К{n}»"}))
        taken.append(statements(partial(running.apply_planned, SYSTEM, batch)))
    few, many = taken
    assert many - few < CHUNKS * PER_CHUNK


@ON_SQLITE
def test_companies_are_asked_for_by_chunks(database: str) -> None:
    with writing(SYSTEM, Source.EXCEL) as session:
        b.create_company(session, "ООО «Ива»")
    taken = []
    for count in (FEW, MANY):
        named = [{"Название компании": f"Фирма {number}", "Директор": "Иванов И. И."} for number in range(count)]
        batch = opened(companies(*named))
        taken.append(statements(partial(running.plan, SYSTEM, batch)))
    few, many = taken
    assert many - few < CHUNKS * PER_CHUNK


# nonsense

TEXT = st.text(
    st.sampled_from("Орлва МИийПтр ООО«»\"'\\%_@.,;:-+()[]{}/0123456789№\n\u00a0\u200b‑=#<>&ёЁz\U0001f600"), max_size=30
)
CELL = st.one_of(
    st.none(), TEXT, st.text(max_size=20), st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1)),
    st.sampled_from(["Орлова Мария Ивановна", "Орлова М. И.", "ООО «Ива»", "Ива", "нет",
                     "-", "500100732259", "9900001116", "+79165550001", "maria@example.ru", "31.02.2024", "Итого",
                     "people:1", "companies:1"]),
)  # fmt: skip
TABLES: dict[str, list[str]] = {
    "Физ.лица": ["ФИО", "Телефон", "Эл. почта", "ИНН", "Дата рождения", "Место работы", "Должность", "Членство",
                 "Ключ записи"],
    "Юр.лица": ["Название компании", "ИНН", "ОГРН", "КПП", "Директор", "Контактное лицо", "Телефон", "договор",
                "Юридический адрес"],
    "Реестр членов ассоциации": ["Наименование", "ОГРН / ИНН", "Сумма годового взноса", "Дата оплаты",
                                 "Дата окончания договора", "Комментарий"],
    "Мероприятия": ["Название", "Даты", "Спикеры", "Формат", "Приглашены"],
    "Места проведения": ["Название", "Адрес", "Партнер", "Контакты", "Мероприятия", "Ответственное лицо"],
    "Председатели": ["ФИО", "Компания", "Председатель комитета", "E-mail"],
}  # fmt: skip


@st.composite
def books(draw: st.DrawFn) -> bytes:
    """A workbook of one or two known tables with cells of any kind."""
    names = draw(st.lists(st.sampled_from(sorted(TABLES)), min_size=1, max_size=2, unique=True))
    sheets = []
    for name in names:
        width = len(TABLES[name])
        body = draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=5))
        sheets.append(Sheet(name, [list(TABLES[name]), *body]))
    return workbook(*sheets)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("blank", list(Blank))
def test_no_table_breaks_a_load_and_the_second_time_nothing_is_new(
    databases: Databases, use_database: Pointer, kind: str, blank: Blank
) -> None:
    @hypothesis_settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(books())
    def check(content: bytes) -> None:
        url = databases.create(kind)
        use_database(url)
        try:
            options = Options(blank=blank)
            running.run(SYSTEM, "a.xlsx", content, options, apply_it=True)
            again = running.run(SYSTEM, "a.xlsx", content, options)
            assert [
                (r.sheet, r.number, r.outcome, r.cells)
                for r in again.rows
                # «Да» or «A.» is no name to find anybody by; of two rows about one record a blank may clear the other.
                if r.outcome in ("created", "changed") and len(r.name.split()) > 1 and blank is Blank.KEEP
            ] == []
        except DomainError as refused:
            assert str(refused).endswith((".", "!", "?"))  # noqa: PT017 - a sentence is as good as a load
        finally:
            use_database.forget()
            databases.drop(url)

    check()
