import json
import pathlib
from collections.abc import Callable
from typing import Any

import pytest

from services.values import (
    account_valid,
    clean_inn,
    clean_ogrn,
    inn_valid,
    ogrn_valid,
    snils_valid,
    split_inn_ogrn,
)

SAMPLES = pathlib.Path(__file__).parents[4] / "shared/data/reference/valid_requisites.json"


@pytest.fixture(scope="module")
def samples() -> dict[str, Any]:
    if not SAMPLES.exists():
        pytest.skip("no valid_requisites.json beside the checkout")
    return dict(json.loads(SAMPLES.read_text(encoding="utf-8")))


def _spoiled(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def test_reference_samples(samples: dict[str, Any]) -> None:
    checks: dict[str, Callable[[str], bool]] = {
        "inn10": inn_valid,
        "inn12": inn_valid,
        "ogrn": ogrn_valid,
        "ogrnip": ogrn_valid,
        "snils": snils_valid,
    }
    for kind, valid in checks.items():
        for number, _ in samples[kind]:
            assert valid(number), number
            assert not valid(_spoiled(number)), number
    for account, bik, _ in samples["account_bik"] + samples["corr_bik"]:
        assert account_valid(account, bik), account
        assert not account_valid(_spoiled(account), bik), account


@pytest.mark.parametrize("text", ["", "abc", "0000000000", "12345", "٧٧٠١١٢٣٤٥١", "77011234510"])
def test_not_an_inn(text: str) -> None:
    assert not inn_valid(text)


def test_ogrnip_remainder_of_ten_and_more_keeps_its_last_digit() -> None:
    assert ogrn_valid("321770000000001")
    assert ogrn_valid("321770000123456")
    assert not ogrn_valid("321770000123457")
    assert not ogrn_valid("0000000000000")


def test_snils_and_account_edges() -> None:
    assert snils_valid("123-456-789 64")
    assert not snils_valid("000-000-000 00")
    assert not snils_valid("12345678")
    assert not account_valid("4070281000000000001", "044525001")
    assert not account_valid("40702810000000000017", "04452500")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("7701123451", "7701123451"),
        (7701123451, "7701123451"),
        (7701123451.0, "7701123451"),
        ("7701123451.0", "7701123451"),
        ("ИНН: 7701123451", "7701123451"),
        ("77 0112-3451", "7701123451"),
        ("'7701123451", "7701123451"),
        ("7701123451\u00a0", "7701123451"),
        ("501234567802", "501234567802"),
        ("нет", None),
        ("-", None),
        (None, None),
    ],
)
def test_clean_inn_without_remarks(raw: object, value: str | None) -> None:
    assert clean_inn(raw).value == value
    assert clean_inn(raw).notes == ()


@pytest.mark.parametrize(
    ("raw", "value", "severity", "message"),
    [
        (123456, "123456", "warning", "ИНН «123456»: 6 цифр вместо 10 (у физлица и ИП — 12)."),
        ("7701123452", "7701123452", "warning", "ИНН 7701123452: не сходится контрольная цифра, проверьте номер."),
        ("уточнить", None, "error", "ИНН: в значении «уточнить» нет цифр."),
        ("7,70112E+09", None, "error", "ИНН: число записано сокращённо, часть цифр потеряна: «7,70112E+09»."),
        (
            "7701123451 / 770101001",
            "7701123451",
            "warning",
            "В ячейке «7701123451 / 770101001» есть лишнее число: 770101001.",
        ),
        ("7701123451 (старый)", "7701123451", "info", "Из ячейки «7701123451 (старый)» взяты только цифры."),
    ],
)
def test_clean_inn_with_a_remark(raw: object, value: str | None, severity: str, message: str) -> None:
    cleaned = clean_inn(raw)
    assert cleaned.value == value
    assert [(note.severity, note.message) for note in cleaned.notes] == [(severity, message)]


def _inn_of_region_01() -> str:
    return next(number for last in range(10) if inn_valid(number := f"010123456{last}"))


def test_lost_leading_zero_comes_back() -> None:
    number = _inn_of_region_01()
    cleaned = clean_inn(int(number))
    assert cleaned.value == number
    assert [(note.severity, note.message) for note in cleaned.notes] == [
        ("info", f"ИНН {number[1:]}: вернули потерянный ноль в начале, стало {number}.")
    ]
    wrong = clean_inn(_spoiled(number[1:]))
    assert (wrong.value, wrong.notes[0].severity) == (_spoiled(number[1:]), "warning")


@pytest.mark.parametrize(
    ("raw", "value", "severities"),
    [
        ("1027700123450", "1027700123450", []),
        (1027700123450.0, "1027700123450", []),
        ("ОГРНИП 321770000123456", "321770000123456", []),
        ("10277001234501", "10277001234501", ["warning"]),
        ("1027700123451", "1027700123451", ["warning"]),
        ("нет номера тут", None, ["error"]),
        ("", None, []),
    ],
)
def test_clean_ogrn(raw: object, value: str | None, severities: list[str]) -> None:
    cleaned = clean_ogrn(raw)
    assert cleaned.value == value
    assert [note.severity for note in cleaned.notes] == severities


@pytest.mark.parametrize(
    ("raw", "inn", "ogrn"),
    [
        ("1027700123450/7701123451", "7701123451", "1027700123450"),
        ("7701123451 / 1027700123450", "7701123451", "1027700123450"),
        ("7701123451 1027700123450", "7701123451", "1027700123450"),
        ("ОГРН 1027700123450\nИНН 7701123451", "7701123451", "1027700123450"),
        ("321770000123456; 501234567802", "501234567802", "321770000123456"),
        ("7701123451", "7701123451", None),
        (1027700123450, None, "1027700123450"),
        ("1027700123450/123456", "123456", "1027700123450"),
        ("10277001234/123456", "123456", "10277001234"),
        ("10277001234501", None, "10277001234501"),
        ("-", None, None),
        ("нет", None, None),
    ],
)
def test_split_inn_ogrn(raw: object, inn: str | None, ogrn: str | None) -> None:
    first, second = split_inn_ogrn(raw)
    assert (first.value, second.value) == (inn, ogrn)


def test_split_inn_ogrn_names_what_is_wrong() -> None:
    first, second = split_inn_ogrn("1027700123450/123456")
    assert [note.message for note in first.notes] == ["ИНН «123456»: 6 цифр вместо 10 (у физлица и ИП — 12)."]
    assert second.notes == ()
    extra, _ = split_inn_ogrn("1027700123450/7701123451/770101001")
    assert [note.severity for note in extra.notes] == ["warning"]
    assert "770101001" in extra.notes[0].message
    words, nothing = split_inn_ogrn("уточнить")
    assert [note.severity for note in words.notes] == ["error"]
    assert (nothing.value, nothing.notes) == (None, ())
