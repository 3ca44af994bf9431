"""Looking for pairs in the whole base, and keeping what was found beside what people have decided."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session

from models import Company, DuplicatePair, DuplicateSearch, Employment, PairKind, PairState, Person
from services import clock
from services.access.permissions import Actor, Permission, requires
from services.database import unmap
from services.duplicates import companies, people
from services.duplicates.blocks import Found, weigh_all
from services.history.statements import chunks, insert_rows, is_among, table_of
from services.imports import applying

Pairs = dict[tuple[int, int], Found]
Progress = Callable[[int], None]
PERSON = ("last_name", "first_name", "middle_name", "name_key", "inn", "birth_date", "email", "phone")
COMPANY = ("name_key", "inn", "kpp", "ogrn", "email", "phone", "legal_address", "actual_address")
_pair = table_of(DuplicatePair)


@requires(Permission.BASE_EDIT)
def find_people(session: Session, _actor: Actor, progress: Progress = lambda done: None) -> Pairs:
    """Probable pairs of people; writes nothing."""
    unmap(session)
    places = _places(session)
    read = ((number, people.human(values, places.get(number, ()))) for number, values in _read(session, Person, PERSON))
    blocks, weigh = people.blocks_of(read)
    return weigh_all(blocks, weigh, progress)


@requires(Permission.BASE_EDIT)
def find_companies(session: Session, _actor: Actor, progress: Progress = lambda done: None) -> Pairs:
    """Probable pairs of companies; writes nothing."""
    unmap(session)
    blocks = companies.blocks_of((n, companies.firm(values)) for n, values in _read(session, Company, COMPANY))
    return weigh_all(blocks, companies.weigh, progress)


@requires(Permission.BASE_EDIT)
def keep(session: Session, _actor: Actor, kind: PairKind, found: Pairs, started: float) -> int:
    """Keep the pairs found; those that are none any more go. Gives how many wait for a decision.

    What somebody called no duplicate comes back only when something speaks for it that did not then.
    """
    applying.alone(session)  # the search of the night and one on demand may end together
    connection, now = session.connection(), clock.now()
    rows = connection.execute(
        select(_pair.c.id, _pair.c.left_id, _pair.c.right_id, _pair.c.state, _pair.c.score, _pair.c.reasons).where(
            _pair.c.kind == kind.value
        )
    ).all()
    known: set[tuple[int, int]] = set()
    gone: list[int] = []
    for number, left, right, state, score, reasons in rows:
        known.add((left, right))
        fresh = found.get((left, right))
        if state == PairState.OPEN.value and fresh is None:
            gone.append(number)
        elif fresh is not None and state != PairState.MERGED.value:
            _renew(session, number, state, (score, tuple(json.loads(reasons))), fresh)
    for chunk in chunks(gone):
        connection.execute(delete(_pair).where(is_among(connection, _pair.c.id, chunk)))
    fresh_rows = [
        (kind.value, *pair, score, _dumped(reasons), PairState.OPEN.value, now)
        for pair, (score, reasons) in found.items()
        if pair not in known
    ]
    names = ("kind", "left_id", "right_id", "score", "reasons", "state", "found_at")
    for rows_of_chunk in chunks(fresh_rows):
        insert_rows(connection, _pair, names, rows_of_chunk)
    _note(session, kind, round(time.monotonic() - started), len(found))
    return len(found)


def _renew(session: Session, number: int, state: str, before: Found, fresh: Found) -> None:
    if state == PairState.NOT_DUPLICATE.value and not set(fresh[1]) - set(before[1]):
        return
    if state == PairState.OPEN.value and fresh == before:
        return
    values = {"score": fresh[0], "reasons": _dumped(fresh[1]), "state": PairState.OPEN.value}
    session.execute(_pair.update().where(_pair.c.id == number).values(**values, decided_by=None, decided_at=None))


def _note(session: Session, kind: PairKind, seconds: int, pairs: int) -> None:
    session.merge(DuplicateSearch(kind=kind.value, ended_at=clock.now(), seconds=seconds, pairs=pairs))
    session.flush()


def _dumped(reasons: tuple[str, ...]) -> str:
    return json.dumps(reasons, ensure_ascii=False)


def _places(session: Session) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    job = table_of(Employment).c
    for person, company in session.connection().execute(select(job.person_id, job.company_id)):
        found.setdefault(person, []).append(company)
    return found


def _read(session: Session, model: Any, names: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    table = table_of(model)
    query = select(table.c.id, *(table.c[name] for name in names)).order_by(table.c.id)
    for number, *values in session.connection().execute(query):
        yield number, {name: value for name, value in zip(names, values, strict=True) if value is not None}
