"""Hours of a rule on the association's clock: when its messages leave, and when nothing may.

An hour the clock skips when summer time begins comes as much later; of one it shows twice the first is meant, or the
second when the first is over.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services import clock
from services.settings import settings

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """When messages of a rule leave; between `quiet_from` and `quiet_until`, maybe past midnight, nothing does."""

    send_at: dt.time
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None

    @classmethod
    def of(cls, send_at: str, quiet_from: str | None, quiet_until: str | None) -> "Hours":
        """From «09:30»."""
        return cls(
            dt.time.fromisoformat(send_at),
            dt.time.fromisoformat(quiet_from) if quiet_from else None,
            dt.time.fromisoformat(quiet_until) if quiet_until else None,
        )

    def is_quiet(self, hour: dt.time) -> bool:
        """Whether nothing leaves at this hour of the day."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until

    def leaves(self, day: dt.date) -> dt.datetime:
        """When a message due on `day` leaves, in UTC."""
        return self.not_before(moment(day, self.send_at))

    def not_before(self, wanted: dt.datetime) -> dt.datetime:
        """The first moment from `wanted` on that is not quiet, in UTC."""
        here = clock.local(wanted)
        hour = here.time().replace(fold=0)
        if self.quiet_until is None or not self.is_quiet(hour):
            return wanted.astimezone(dt.UTC)
        day = here.date() if hour < self.quiet_until else here.date() + DAY
        ends = moment(day, self.quiet_until)
        return ends if ends > wanted else moment(day, self.quiet_until.replace(fold=1))


def moment(day: dt.date, hour: dt.time) -> dt.datetime:
    """An hour of a day where the association is, in UTC."""
    return dt.datetime.combine(day, hour, ZoneInfo(settings().timezone)).astimezone(dt.UTC)
