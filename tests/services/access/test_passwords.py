"""What a password must be."""

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from services.access import passwords
from services.errors import InvalidInput

GOOD = "три зелёных слона"
TOO_LONG = (
    "Пароль слишком длинный: из {} знаков помещаются первые {} "
    "(русская буква занимает место двух латинских). Сократите его."
)


def fault(password: str, login: str = "petrova") -> str:
    try:
        passwords.check_new(password, login)
    except InvalidInput as error:
        return error.fields["password"]
    return ""


@pytest.mark.parametrize(
    "password", [GOOD, "correct horse battery", "ъ" + "абвгежзийклмн" * 2 + "опрстуфх", "  пробелы по краям  "]
)
def test_good(password: str) -> None:
    assert fault(password) == ""


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("короткий-11", "Пароль слишком короткий: нужно не меньше 12 знаков, а введено 11."),
        ("абвгдежзик" * 4, TOO_LONG.format(40, 36)),
        ("hgfdsaqwerty" * 7, TOO_LONG.format(84, 72)),
        ("8 916 123-45-67", "Пароль состоит из одних цифр и знаков. Добавьте слова."),
        ("аяаяаяаяаяая", "В пароле слишком мало разных знаков."),
        ("мой petrova 12", "Пароль не должен содержать логин."),
        ("слон\tи зелёный кит", "В пароле есть непечатаемые знаки. Наберите его с клавиатуры."),
    ],
)  # fmt: skip
def test_refused_with_a_sentence(password: str, sentence: str) -> None:
    assert fault(password) == sentence


def test_the_part_of_an_address_before_the_sign_counts_as_login() -> None:
    assert fault("ivanova любит чай", "ivanova@example.ru") == "Пароль не должен содержать логин."


@pytest.mark.parametrize(
    "password",
    ["password1234", "пароль123456", "gfhjkm123456", "ПарольПароль", "qwertyuiop[]", "йцукенгшщзхъ", "Qwerty123456!",
     "1q2w3e4r5t6y", "любовьсергей", "1234администратор", "abcabcabcabc1", "lublunatasha"],
)  # fmt: skip
def test_common_in_either_layout(password: str) -> None:
    assert passwords.is_common(password)


@pytest.mark.parametrize("password", [GOOD, "парольная доска", "qwerty и облака", "синий кит 2026 года"])
def test_not_common(password: str) -> None:
    assert not passwords.is_common(password)


def test_a_hash_knows_its_password_and_nothing_else() -> None:
    made = passwords.hash_password(GOOD)
    assert made != passwords.hash_password(GOOD)
    assert passwords.matches(GOOD, made)
    assert passwords.matches("три зелёных слона", made)  # «ё» of two signs
    assert not passwords.matches(GOOD + " ", made)
    assert not passwords.matches(GOOD.upper(), made)


@pytest.mark.parametrize("password", ["", "x" * 73, "я" * 37, "x" * 100_000, "a\0b", "\ud7ff"])
def test_any_text_may_be_tried(password: str) -> None:
    made = passwords.hash_password(GOOD)
    assert not passwords.matches(password, made)
    assert not passwords.matches(password, None)


def test_an_unknown_login_costs_as_much_as_a_known_one(real_hashes: None) -> None:
    made = passwords.hash_password(GOOD)
    assert made[:7] == passwords._NOBODYS_HASH[:7] == "$2b$12$"


@hypothesis_settings(max_examples=300, deadline=None)
@given(st.text(min_size=0, max_size=120), st.text(max_size=20))
def test_every_text_is_taken_or_refused_with_a_sentence(password: str, login: str) -> None:
    sentence = fault(password, login)
    if not sentence:
        assert len(password) >= 12
        assert len(password.encode()) <= 72
    else:
        assert sentence.endswith(".")


@pytest.mark.parametrize(("login", "good"), [("boss", True), ("a.b@example.ru", True), ("a_b-1", True), ("иван", False),
    ("", False), ("a b", False), ("a\n", False), ("x" * 21, False), ("a@b", False)])  # fmt: skip
def test_logins(login: str, good: bool) -> None:
    assert passwords.is_login(login) is good
