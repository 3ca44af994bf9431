"""One search of the whole base: read in one unit of work, what was found written in a short one."""

import time
from collections.abc import Callable
from functools import partial

from models import PairKind, Source
from services.access.permissions import SYSTEM
from services.duplicates import search
from services.work import reading, writing


def run(progress: Callable[[str, int], None] = lambda kind, done: None) -> dict[str, int]:
    """Search people, then companies; how many pairs of each there are."""
    found: dict[str, int] = {}
    for kind, find in ((PairKind.PERSON, search.find_people), (PairKind.COMPANY, search.find_companies)):
        started = time.monotonic()
        progress(kind.value, 0)
        with reading() as session:
            pairs = find(session, SYSTEM, partial(progress, kind.value))
        with writing(SYSTEM, Source.SYSTEM) as session:
            found[kind.value] = search.keep(session, SYSTEM, kind, pairs, started)
    return found
