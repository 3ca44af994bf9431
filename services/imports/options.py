"""What the user chose for a load: blank cells, sheets, tables, columns."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from services.errors import InvalidInput
from services.imports.recognised import NEW_FIELD, SheetChoice
from services.tables.registry import OWN

LONGEST_LABEL = 80


class Blank(StrEnum):
    """What an empty cell does to a filled field."""

    KEEP = "keep"
    CLEAR = "clear"


@dataclass(frozen=True)
class Options:
    """`sheets`: sheet name → number of the table on it (from 0) → choice. `table` and `sheet` are for the whole file.

    `sheet` "" loads all sheets, otherwise only that one, even when it is hidden.
    """

    blank: Blank = Blank.KEEP
    table: str | None = None
    sheet: str = ""
    sheets: Mapping[str, Mapping[int, SheetChoice]] = field(default_factory=dict)

    def to_json(self) -> str:
        """As kept in the batch."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Options":
        """The options `to_json` wrote."""
        raw = json.loads(text)
        sheets = {
            name: {
                int(part): SheetChoice(choice["table"], {int(p): key for p, key in choice["columns"].items()})
                for part, choice in parts.items()
            }
            for name, parts in raw.get("sheets", {}).items()
        }
        return cls(Blank(raw.get("blank", Blank.KEEP)), raw.get("table"), raw.get("sheet", ""), sheets)

    def check(self) -> None:
        """Raise `InvalidInput` for a table there is not, or a new field without a name fit for one."""
        keys = (key for parts in self.sheets.values() for choice in parts.values() for key in choice.columns.values())
        for label in (key.removeprefix(NEW_FIELD).strip() for key in keys if key.startswith(NEW_FIELD)):
            if not label or len(label) > LONGEST_LABEL:
                raise InvalidInput(f"Название нового поля: от 1 до {LONGEST_LABEL} знаков.")
        named = {self.table, *(c.table for parts in self.sheets.values() for c in parts.values())} - {None, ""}
        if unknown := named - set(OWN):
            raise InvalidInput(f"Таблицы {', '.join(map(str, sorted(map(str, unknown))))} нет.")
