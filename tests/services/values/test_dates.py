import datetime as dt

import pytest

from services.values import clean_date, clean_full_date, format_date


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (dt.date(2024, 1, 10), "2024-01-10"),
        (dt.datetime.fromisoformat("2024-01-10T15:00"), "2024-01-10"),
        ("30.11.2022", "2022-11-30"),
        ("1.2.2023", "2023-02-01"),
        ("30/11/2022", "2022-11-30"),
        ("30,11,2022", "2022-11-30"),
        ("30. 11. 2022 г.", "2022-11-30"),
        ("30.11.2022\u00a0", "2022-11-30"),
        ("2022-11-30", "2022-11-30"),
        ("2022-11-30T10:20:30Z", "2022-11-30"),
        ("2022-11-30 00:00:00", "2022-11-30"),
        ("30.11.2022 в 19:30", "2022-11-30"),
        ("01.2024", "2024-01"),
        ("1/2024", "2024-01"),
        ("2024-01", "2024-01"),
        (1.2024, "2024-01"),
        (10.202, "2020-10"),
        ("2022 г.", "2022"),
        ("2022г", "2022"),
        ("2022 год", "2022"),
        (2022, "2022"),
        (2022.0, "2022"),
        ("5 марта 2021", "2021-03-05"),
        ("5-го марта 2021 года", "2021-03-05"),
        ("«05» Марта 2021 г.", "2021-03-05"),
        ("вт, 5 мар. 2021 г. 12:15", "2021-03-05"),
        ("май 2020", "2020-05"),
        ("мая 2020 г.", "2020-05"),
        ("Сентябрь 2020", "2020-09"),
        ("2020 ноябрь", "2020-11"),
        ("05-дек-2020", "2020-12-05"),
        ("20240110", "2024-01-10"),
        ("10012024", "2024-01-10"),
        ("от 10.01.2024", "2024-01-10"),
        ("29.02.2024", "2024-02-29"),
        (None, None),
        ("-", None),
        ("нет", None),
        ("0001-01-01T00:00:00", None),
    ],
)
def test_clean_date(raw: object, value: str | None) -> None:
    assert clean_date(raw).value == value
    assert clean_date(raw).notes == ()


@pytest.mark.parametrize(
    ("raw", "value", "severity"),
    [
        ("10.1.24", "2024-01-10", "info"),
        ("10.1.74", "1974-01-10", "info"),
        (41000, "2012-04-01", "info"),
        (41000.5, "2012-04-01", "info"),
        ("20201", "1955-04-22", "warning"),
    ],
)
def test_clean_date_says_what_it_guessed(raw: object, value: str, severity: str) -> None:
    cleaned = clean_date(raw)
    assert cleaned.value == value
    assert [note.severity for note in cleaned.notes] == [severity]


def test_two_digit_year_looks_at_the_years_allowed() -> None:
    assert clean_date("10.1.40", latest=2026).value == "1940-01-10"
    assert clean_date("10.1.40").value == "2040-01-10"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("20244 г.", "В дате «20244 г.» неверный год 20244: проверьте его."),
        ("01.02.20244", "В дате «01.02.20244» неверный год 20244: проверьте его."),
        ("1022 г.", "В дате «1022 г.» год 1022 не подходит: нужен от 1900 до 2100."),
        ("30.02.2024", "Дня 30.02.2024 не бывает: «30.02.2024»."),
        ("01.13.2024", "В дате «01.13.2024» месяц 13, такого не бывает."),
        ("скоро", "Не удалось прочитать дату «скоро»."),
        ("99999999", "Не удалось прочитать дату «99999999»."),
        ("01.02.2024 - 03.02.2024", "Не удалось прочитать дату «01.02.2024 - 03.02.2024»."),
        (True, "Не удалось прочитать дату «да»."),
        (12, "Не удалось прочитать дату «12»."),
    ],
)
def test_clean_date_refuses(raw: object, message: str) -> None:
    cleaned = clean_date(raw)
    assert cleaned.value is None
    assert [(note.severity, note.message) for note in cleaned.notes] == [("error", message)]


def test_years_allowed() -> None:
    assert clean_date("2030", latest=2026).value is None
    assert clean_date(dt.date(1899, 1, 1)).value is None
    assert clean_date("1899", earliest=1800).value == "1899"


def test_clean_full_date() -> None:
    assert clean_full_date("30.11.2022").value == dt.date(2022, 11, 30)
    partial = clean_full_date("01.2024")
    assert partial.value is None
    assert [note.message for note in partial.notes] == ["Нужна полная дата (день, месяц и год), а указано «01.2024»."]
    assert clean_full_date("30.02.2024").notes[0].severity == "error"
    assert clean_full_date("").notes == ()


@pytest.mark.parametrize(
    ("partial", "shown"),
    [("2024-01-10", "10.01.2024"), ("2024-01", "01.2024"), ("2024", "2024 г."), ("", ""), (None, "")],
)
def test_format_date(partial: str | None, shown: str) -> None:
    assert format_date(partial) == shown
