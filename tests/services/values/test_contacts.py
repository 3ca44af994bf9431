import pytest

from services.values import (
    clean_emails,
    clean_phones,
    email_addresses,
    merge_emails,
    merge_phones,
    phone_numbers,
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("8 (916) 123-45-67", "+79161234567"),
        ("9161234567", "+79161234567"),
        (89161234567, "+79161234567"),
        (9161234567.0, "+79161234567"),
        ("+7 8 916 123 45 67", "+79161234567"),
        ("916) 123 45 67", "+79161234567"),
        ("+375 29 123-45-67", "+375291234567"),
        ("375291234567", "+375291234567"),
        ("8-800-200-06-00", "+78002000600"),
        ("Тел.: 8 916 123-45-67, моб. +7 925 765 43 21", "+79161234567, +79257654321"),
        ("8 916 123 45 67; 8(916)1234567", "+79161234567"),
        ("8 916 123 45 67 8 925 765 43 21", "+79161234567, +79257654321"),
        ("8 916 123 45 67\n8 925 765 43 21", "+79161234567, +79257654321"),
        ("8 916 123 45 67 и 8 925 765 43 21", "+79161234567, +79257654321"),
        ("(495) 111-00-22, доб. 15", "+74951110022 доб. 15"),
        ("(495) 111-00-22 оп 15", "+74951110022 доб. 15"),
        ("(495) 111-00-22 (доб. 15, 16), 8 916 123-45-67", "+74951110022 доб. 15, +74951110022 доб. 16, +79161234567"),
        ("(495) 111-00-22 (доб. 15, приёмная)", "+74951110022 доб. 15 (приёмная)"),
        ("8 916 123-45-67 (касса, 2 этаж)", "+79161234567 (касса 2 этаж)"),
        ("Приёмная 8 916 123-45-67", "+79161234567 (Приёмная)"),
        ("8 916 123-45-67 факс", "+79161234567 (факс)"),
        ("нет", None),
        ("тел.: нет", None),
        ("—", None),
        (None, None),
    ],
)
def test_clean_phones(raw: object, value: str | None) -> None:
    assert clean_phones(raw).value == value
    assert clean_phones(raw).notes == ()


@pytest.mark.parametrize(
    ("raw", "value", "message"),
    [
        ("+7916123456", "+7916123456", "В номере «+7916123456» 10 цифр вместо 11."),
        ("123-45-67", "123-45-67", "В номере «123-45-67» 7 цифр вместо 10."),
        ("8 (000) 123-45-67", "8 (000) 123-45-67", "Номера «8 (000) 123-45-67» не существует: проверьте код и цифры."),
        ("спросить у Ольги", "спросить у Ольги", "В телефоне «спросить у Ольги» нет номера."),
        ("office@example.ru", "office@example.ru", "Это не телефон, а похоже на адрес почты: «office@example.ru»."),
    ],
)
def test_what_is_no_number_is_kept(raw: str, value: str, message: str) -> None:
    cleaned = clean_phones(raw)
    assert cleaned.value == value
    assert [(note.severity, note.message) for note in cleaned.notes] == [("warning", message)]
    assert phone_numbers(cleaned.value) == ()


def test_local_number_takes_the_area_code_before_it() -> None:
    cleaned = clean_phones("(495) 111-00-22, 333 44 55")
    assert cleaned.value == "+74951110022, +74953334455"
    assert [(note.severity, note.message) for note in cleaned.notes] == [
        ("info", "К номеру «333 44 55» добавлен код 495 соседнего номера.")
    ]
    assert clean_phones("8 (8412) 12-34-56, 65-43-21").value == "+78412123456, +78412654321"
    assert clean_phones("+74951110022, 333 44 55").value == "+74951110022, 333 44 55"
    assert clean_phones("8 916 123-45-67, 333 44 55").value == "+79161234567, 333 44 55"


def test_phone_numbers_gives_what_one_can_dial() -> None:
    value = clean_phones("8 916 123-45-67 (касса), (495) 111-00-22 доб. 15, 123").value
    assert value == "+79161234567 (касса), +74951110022 доб. 15, 123"
    assert phone_numbers(value) == ("+79161234567", "+74951110022;ext=15")
    assert phone_numbers(None) == ()


@pytest.mark.parametrize(
    ("old", "new", "merged"),
    [
        ("+79161234567", "8 925 765 43 21, 8 916 123 45 67", "+79161234567, +79257654321"),
        ("+79161234567", "8 916 123 45 67 (касса)", "+79161234567 (касса)"),
        ("+74951110022", "+74951110022 доб. 15", "+74951110022, +74951110022 доб. 15"),
        ("123", "123", "123"),
        (None, "89161234567", "+79161234567"),
        ("+79161234567", None, "+79161234567"),
        (None, None, None),
    ],
)
def test_merge_phones(old: str | None, new: str | None, merged: str | None) -> None:
    assert merge_phones(old, new) == merged


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Office@Example.RU", "office@example.ru"),
        ("a@b.ru; c@d.ru", "a@b.ru, c@d.ru"),
        ("a@b.ru c@d.ru\na@B.ru", "a@b.ru, c@d.ru"),
        ("a@b.ru/c@d.ru", "a@b.ru, c@d.ru"),
        ("e-mail: a@b.ru", "a@b.ru"),
        ("mailto:a@b.ru", "a@b.ru"),
        ("Ольга <a@b.ru>", "a@b.ru (Ольга)"),
        ("a@b.ru (бухгалтерия)", "a@b.ru (бухгалтерия)"),
        ("a @ b.ru.", "a@b.ru"),
        ("почта@пример.рф".replace("почта", "post"), "post@пример.рф"),
        ("нет", None),
        ("e-mail: нет", None),
        ("-", None),
    ],
)
def test_clean_emails(raw: str, value: str | None) -> None:
    assert clean_emails(raw).value == value
    assert clean_emails(raw).notes == ()


@pytest.mark.parametrize("raw", ["office@", "office", "a..b@c.ru", "a@b", "а@кириллица-слева.ru", "a@-b.ru", "@b.ru"])
def test_wrong_addresses_are_kept(raw: str) -> None:
    cleaned = clean_emails(raw)
    assert cleaned.value == raw
    assert [(note.severity, note.message) for note in cleaned.notes] == [
        ("warning", f"Не похоже на адрес электронной почты: «{raw}».")
    ]
    assert email_addresses(cleaned.value) == ()


def test_comma_for_a_dot_is_mended() -> None:
    cleaned = clean_emails("office@example,ru")
    assert cleaned.value == "office@example.ru"
    assert [note.severity for note in cleaned.notes] == ["info"]


def test_email_addresses_and_merge() -> None:
    value = clean_emails("a@b.ru (Ольга), wrong@, c@d.ru").value
    assert value == "a@b.ru (Ольга), wrong@, c@d.ru"
    assert email_addresses(value) == ("a@b.ru", "c@d.ru")
    assert merge_emails("a@b.ru", "C@d.ru, A@B.ru") == "a@b.ru, c@d.ru"
    assert merge_emails(None, None) is None


def test_a_cell_of_signs_is_read_at_once() -> None:
    """Each took many seconds while the work grew with the square of the signs."""
    assert clean_phones("+" * 32_767).value is None
    assert phone_numbers(clean_phones("(" * 16_000 + "+79161234567").value or "") == ("+79161234567",)
