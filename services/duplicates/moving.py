"""Everything that refers to one record goes over to another: worked out first, for the preview, then written.

What refers to what is read from the models. Where both have the same (two invitations to one event), the two become
one by a rule of `joining`; without a rule the merge is refused.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session

from models import Account, Record
from services.duplicates.joining import JOINERS, Joined, Refused, Values, account, is_same_seat
from services.history import bulk
from services.history.recorder import recorded
from services.history.statements import table_of
from services.imports.uniques import uniques
from services.imports.unwinding import MODELS, REFERENCES

Model = type[Record]


class Moving:
    """What is to be written. `moved` and `joined` count records by model, `became` says which number became which.

    `notes` and `refusals` are sentences.
    """

    def __init__(self, session: Session) -> None:
        self.updates: dict[Model, dict[int, Values]] = defaultdict(dict)
        self.removals: dict[Model, set[int]] = defaultdict(set)
        self.inserts: list[tuple[Model, Values]] = []
        self.moved: Counter[Model] = Counter()
        self.joined: Counter[Model] = Counter()
        self.became: dict[Model, dict[int, int]] = defaultdict(dict)
        self.notes: list[str] = []
        self.refusals: list[str] = []
        self._session = session

    def absorb(self, model: Model, kept: int, lost: int) -> None:
        """Record `lost` is about to go: whatever refers to it refers to `kept`."""
        for child in MODELS:
            for key, target in REFERENCES[child].items():
                if target is model:
                    self._take_over(child, key, kept, lost)

    def write(self) -> None:
        """Write it all; what goes is deleted after nothing refers to it."""
        for model in MODELS:
            if self.updates[model]:
                bulk.update(self._session, model, self.updates[model])
        for model in reversed(MODELS):
            if self.removals[model]:
                bulk.delete(self._session, model, self.removals[model])
        for model, values in self.inserts:
            bulk.insert(self._session, model, [values])

    def _take_over(self, child: Model, key: str, kept: int, lost: int) -> None:
        rows = self._read(child, key, (kept, lost))
        present = {number: values for number, values in rows.items() if values[key] == kept}
        for number, values in rows.items():
            if values[key] != lost:
                continue
            rival = self._rival(child, key, values | {key: kept}, present.values())
            if rival is None:
                self.updates[child].setdefault(number, {})[key] = kept
                self.moved[child] += 1
                present[number] = values | {key: kept}
            else:
                self._join(child, rival, values)

    def _join(self, model: Model, kept: Values, lost: Values) -> None:
        """Two records that may not stand beside each other become one."""
        joiner = JOINERS.get(model)
        try:
            if model is Account:  # no log-in is ever deleted
                self.notes.append(account(self._session, kept, lost))
                self.updates[model].setdefault(lost["id"], {})["person_id"] = None
                return
            if joiner is None:
                raise Refused("У обеих записей есть то, что может быть только одно. Объединить их нельзя.")
            joined: Joined = joiner(self._session, kept, lost)
        except Refused as refusal:
            self.refusals.append(str(refusal))
            return
        changed = {key: value for key, value in joined.values.items() if value != kept[key]}
        if changed:
            self.updates[model].setdefault(kept["id"], {}).update(changed)
        kept.update(changed)
        self.notes += joined.notes
        self.inserts += joined.inserts
        for other, number, values in joined.updates:
            self.updates[other].setdefault(number, {}).update(values)
        self.joined[model] += 1
        self.absorb(model, kept["id"], lost["id"])
        self.removals[model].add(lost["id"])
        self.became[model][lost["id"]] = kept["id"]

    def _rival(self, child: Model, key: str, wanted: Values, present: Iterable[Values]) -> Values | None:
        """Who of those present stands in the way."""
        for other in present:
            for unique in uniques(child):
                if key in unique.columns and unique.key(wanted) is not None:
                    if unique.key(wanted) == unique.key(other):
                        return other
            if is_same_seat(child, wanted, other):
                return other
        return None

    def _read(self, child: Model, key: str, numbers: tuple[int, int]) -> dict[int, Values]:
        table: Any = table_of(child)
        columns = [table.c.id, *(table.c[name] for name in recorded(child))]
        wanted = or_(*(table.c[key] == number for number in numbers))
        rows = self._session.connection().execute(select(*columns).where(wanted).order_by(table.c.id)).mappings()
        # What the plan has come to so far stands over what is stored.
        return {
            row["id"]: {**row, **self.updates[child].get(row["id"], {})}
            for row in rows
            if row["id"] not in self.removals[child]
        }
