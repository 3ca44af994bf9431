"""Errors whose text is meant for the person at the screen."""

from dataclasses import dataclass


class DomainError(Exception):
    """Something the user can understand and mend; `str(error)` is a Russian sentence."""


class InvalidInput(DomainError):
    """A value was refused. `fields` maps a field's key to its sentence, when the fault has a place."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class NotFound(DomainError):
    """There is no such thing, or it is not for this actor to know."""


class NotAllowed(DomainError):
    """The actor's role does not permit it."""

    def __init__(self, permission: str) -> None:
        super().__init__("Недостаточно прав для этого действия.")
        self.permission = permission


@dataclass(frozen=True)
class FieldChange:
    """One field somebody else changed meanwhile: label and both values as shown on the screen."""

    label: str
    before: str
    after: str


class StaleRecord(DomainError):
    """The record was changed by somebody else since it was opened; `changes` says how."""

    def __init__(self, who: str, changes: tuple[FieldChange, ...]) -> None:
        listed = "; ".join(f"{c.label}: «{c.before}» → «{c.after}»" for c in changes)
        super().__init__(f"Запись изменил(а) {who}, вот что изменилось: {listed or 'служебные поля'}.")
        self.who, self.changes = who, changes
