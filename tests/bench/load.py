"""`python -m tests.bench.load floor|load|plan FILE`: one measurement of a load, as one line of JSON.

`load` plans and applies into a fresh base; `plan` plans against the base as it is; `floor` reads the file and inserts
the people it names by one statement, with nothing around it.
"""

import json
import resource
import sys
import time
from pathlib import Path

from python_calamine import CalamineWorkbook
from sqlalchemy import insert

from models import Person, Source
from services import imports, migrate
from services.access.permissions import SYSTEM
from services.database import engine
from services.imports import running
from services.work import reading, writing


def main() -> None:
    """Measure and print."""
    task, path = sys.argv[1], Path(sys.argv[2])
    migrate.migrate(engine())
    found = {"floor": floor, "load": load, "plan": plan}[task](path)
    own, child = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime + child.ru_utime + child.ru_stime
    sys.stdout.write(json.dumps(found | {"mb": own.ru_maxrss // 1024, "child_mb": child.ru_maxrss // 1024, "cpu": cpu}))


def floor(path: Path) -> dict[str, float]:
    """Read and insert, no more."""
    started = time.perf_counter()
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
    people = [
        {
            "last_name": row[0], "first_name": "", "middle_name": "", "name_key": row[0], "version": 1,
            "do_not_disturb": False, "active": True, "phone": row[4], "email": row[5], "region": row[7],
            "source": row[8], "contract_number": row[10],
        }
        for row in rows
    ]  # fmt: skip
    with writing(SYSTEM, Source.EXCEL) as session:
        session.execute(insert(Person.__table__), people)  # type: ignore[attr-defined]
    return {"seconds": time.perf_counter() - started}


def load(path: Path) -> dict[str, float]:
    """Plan and apply."""
    started = time.perf_counter()
    with writing(SYSTEM, Source.SYSTEM) as session:
        batch = imports.start(session, SYSTEM, path.name, path.read_bytes())
    running.plan(SYSTEM, batch)
    planned = time.perf_counter()
    report = running.apply_planned(SYSTEM, batch)
    if not report.written:
        raise RuntimeError("nothing was written")
    return {"plan": planned - started, "apply": time.perf_counter() - planned}


def plan(path: Path) -> dict[str, float]:
    """Plan a batch that changes nothing, the base holding every row."""
    started = time.perf_counter()
    with writing(SYSTEM, Source.SYSTEM) as session:
        batch = imports.start(session, SYSTEM, path.name, path.read_bytes())
    running.plan(SYSTEM, batch)
    done = time.perf_counter() - started
    with reading() as session:
        if imports.batch(session, SYSTEM, batch).report.written:
            raise RuntimeError("something would be written again")
    return {"plan": done}


if __name__ == "__main__":
    main()
