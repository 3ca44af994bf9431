"""What every cleaner gives back: a value fit for the database and remarks for the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Severity = Literal["error", "warning", "info"]
T = TypeVar("T")

_LONGEST_SHOWN = 80


@dataclass(frozen=True)
class Note:
    """One remark about a value.

    message: a Russian sentence for the user, with the value in it.
    severity: "error" when the value could not be used, "warning" when it was kept but looks wrong,
    "info" when it was changed on purpose.
    """

    message: str
    severity: Severity


@dataclass(frozen=True)
class Cleaned(Generic[T]):
    """A cleaned value; None means blank (no error note) or unusable (an error note says why)."""

    value: T | None
    notes: tuple[Note, ...] = ()


def error(message: str) -> Note:
    """A remark on a value that could not be used."""
    return Note(message, "error")


def warning(message: str) -> Note:
    """A remark on a value that was kept although it looks wrong."""
    return Note(message, "warning")


def info(message: str) -> Note:
    """A remark on a value that was understood and changed."""
    return Note(message, "info")


def shown(value: object) -> str:
    """The value in guillemets for a sentence, shortened when it is long."""
    text = " ".join(str(value).split())
    if len(text) > _LONGEST_SHOWN:
        text = text[: _LONGEST_SHOWN - 1].rstrip() + "…"
    return f"«{text}»"


def counted(count: int, one: str, few: str, many: str) -> str:
    """Number and noun in the right Russian form: counted(3, "цифра", "цифры", "цифр") == "3 цифры"."""
    if count % 10 == 1 and count % 100 != 11:
        noun = one
    elif count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14):
        noun = few
    else:
        noun = many
    return f"{count} {noun}"


def digits_counted(count: int) -> str:
    """ "6 цифр", "1 цифра"."""
    return counted(count, "цифра", "цифры", "цифр")
