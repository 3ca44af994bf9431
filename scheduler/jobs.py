"""The jobs: each opens its units of work, or calls a service that does, and says what came of it."""

import threading
from collections.abc import Callable

from models import Source
from services import documents, files, health, imports, reminders, scheduling
from services.access import sessions
from services.access.permissions import SYSTEM
from services.duplicates import jobs as duplicate_jobs
from services.errors import DomainError
from services.messaging import bounces, leaving, sending
from services.reminders import evaluating
from services.scheduling import Name, Outcome
from services.work import writing

SEND_SECONDS = 60
"""A sender with much to do writes down what it did so often."""

Job = Callable[[threading.Event], Outcome]


def heartbeat(_stop: threading.Event | None = None) -> Outcome:
    """Tell /health that the scheduler lives, and bury the runs of those that do not."""
    with writing(SYSTEM, Source.SYSTEM) as session:
        health.beat(session, health.Process.SCHEDULER)
    scheduling.bury_lost()
    return Outcome()


def send(stop: threading.Event) -> Outcome:
    """Send what is due; told to stop, it finishes the letter under way."""
    done = sending.send_due(SEND_SECONDS, stop)
    return Outcome(done.counts, done.said, failed=done.said not in ("", leaving.PAUSED))


def remind(_stop: threading.Event) -> Outcome:
    """Put into the outbox what the rules of reminders say."""
    found = evaluating.evaluate()
    problems = [f"{rule.name}: {rule.problem}" for rule in found.rules if rule.problem]
    counts = {"queued": found.queued, "excluded": found.excluded, "missed": found.missed}
    return Outcome(counts, "; ".join(problems), failed=bool(problems))


def read_bounces(_stop: threading.Event) -> Outcome:
    """Mark the addresses whose letters came back."""
    read = bounces.read_bounces()
    return Outcome(read.counts, read.said, failed=bool(read.said))


def clean_up(_stop: threading.Event | None = None) -> Outcome:
    """Forget what has run out: sign-ins of long ago, plans nobody applied, exports nobody fetches any more."""
    with writing(SYSTEM, Source.SYSTEM) as session:
        counts = {"plans": imports.sweep(session, SYSTEM), "sessions": sessions.forget_old(session)}
        counts["runs"] = scheduling.sweep(session)
    # Apart: a storage that fails must not bring the rest back.
    with writing(SYSTEM, Source.SYSTEM) as session:
        counts |= {"documents": documents.sweep(session, SYSTEM), "files": files.sweep(session, SYSTEM)}
    return Outcome(counts)


def search_duplicates(stop: threading.Event) -> Outcome:
    """Search the base for duplicates, unless somebody's search runs already."""
    if duplicate_jobs.progress() is None:
        duplicate_jobs.start(SYSTEM)
    while duplicate_jobs.progress() is not None:
        if stop.wait(0.2):
            return Outcome(said=scheduling.STOPPED, failed=True)
    if sentence := duplicate_jobs.failure():
        raise DomainError(sentence)
    return Outcome()


JOBS: dict[Name, Job] = {
    Name.HEARTBEAT: heartbeat,
    Name.SEND: send,
    Name.REMINDERS: remind,
    Name.BOUNCES: read_bounces,
    Name.CLEAN_UP: clean_up,
    Name.DUPLICATES: search_duplicates,
}
"""All but the one that takes what was asked for: that is the process's own (scheduler/process.py)."""

HOOKS = (reminders,)
"""Imported so that the sender asks it again before a reminder leaves."""
