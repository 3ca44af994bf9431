"""Looking for duplicates among everybody: seconds and memory, in a process of its own as in the product.

Before it looks, every third person gets one of a few telephones of offices, every tenth the name of a neighbour: what
would make pairs of all with all.
"""

import json
import os
import resource
import subprocess
import sys
import time

from sqlalchemy import Engine, text
from sqlmodel import Session

from services.access.permissions import SYSTEM
from services.database import make_engine
from services.duplicates import search
from services.settings import ROOT
from tests.bench.report import Line

SECONDS, MEGABYTES = 60.0, 600.0
CROWD = (
    "UPDATE person SET phone = '+7495111' || substr('0000' || (id % 40), -4) WHERE id % 3 = 0",
    "UPDATE person SET (last_name, first_name, middle_name, name_key) = ("
    "SELECT last_name, first_name, middle_name, name_key FROM person AS other"
    " WHERE other.id = person.id - person.id % 50) WHERE id % 10 = 0 AND id >= 50",
)


def measure(engine: Engine) -> list[Line]:
    """One line for the time, one for the memory."""
    address = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.bench.duplicates"]
    environment = os.environ | {"BENCH_URL": address}
    run = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    told = json.loads(run.stdout)
    found = f"{told['people']} pairs of people, {told['companies']} of companies"
    return [
        Line("duplicates: the search", told["seconds"], "s", SECONDS, remark=found),
        Line("duplicates: memory", told["mb"], "MB", MEGABYTES),
    ]


def main() -> None:
    """Search, tell, leave everything as it was."""
    engine = make_engine(os.environ["BENCH_URL"])
    with Session(engine.execution_options(writes=True)) as session:
        for statement in CROWD:
            session.execute(text(statement))
        started = time.monotonic()
        people, companies = search.find_people(session, SYSTEM), search.find_companies(session, SYSTEM)
        seconds = time.monotonic() - started
        session.rollback()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "mb": used, "people": len(people), "companies": len(companies)}))


if __name__ == "__main__":
    main()
