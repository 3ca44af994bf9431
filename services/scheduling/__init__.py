"""The clock: what it does and when, the journal of what it did, «Выполнить сейчас», alarms when something waits."""

from services.scheduling.alarms import Alarm, alarms, current
from services.scheduling.journal import Run, RunPage, State, ask_for, runs, state
from services.scheduling.plan import BY_HAND, BY_NAME, PLAN, Name, Planned
from services.scheduling.running import (
    CRASHED,
    LOST,
    STOPPED,
    Finished,
    Outcome,
    begin,
    bury_lost,
    end,
    run_job,
    sweep,
    take_asked,
)

__all__ = [
    "BY_HAND", "BY_NAME", "CRASHED", "LOST", "PLAN", "STOPPED", "Alarm", "Finished", "Name", "Outcome", "Planned",
    "Run", "RunPage", "State", "alarms", "ask_for", "begin", "bury_lost", "current", "end", "run_job", "runs",
    "state", "sweep", "take_asked",
]  # fmt: skip
