import datetime as dt
import json
from typing import Any

import pytest

from services.values import KINDS, parse


def test_kinds() -> None:
    assert KINDS == ("fio", "phone", "date", "address", "inn", "ogrn", "email", "company")
    with pytest.raises(KeyError):
        parse("shoe size", "42")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", "нет", " - ", "отсутствует", "\u00a0", None])
def test_an_empty_cell_is_valid_and_has_no_value(kind: str, text: object) -> None:
    answer = parse(kind, text)
    assert (answer["value"], answer["valid"], answer["notes"]) == (None, True, [])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raw", [5, 7.5, float("nan"), True, b"x", dt.date(2024, 1, 10), "\ud800", "x" * 40_000])
def test_any_cell_gives_an_object_for_json(kind: str, raw: object) -> None:
    answer = parse(kind, raw)
    assert {"input", "value", "valid", "notes"} <= set(answer)
    json.dumps(answer, allow_nan=False)


def test_a_person() -> None:
    assert parse("fio", "Врио директора Лужин П.И.") == {
        "input": "Врио директора Лужин П.И.",
        "value": "Лужин П.И.",
        "valid": True,
        "notes": [{"message": "Вместо имени инициалы: «Врио директора Лужин П.И.».", "severity": "info"}],
        "person": True,
        "needs_review": True,
        "people": [
            {
                "last": "Лужин",
                "first": "П.",
                "middle": "И.",
                "position": "Врио директора",
                "note": None,
                "full": "Лужин П.И.",
                "short": "Лужин П.И.",
                "gender": "m",
                "format": "sFM",
                "key": "лужин п.и.",
            }
        ],
    }


@pytest.mark.parametrize(
    ("text", "format_", "gender", "review"),
    [
        ("Лужин Пётр Ильич", "sfm", "m", False),
        ("Анна Павловна Лужина", "fms", "f", False),
        ("А. П. Лужина", "FMs", "f", True),
        ("Лужин Пётр", "sf", "m", False),
        ("Анна Адамович", "fs", "f", False),
        ("Анна Павловна", "fm", "f", True),
        ("Мамедова Севда Рашид кызы", "sfm", "f", False),
        ("Ли Тао", "sf", None, True),
    ],
)
def test_order_and_gender(text: str, format_: str, gender: str | None, review: bool) -> None:
    answer = parse("fio", text)
    assert (answer["people"][0]["format"], answer["people"][0]["gender"], answer["needs_review"]) == (
        format_,
        gender,
        review,
    )


@pytest.mark.parametrize(
    "text",
    ["ООО Луч", "Гейзер", "Zakaz", "1111 2222", "Частное лицо", "Розничный покупатель", "Магазин «Луч»", "ТД Восток"],
)
def test_not_a_person(text: str) -> None:
    answer = parse("fio", text)
    assert (answer["person"], answer["needs_review"]) == (False, True)


def test_two_people_need_no_review_for_being_two() -> None:
    answer = parse("fio", "Лужин Пётр Ильич, Лугова Анна Павловна (бухгалтер)")
    assert answer["value"] == ["Лужин Пётр Ильич", "Лугова Анна Павловна"]
    assert answer["people"][1]["position"] == "бухгалтер"
    assert (answer["person"], answer["needs_review"]) == (True, False)


def test_phones() -> None:
    answer = parse("phone", "(495) 111-00-22 доб. 15 (касса), 123")
    assert answer["value"] == ["+74951110022;ext=15"]
    assert answer["text"] == "+74951110022 доб. 15 (касса), 123"
    assert answer["phones"] == [
        {"e164": "+74951110022", "extension": "15", "note": "касса", "shown": "+74951110022 доб. 15 (касса)"}
    ]
    assert (answer["rest"], answer["valid"]) == (["123"], False)
    assert parse("phone", "abc")["value"] == []


def test_emails() -> None:
    answer = parse("email", "Office@Example.RU, wrong@")
    assert (answer["value"], answer["rest"], answer["valid"]) == (["office@example.ru"], ["wrong@"], False)


@pytest.mark.parametrize(
    ("text", "value", "precision", "stored"),
    [
        ("2000г.", "2000", "year", "2000"),
        ("май 2017 г.", "2017-05", "month", "2017-05"),
        ("13 янв. 2005", "2005-01-13", "day", "2005-01-13"),
        ("13 янв. 2005 9:13", "2005-01-13T09:13", "minute", "2005-01-13"),
        ("2005-01-13 00:00:00", "2005-01-13", "day", "2005-01-13"),
        ("тридцать второе мая 2005", None, None, None),
    ],
)
def test_dates(text: str, value: str | None, precision: str | None, stored: str | None) -> None:
    answer = parse("date", text)
    assert (answer["value"], answer["precision"], answer["date"]) == (value, precision, stored)


@pytest.mark.parametrize(
    ("kind", "text", "value", "status", "owner"),
    [
        ("inn", "7707083893.0", "7707083893", "VALID", "company"),
        ("inn", "500100732259", "500100732259", "VALID", "person"),
        ("inn", "7707083894", "7707083894", "BAD_CHECKSUM", "company"),
        ("inn", "77070", "77070", "BAD_LENGTH", None),
        ("inn", "нет", None, "EMPTY", None),
        ("inn", "abc", None, "NO_DIGITS", None),
        ("ogrn", "1027739552642", "1027739552642", "VALID", "company"),
        ("ogrn", "10277395526422", "10277395526422", "BAD_LENGTH", None),
    ],
)
def test_requisites(kind: str, text: str, value: str | None, status: str, owner: str | None) -> None:
    answer = parse(kind, text)
    assert (answer["value"], answer["status"], answer["kind"]) == (value, status, owner)
    assert answer["valid"] is (status in ("VALID", "EMPTY"))


@pytest.mark.parametrize(
    ("text", "value", "form", "name", "full"),
    [
        ('ооо "Луч"', "ООО «Луч»", "ООО", "«Луч»", "Общество с ограниченной ответственностью «Луч»"),
        ("Благотворительный фонд <<Луч>>", "БФ «Луч»", "БФ", "«Луч»", "Благотворительный фонд «Луч»"),
        ("Лужин П.И. (ИП)", "ИП Лужин П.И.", "ИП", "Лужин П.И.", "Индивидуальный предприниматель Лужин П.И."),
        ("Союз «Луч", "Союз «Луч»", None, "Союз «Луч»", "Союз «Луч»"),
    ],
)
def test_companies(text: str, value: str, form: str | None, name: str, full: str) -> None:
    answer = parse("company", text)
    assert (answer["value"], answer["form"], answer["name"], answer["full"]) == (value, form, name, full)


def test_addresses() -> None:
    answer: dict[str, Any] = parse("address", "107014, Москва, ул. Лесная, д.7")
    assert answer["text"] == "107014, г. Москва, ул. Лесная, д. 7"
    assert answer["parts"] == [["107014", "индекс"], ["Москва", "город"], ["Лесная", "улица"], ["7", "дом"]]
    assert (answer["postcode"], answer["key"], answer["rest"]) == ("107014", "москва, лесная улица, дом 7", [])
