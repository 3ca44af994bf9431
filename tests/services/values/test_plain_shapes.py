"""Plain cells are read at once, others closely: both ways give the same. A space at the end makes a cell not plain."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings, strategies as st

from services.values import (
    clean_address,
    clean_company,
    clean_date,
    clean_emails,
    clean_inn,
    clean_ogrn,
    clean_people,
    clean_phones,
    clean_text,
    email_addresses,
    fold,
    merge_emails,
    merge_phones,
    phone_numbers,
)
from services.values.people_words import FEMALE_NAMES, MALE_NAMES

EXAMPLES = settings(max_examples=150, deadline=None, derandomize=True, database=None)
CLEANERS: list[Callable[[object], Any]] = [
    clean_company,
    clean_date,
    clean_emails,
    clean_inn,
    clean_ogrn,
    clean_people,
    clean_phones,
    clean_text,
]

_LAST = st.sampled_from("Лужин Директор Ип Доктор Ао Член Врио Лугова-Полянская Иван Ильич Главин Зав Нко".split())
_FIRST = st.sampled_from([*sorted(name.title() for name in MALE_NAMES | FEMALE_NAMES), "Ильич", "Лесной", "Директор"])
_MIDDLE = st.sampled_from("Ильич Павловна Оглы Адамович Лесной Директор Сабирович Ип Павлович-Оглы".split())
_INITIALS = st.from_regex("[А-ЯЁ]\\. ?[А-ЯЁ]\\.", fullmatch=True)
_DIGITS = "[0-9]{3}"
_SHAPES = st.one_of(
    st.tuples(_LAST, _FIRST, _MIDDLE).map(" ".join),
    st.tuples(_LAST, _INITIALS).map(" ".join),
    st.from_regex(rf"(\+?7|8)?[ -]?\(?{_DIGITS}\)?[ -]?{_DIGITS}[ -]?[0-9]{{2}}[ -]?[0-9]{{2}}", fullmatch=True),
    st.lists(st.from_regex(rf"\+7[3489][0-9]{{2}}{_DIGITS}[0-9]{{4}}", fullmatch=True), max_size=3).map(", ".join),
    st.from_regex("[0-9]{9,15}", fullmatch=True),
    st.from_regex("[0-3][0-9]\\.[01][0-9]\\.(0001|18[0-9]{2}|19[0-9]{2}|2[01][0-9]{2})", fullmatch=True),
    st.from_regex("(0001|18[0-9]{2}|20[0-9]{2})-[01][0-9]-[0-3][0-9]", fullmatch=True),
    st.lists(st.from_regex(r"[A-Za-z0-9._+-]{1,9}@[A-Za-z0-9-]{1,6}\.(ru|C[a-z]|x)", fullmatch=True), max_size=2).map(
        ", ".join
    ),
    st.from_regex(r"(ООО|АО|АНО|АНО ДПО|ИП|ГБУЗ|ооо) [«\"]?[А-Яа-яЁёA-Za-z0-9 -]{1,12}[»\"]?", fullmatch=True),
    st.from_regex(r"[А-Яё0-9 .()-]{0,8}(\.0|_x000D_|_x)?", fullmatch=True),
)


@pytest.mark.parametrize("clean", CLEANERS, ids=lambda clean: clean.__name__)
@EXAMPLES
@given(cell=_SHAPES)
def test_plain_cells_read_as_closely_read_ones(clean: Callable[[object], Any], cell: str) -> None:
    assert clean(cell) == clean(f"{cell} \u00a0")


@EXAMPLES
@given(day=st.dates(dt.date(1890, 1, 1), dt.date(2110, 1, 1)), time=st.times())
def test_dates_of_a_cell_read_as_written_ones(day: dt.date, time: dt.time) -> None:
    written = clean_date(f"{day:%d.%m.%Y} ")
    assert clean_date(dt.datetime.combine(day, time)).value == clean_date(day).value == written.value


@EXAMPLES
@given(number=st.integers(0, 10**12))
def test_numbers_of_a_cell_read_as_written_ones(number: int) -> None:
    for clean in (clean_inn, clean_ogrn, clean_phones):
        assert clean(number) == clean(float(number)) == clean(str(number))


@pytest.mark.parametrize("last", ["0000000", "1234567", "2223344", "9999999"])
def test_every_code_is_as_valid_as_phonenumbers_says(last: str) -> None:
    for code in range(1000):
        number = phonenumbers.parse(f"+7{code:03}{last}", "RU")
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        expected = (e164,) if phonenumbers.is_valid_number(number) else ()
        assert phone_numbers(clean_phones(f"8{code:03}{last}").value) == expected


@EXAMPLES
@given(old=_SHAPES, new=_SHAPES)
def test_merging_plain_lists(old: str, new: str) -> None:
    phones = [clean_phones(text).value for text in (old, new)]
    everything = tuple(dict.fromkeys((*phone_numbers(phones[0]), *phone_numbers(phones[1]))))
    assert phone_numbers(merge_phones(*phones)) == everything
    emails = [clean_emails(text).value for text in (old, new)]
    united = tuple(dict.fromkeys((*email_addresses(emails[0]), *email_addresses(emails[1]))))
    assert email_addresses(merge_emails(*emails)) == united


def test_fold_sees_no_difference_of_case_and_spaces() -> None:
    assert fold(" ЁЖ\u00a0 и  Ёлка ") == "еж и елка"


@pytest.mark.parametrize(
    "piece", ["а1, ", "слово ", "(а) ", "А.", "ул. ", "Лесная. ", "(495) 111-00-22 ", "1 ", "«", "-"]
)
def test_a_cell_as_long_as_excel_allows_is_read_at_once(piece: str) -> None:
    """Some took a quarter of a minute while the work grew with the square of the length."""
    cell = (piece * 32_767)[:32_767]
    for clean in (*CLEANERS, clean_address):
        clean(cell)
