"""What a password must be, and its hash: `Hasher` (bcrypt) and `Validator` of streamlit-authenticator.

bcrypt reads 72 bytes. A longer password is refused with a sentence instead of being cut: 36 Cyrillic letters fill it.
The library imports Streamlit, so it is loaded at the first hash and not with this module.
"""

import logging
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.errors import InvalidInput

MIN_LETTERS = 12
MAX_BYTES = 72
MIN_DIFFERENT = 5

REQUIREMENTS = (
    f"Не короче {MIN_LETTERS} знаков.",
    f"Не длиннее {MAX_BYTES} латинских или {MAX_BYTES // 2} русских букв.",
    "Не из одних цифр и не из повторов.",
    "Не из распространённых паролей («пароль123456», «qwertyuiop12» и подобных).",
    "Не содержит логин.",
)

_NOBODYS_HASH = "$2b$12$xBFB6O.8jutCBYTgh6KlvuWBuxJZof5Vn4rT9ZY1KDvvC10SKv1Ci"
"""Checked when the login is unknown, so that the answer takes as long. No password is behind it."""

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_SWITCHED = str.maketrans(_LATIN + _CYRILLIC, _CYRILLIC + _LATIN)


@lru_cache
def load_library() -> tuple[Any, Any]:
    """`Hasher` and `Validator`; a server loads them at its start, half a second that no sign-in should wait."""
    logging.disable(logging.WARNING)  # it warns that no page is being drawn
    try:
        from streamlit_authenticator.utilities.hasher import Hasher  # noqa: PLC0415
        from streamlit_authenticator.utilities.validator import Validator  # noqa: PLC0415
    finally:
        logging.disable(logging.NOTSET)
    return Hasher, Validator


def hash_password(password: str) -> str:
    """The bcrypt hash of a password that passed `check_new` (about 0.2 s)."""
    return str(load_library()[0].hash(_normal(password)))


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash; None (an unknown login) takes as long and is never true."""
    hasher, normal = load_library()[0], _normal(password)
    possible = password_hash is not None and len(normal.encode()) <= MAX_BYTES and "\0" not in normal
    if not possible:
        hasher.check_pw("-", _NOBODYS_HASH)
        return False
    return bool(hasher.check_pw(normal, password_hash))


def check_new(password: str, login: str) -> None:
    """Raise `InvalidInput` with a sentence unless the password may be used with `login`."""
    fault = _fault(_normal(password), login)
    if fault:
        raise InvalidInput(fault, {"password": fault})


def is_login(login: str) -> bool:
    """Whether the text can be a login: a short Latin name or an e-mail address."""
    return "\n" not in login and bool(load_library()[1]().validate_username(login))


def is_common(password: str) -> bool:
    """Whether anybody would try it early: a listed word, two of them, a repeated one, with digits, in either layout."""
    folded = password.casefold().replace("ё", "е")
    for text in (folded, folded.translate(_SWITCHED).replace("ё", "е")):
        core = text.strip("0123456789!@#$%^&*()-_=+?/\\|№ ")
        if any(_is_made_of_words(candidate) for candidate in {text, core} if candidate):
            return True
    return False


def _fault(password: str, login: str) -> str:
    letters, size = len(password), len(password.encode())
    folded = password.casefold()
    own = {login.casefold(), login.casefold().partition("@")[0]}
    if letters < MIN_LETTERS:
        return f"Пароль слишком короткий: нужно не меньше {MIN_LETTERS} знаков, а введено {letters}."
    if size > MAX_BYTES:
        return (
            f"Пароль слишком длинный: из {letters} знаков помещаются первые {_fitting(password)} "
            "(русская буква занимает место двух латинских). Сократите его."
        )
    if any(unicodedata.category(letter) == "Cc" for letter in password):
        return "В пароле есть непечатаемые знаки. Наберите его с клавиатуры."
    if not any(letter.isalpha() for letter in password):
        return "Пароль состоит из одних цифр и знаков. Добавьте слова."
    if len(set(folded)) < MIN_DIFFERENT:
        return "В пароле слишком мало разных знаков."
    if any(len(part) >= 3 and part in folded for part in own):
        return "Пароль не должен содержать логин."
    if is_common(password):
        return (
            "Этот пароль слишком распространён: его подберут одним из первых. "
            "Придумайте другой, например из трёх-четырёх не связанных слов."
        )
    return ""


def _fitting(password: str) -> int:
    return len(password.encode()[:MAX_BYTES].decode(errors="ignore"))


def _normal(password: str) -> str:
    # «й» typed as one sign or as two is the same letter; nothing else is touched, spaces included.
    return unicodedata.normalize("NFC", password)


def _is_made_of_words(text: str) -> bool:
    words = _common()
    if text in words:
        return True
    period = (text + text).find(text, 1)
    if period < len(text) and (period <= 4 or text[:period] in words):
        return True
    return any(text[:cut] in words and text[cut:] in words for cut in range(3, len(text) - 2))


@lru_cache
def _common() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
