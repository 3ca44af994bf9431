import datetime as dt
from decimal import Decimal

import pytest

from services.values import (
    clean_choice,
    clean_integer,
    clean_money,
    clean_site,
    clean_text,
    clean_yes_no,
    fold,
    is_blank,
)


@pytest.mark.parametrize(
    "raw",
    [
        *("", None, " ", "\u00a0", "\u200b", "-", "–", "—", "--", "…", " . ", "_x000D_", float("nan"), Decimal("NaN")),
        *("нет данных", "Нет данных.", "отсутствует", "N/A", "#Н/Д", "не указано", "(не указано)", "None"),
    ],
)
def test_is_blank(raw: object) -> None:
    assert is_blank(raw)


@pytest.mark.parametrize("raw", ["нет", "Нет", "0", 0, 0.0, False, "+", "х", "?", "№"])
def test_is_not_blank(raw: object) -> None:
    assert not is_blank(raw)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ёлка", "елка"),
        ("  Два\u00a0\u00a0слова\n", "два слова"),
        ("е\u0308лка", "елка"),
        ("ЩЁКИ И щеки", "щеки и щеки"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" г.\u00a0Энск,  ул. Садовая ", "г. Энск, ул. Садовая"),
        ("Сло\u00adво\u200b", "Слово"),
        ("первая\nвторая\tтретья\x07", "первая вторая третья"),
        ("строка_x000D_\nещё", "строка ещё"),
        ("и\u0306од", "йод"),
        (120034.0, "120034"),
        ("120034.0", "120034"),
        ("2.0", "2.0"),
        (12.5, "12.5"),
        (1e15, "1000000000000000"),
        (0.1 + 0.2, "0.3"),
        (7, "7"),
        (Decimal("10.00"), "10"),
        (True, "да"),
        (dt.datetime.fromisoformat("2024-03-05"), "05.03.2024"),
        (dt.datetime.fromisoformat("2024-03-05T14:30"), "05.03.2024 14:30"),
        (dt.date(2024, 3, 5), "05.03.2024"),
        ("нет", None),
        ("нет данных", None),
        ("\ud800", None),
        (float("inf"), None),
    ],
)
def test_clean_text(raw: object, value: str | None) -> None:
    assert clean_text(raw).value == value
    assert clean_text(raw).notes == ()


def test_clean_text_keeps_lines_when_asked() -> None:
    assert clean_text(" один \r\n\r\n два  слова", multiline=True).value == "один\nдва слова"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("35 000 000", 35_000_000),
        ("35\u00a0000\u00a0000", 35_000_000),
        ("25.0", 25),
        (25.0, 25),
        ("1 200 чел.", 1200),
        ("1.200.300", 1_200_300),
        ("−5", -5),
        ("+7", 7),
        ("2 тыс.", 2000),
        ("-", None),
        ("нет", None),
    ],
)
def test_clean_integer(raw: object, value: int | None) -> None:
    assert clean_integer(raw).value == value
    assert clean_integer(raw).notes == ()


@pytest.mark.parametrize("raw", ["1,5", "сто", "12 34", "10-20", "1,500", True, "9" * 30, "1e5"])
def test_clean_integer_refuses(raw: object) -> None:
    cleaned = clean_integer(raw)
    assert cleaned.value is None
    assert [note.severity for note in cleaned.notes] == ["error"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("35 000 000", "35000000.00"),
        ("1 500,50 руб.", "1500.50"),
        ("1500.5", "1500.50"),
        ("1,500.50", "1500.50"),
        ("1.500,50", "1500.50"),
        ("1'500", "1500.00"),
        ("1 500 руб. 5 коп.", "1500.05"),
        ("15 000 ₽", "15000.00"),
        ("35 тыс. руб.", "35000.00"),
        ("1,5 млн", "1500000.00"),
        (34367998.2, "34367998.20"),
        (Decimal("10.1"), "10.10"),
        ("-100", "-100.00"),
    ],
)
def test_clean_money(raw: object, value: str) -> None:
    cleaned = clean_money(raw)
    assert str(cleaned.value) == value
    assert cleaned.notes == ()


def test_clean_money_rounds_and_says_so() -> None:
    cleaned = clean_money("10,005")
    assert cleaned.value is None
    assert cleaned.notes[0].message == "Не удалось прочитать сумму «10,005»."
    rounded = clean_money(10.0051)
    assert rounded.value == Decimal("10.01")
    assert [note.severity for note in rounded.notes] == ["info"]


@pytest.mark.parametrize("raw", ["$100", "сто рублей", "100/200", False, "1 50"])
def test_clean_money_refuses(raw: object) -> None:
    assert clean_money(raw).value is None
    assert clean_money(raw).notes[0].severity == "error"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        *[(raw, True) for raw in ("да", "Да.", "ДА", "+", "yes", "1", 1, 1.0, "true", True, "истина")],
        *[(raw, False) for raw in ("нет", "Нет", "-", "—", "no", "0", 0, "FALSE", False)],
        *[(raw, None) for raw in ("", None, "нет данных", "…")],
    ],
)
def test_clean_yes_no(raw: object, value: bool | None) -> None:
    assert clean_yes_no(raw).value is value
    assert clean_yes_no(raw).notes == ()


def test_clean_yes_no_refuses_other_words() -> None:
    cleaned = clean_yes_no("может быть")
    assert cleaned.value is None
    assert cleaned.notes[0].message == "Нужно «да» или «нет», а указано «может быть»."


def test_clean_choice() -> None:
    formats = {"Онлайн": "online", "он-лайн": "online", "Очно": "onsite", "Гибрид": "hybrid", "нет": "none"}
    assert clean_choice(" ОНЛАЙН ", formats).value == "online"
    assert clean_choice("он-лайн", formats).value == "online"
    assert clean_choice("hybrid", formats).value == "hybrid"
    assert clean_choice("нет", formats).value == "none"
    assert clean_choice("-", formats).value is None
    assert clean_choice("-", formats).notes == ()
    refused = clean_choice("заочно", formats)
    assert refused.value is None
    assert refused.notes[0].message == "Значения «заочно» нет в списке: «Онлайн», «Очно», «Гибрид», «нет»."


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Example.RU", "https://example.ru"),
        ("http://example.ru/", "http://example.ru"),
        ("HTTPS://Example.ru/Путь?a=1", "https://example.ru/Путь?a=1"),
        ("www.пример.рф", "https://www.пример.рф"),
        ("one.ru, two.ru/x", "https://one.ru, https://two.ru/x"),
        ("example.ru:8080", "https://example.ru:8080"),
        ("нет", None),
    ],
)
def test_clean_site(raw: str, value: str | None) -> None:
    assert clean_site(raw).value == value
    assert clean_site(raw).notes == ()


def test_clean_site_keeps_words_and_refuses_scripts() -> None:
    kept = clean_site("в разработке")
    assert (kept.value, kept.notes[0].severity) == ("в разработке", "warning")
    for dangerous in ("javascript:alert(1)", "data:text/html,x", "see javascript:alert(1)", "file:///etc/passwd"):
        refused = clean_site(dangerous)
        assert (refused.value, refused.notes[0].severity) == (None, "error")
