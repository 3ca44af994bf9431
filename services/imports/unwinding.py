"""What taking a batch back comes to: values that return, records that go and come back, and what stays and why.

Reads only. Everything is asked by statements over many records; the outcome is in memory.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models import Base, BatchKind, ImportBatch, Record
from services.directory.keys import KEY_PARTS, name_key
from services.history import bulk, past
from services.history.past import Deeds, Key, Step
from services.history.recorder import HIDDEN, WHOLE, recorded
from services.history.statements import chunks, is_among, table_of
from services.imports.uniques import Unique, uniques
from services.messaging import following

EDITED = "Значение с тех пор изменили."
RECORD_EDITED = "Запись с тех пор изменили."
REFERRED = "На запись с тех пор ссылаются другие записи."
GONE = "Запись с тех пор удалили."
BACK = "Запись с этим номером уже есть."
TAKEN = "Такое значение теперь у другой записи."
BROKEN = "Записи, на которую она ссылалась, больше нет."
LOST = "Прежнее значение не сохранилось."


class Phrase(str):
    """Stands in the place of a value, and is none."""

    __slots__ = ()


TO_REMOVE, TO_RESTORE = Phrase("удалить запись"), Phrase("вернуть запись")
IS_THERE, IS_NOT_THERE, NOTHING = Phrase("запись есть"), Phrase("записи нет"), Phrase("")

Values = dict[str, Any]


def _models() -> tuple[type[Record], ...]:
    by_table = {table_of(mapper.class_): mapper.class_ for mapper in Base._sa_registry.mappers}  # noqa: SLF001
    ordered = (by_table.get(table) for table in Base.metadata.sorted_tables)
    return tuple(model for model in ordered if model is not None and issubclass(model, Record))


MODELS = _models()
"""All records, those referred to before those that refer."""
NAMED = {model.__name__: model for model in MODELS}


def _references() -> dict[type[Record], dict[str, type[Record]]]:
    by_table = {table_of(model).name: model for model in MODELS}
    return {
        model: {
            column.name: by_table[key.column.table.name]
            for column in table_of(model).columns
            for key in column.foreign_keys
            if key.column.table.name in by_table
        }
        for model in MODELS
    }


REFERENCES = _references()


@dataclass(frozen=True)
class Refusal:
    """Something that stays as it is. `now` and `wanted` are values of the field, or phrases about the record."""

    model: type[Record]
    number: int
    field: str
    reason: str
    now: Any
    wanted: Any


class Unwinding:
    """The outcome: `returns`, `removals` and `restores` by model and number, the refusals."""

    def __init__(self, session: Session, batch_id: int, moot: Collection[int]) -> None:
        """Work out what taking `batch_id` back does; changes of the batches `moot` are no edits since."""
        self.returns: dict[type[Record], dict[int, Values]] = {model: {} for model in MODELS}
        self.removals: dict[type[Record], set[int]] = {model: set() for model in MODELS}
        self.restores: dict[type[Record], dict[int, Values]] = {model: {} for model in MODELS}
        self.refusals: list[Refusal] = []
        self._session, self._connection = session, session.connection()
        self._present: dict[type[Record], dict[int, Values]] = {model: {} for model in MODELS}
        self._deeds: Deeds = past.deeds(self._connection, batch_id)
        self._since = past.later(self._connection, batch_id, moot)
        self._secrets = past.secrets(self._connection, batch_id)
        self._merges = session.get_one(ImportBatch, batch_id).kind == BatchKind.MERGE.value
        self._collect()
        while self._keep_referring() or self._keep_referred() or self._keep_taken():
            pass  # what is kept may stand in the way of something else

    @cached_property
    def marks(self) -> dict[Key, int]:
        """The first change the batch made to every field that returns, and the deletion of every record that does."""
        found: dict[Key, int] = {}
        for model, records in self.returns.items():
            steps = self._deeds.changed.get(model.__name__, {})
            found |= {(model.__name__, n, key): steps[n][key].first for n, values in records.items() for key in values}
        for model, restored in self.restores.items():
            gone = self._deeds.deleted.get(model.__name__, {})
            found |= {(model.__name__, number, WHOLE): gone[number].first for number in restored}
        return found

    @cached_property
    def emptied(self) -> dict[type[Record], dict[int, Values]]:
        """Values that must go before others return: they are wanted by another record, as after a swap."""
        found: dict[type[Record], dict[int, Values]] = {model: {} for model in MODELS}
        for model, returned in self.returns.items():
            for unique in uniques(model):
                empty = unique.emptied(model)
                moving = [number for number, values in returned.items() if unique.columns[0] in values]
                present = {unique.key(self._present[model][number]): number for number in moving}
                for number in moving if empty else ():
                    wanted = unique.key(self._present[model][number] | returned[number])
                    holder = present.get(wanted, number)
                    if wanted is not None and holder != number:
                        found[model].setdefault(holder, {}).update(empty or {})
        return found

    def _collect(self) -> None:
        for entity, changed in self._deeds.changed.items():
            for chunk in chunks(list(changed)):
                present = self._read(NAMED[entity], chunk)
                for number in chunk:
                    if number not in self._deeds.deleted.get(entity, {}):
                        self._return(NAMED[entity], number, changed[number], present.get(number))
        for entity, created in self._deeds.created.items():
            for chunk in chunks(list(created)):
                self._remove(NAMED[entity], chunk)
        for entity, deleted in self._deeds.deleted.items():
            for chunk in chunks(list(deleted)):
                there = bulk.read(self._session, NAMED[entity], chunk, (), strict=False)
                for number in chunk:
                    self._restore(NAMED[entity], number, deleted[number], is_there=number in there)

    def _return(self, model: type[Record], number: int, steps: dict[str, Step], present: Values | None) -> None:
        since = self._since.get((model.__name__, number), {})
        for key, step in steps.items():
            before, after, lost = self._values(model, number, key, step)
            now = present[key] if present else None
            if present is None:
                self._refuse(model, number, key, GONE, NOTHING, before)
            elif lost:
                self._refuse(model, number, key, LOST, now, HIDDEN)
            elif now == before:
                continue
            elif since.get(key, 0) > step.last or now != after:
                self._refuse(model, number, key, EDITED, now, before)
            else:
                self.returns[model].setdefault(number, {})[key] = before
                self._present[model][number] = present

    def _values(self, model: type[Record], number: int, key: str, step: Step) -> tuple[Any, Any, bool]:
        if key not in past.secret_fields(model):
            return past.value(model, key, step.before), past.value(model, key, step.after), False
        hidden = self._secrets.get((model.__name__, number, key))
        return (*(hidden or (None, None)), hidden is None)

    def _remove(self, model: type[Record], numbers: Collection[int]) -> None:
        edited = {n: keys for n in numbers if (keys := self._since.get((model.__name__, n)))}
        present = self._read(model, list(edited)) if edited else {}
        for number, values in present.items():
            for key in (key for key in edited[number] if key != WHOLE):
                self._refuse(model, number, key, RECORD_EDITED, values[key], TO_REMOVE)
        rest = [number for number in numbers if number not in edited]
        self.removals[model].update(bulk.read(self._session, model, rest, (), strict=False))

    def _restore(self, model: type[Record], number: int, step: Step, *, is_there: bool) -> None:
        if is_there:
            self._refuse(model, number, WHOLE, BACK, IS_THERE, TO_RESTORE)
            return
        values: Values = dict.fromkeys(recorded(model)) | past.whole(model, step.before or "{}")
        changed = self._deeds.changed.get(model.__name__, {}).get(number, {})
        values |= {key: past.value(model, key, step.before) for key, step in changed.items()}
        for key in past.secret_fields(model):
            hidden = self._secrets.get((model.__name__, number, key))
            if hidden is None and values[key] is not None:
                self._refuse(model, number, key, LOST, NOTHING, HIDDEN)
            values[key] = hidden[0] if hidden else None
        self.restores[model][number] = values | {"id": number}

    def _keep_referring(self) -> bool:
        """Nothing may return that refers to what is no more. Restored records are asked parents first."""
        kept = 0
        for model in MODELS:
            for key, target in REFERENCES[model].items():
                coming = self.restores[model].items()
                fresh = [(n, values[key]) for n, values in coming if values[key] is not None]
                fresh += [(n, v[key]) for n, v in self.returns[model].items() if v.get(key) is not None]
                missing = self._missing(target, {number for _, number in fresh})
                for number in [number for number, wanted in fresh if wanted in missing]:
                    self._keep(model, number, key, BROKEN)
                    kept += 1
        return bool(kept)

    def _missing(self, model: type[Record], numbers: set[int]) -> set[int]:
        asked = numbers - self.restores[model].keys()
        there: set[int] = set()
        for chunk in chunks(list(asked)):
            there.update(bulk.read(self._session, model, chunk, (), strict=False))
        return (asked - there) | (asked & self.removals[model])

    def _keep_referred(self) -> bool:
        """Nothing may go that something refers to which stays. Those that refer are decided before."""
        kept = 0
        for model in reversed(MODELS):
            for child in MODELS if self.removals[model] else ():
                for key in (key for key, target in REFERENCES[child].items() if target is model):
                    referred = self._referred(child, key, self.removals[model])
                    for number in referred:
                        self._keep(model, number, WHOLE, REFERRED)
                    kept += len(referred)
            kept += self._keep_written_to(model)
        return bool(kept)

    def _keep_written_to(self, model: type[Record]) -> int:
        """Whoever was sent a message since stays; in a merge done again the messages go over first."""
        going = () if self._merges else tuple(self.removals[model])
        written = following.is_written_to(self._session, model, going)
        for number in written:
            self._keep(model, number, WHOLE, REFERRED)
        return len(written)

    def _referred(self, child: type[Record], key: str, numbers: Collection[int]) -> set[int]:
        table, going, returning = table_of(child), self.removals[child], self.returns[child]
        found: set[int] = set()
        for chunk in chunks(list(numbers)):
            wanted = is_among(self._connection, table.c[key], chunk)
            for number, target in self._connection.execute(select(table.c.id, table.c[key]).where(wanted)):
                if number not in going and key not in returning.get(number, ()):
                    found.add(target)
        return found

    def _keep_taken(self) -> bool:
        """Nothing may return that another record has now and must not share."""
        kept = 0
        for model in MODELS:
            for unique in uniques(model):
                kept += self._keep_held(model, unique)
        return bool(kept)

    def _keep_held(self, model: type[Record], unique: Unique) -> int:
        parts = KEY_PARTS.get(model, ())
        sources = {part for column in unique.columns for part in (parts if column == "name_key" else (column,))}
        moving = {
            n: self._present[model][n] | values for n, values in self.returns[model].items() if sources & values.keys()
        }
        coming = moving | self.restores[model]
        if not coming:
            return 0
        if parts:
            coming = {number: values | {"name_key": name_key(model, values)} for number, values in coming.items()}
        held, kept = unique.held(self._connection, model, coming.values()), 0
        for number, values in coming.items():
            key = unique.key(values)
            holder = held.get(key, number) if key is not None else number
            makes_way = number in self.restores[model] or unique.emptied(model) is not None
            leaves = makes_way and holder in moving and unique.key(coming[holder]) != key
            if holder != number and holder not in self.removals[model] and not leaves:
                for name in sources & self.returns[model][number].keys() if number in moving else (WHOLE,):
                    self._keep(model, number, name, TAKEN)
                kept += 1
            elif key is not None:
                held[key] = number
        return kept

    def _keep(self, model: type[Record], number: int, key: str, reason: str) -> None:
        """Take something planned back out of the plan."""
        if number in self.removals[model]:
            self.removals[model].discard(number)
            self._refuse(model, number, WHOLE, reason, IS_THERE, TO_REMOVE)
        elif number in self.restores[model]:
            del self.restores[model][number]
            self._refuse(model, number, WHOLE, reason, IS_NOT_THERE, TO_RESTORE)
        elif key in self.returns[model].get(number, {}):
            wanted = self.returns[model][number].pop(key)
            self._refuse(model, number, key, reason, self._present[model][number][key], wanted)
            if not self.returns[model][number]:
                del self.returns[model][number]

    def _refuse(self, model: type[Record], number: int, key: str, reason: str, now: Any, wanted: Any) -> None:
        self.refusals.append(Refusal(model, number, key, reason, now, wanted))

    def _read(self, model: type[Record], numbers: Iterable[int]) -> dict[int, Values]:
        return bulk.read(self._session, model, list(numbers), recorded(model), strict=False)
