"""Invented venues, events, courses, who speaks there, who was invited and what came of it."""

import datetime as dt
from collections.abc import Iterator
from itertools import count
from random import Random

from models import EventFormat, EventKind, ParticipationStatus
from services.demo import numbers, trades
from services.demo.association import number_of_speakers, seats
from services.demo.people import Row, World, street_address
from services.directory import keys

KINDS = (EventKind.EVENT, EventKind.EVENT, EventKind.MEETING, EventKind.SESSION, EventKind.COURSE, EventKind.COURSE)
FORMATS = (EventFormat.ONLINE, EventFormat.ONSITE, EventFormat.ONSITE, EventFormat.HYBRID)
PAST = {
    ParticipationStatus.ATTENDED: 60,
    ParticipationStatus.NO_SHOW: 14,
    ParticipationStatus.DECLINED: 14,
    ParticipationStatus.INVITED: 12,
}
FUTURE = {
    ParticipationStatus.INVITED: 50,
    ParticipationStatus.CONFIRMED: 25,
    ParticipationStatus.APPLIED: 15,
    ParticipationStatus.DECLINED: 10,
}
FAR = 150
"""Days ahead that events are planned for; they go back three years."""


def number_of_venues(world: World) -> int:
    """How many venues there are."""
    return min(15 + world.people // 1000, 120)


def number_of_events(world: World) -> int:
    """How many events of all kinds there are."""
    return min(60 + world.people // 80, 2000)


def venues(world: World) -> Iterator[Row]:
    """Places where events happen; some belong to a partner and have somebody to call."""
    chance = world.chance("venues")
    for number in range(1, number_of_venues(world) + 1):
        # The number keeps names apart when there are more venues than words.
        tail = f" {number}" if number > len(trades.PLAIN_NAMES) else ""
        name = f"{chance.choice(trades.VENUE_FORMS)} «{trades.PLAIN_NAMES[number % len(trades.PLAIN_NAMES)]}{tail}»"
        contact = chance.randint(1, world.people) if chance.random() < 0.6 else None
        yield world.record(number) | {
            "name": name,
            "name_key": keys.plain_key(name),
            "address": street_address(chance) if chance.random() < 0.9 else None,
            "partner_id": chance.randint(1, world.companies) if chance.random() < 0.5 else None,
            "contact_id": contact,
            "contacts": f"{' '.join(world.names[contact - 1])}, {numbers.phone(chance)}" if contact else None,
            "responsible_id": chance.randint(1, len(trades.MANAGERS)) if chance.random() < 0.7 else None,
            "comment": chance.choice(("", "", "парковка", "нужен пропуск", "вмещает 80 человек")) or None,
            "active": number == 1 or chance.random() < 0.95,
        }


def events(world: World) -> Iterator[Row]:
    """Events, meetings, sessions and courses of three years past and some months ahead, in all formats."""
    chance, hours, plans = world.chance("events"), world.chance("hours"), world.chance("plans")
    for number, starts in enumerate(_days(world), start=1):
        kind = KINDS[number % len(KINDS)]
        form = FORMATS[chance.randrange(len(FORMATS))]
        lasts = chance.randint(5, 40) if kind is EventKind.COURSE else chance.choice((0, 0, 0, 1, 2))
        committee = chance.randint(1, len(trades.COMMITTEES)) if kind is EventKind.SESSION else None
        name = _title(chance, kind, committee, starts)
        stated = chance.randint(20, 90) if starts < world.today and chance.random() < 0.15 else None
        yield world.record(number) | {
            "kind": kind.value,
            "name": name,
            "name_key": keys.plain_key(name),
            "starts_on": starts.isoformat()[: 10 if chance.random() < 0.95 else 7],
            "ends_on": (starts + dt.timedelta(days=lasts)).isoformat() if lasts else None,
            **_hours(hours, lasts),
            "format": form.value if chance.random() < 0.95 else None,
            "venue_id": None if form is EventFormat.ONLINE else chance.randint(1, number_of_venues(world)),
            "committee_id": committee,
            "responsible_id": chance.randint(1, len(trades.MANAGERS)) if chance.random() < 0.85 else None,
            "description": f"{chance.choice(trades.TOPICS)}: доклады и обсуждение" if chance.random() < 0.6 else None,
            "invited_stated": stated,
            "attended_stated": stated // 2 if stated else None,
            "comment": chance.choice(("", "", "", "нужен синхронный перевод", "запись выложена", "перенесено")) or None,
            "active": chance.random() < 0.97,
            **_plan(world, plans, starts, form),
        }


def event_speakers(world: World) -> Iterator[Row]:
    """One to three speakers of each event."""
    chance, ids, known = world.chance("event speakers"), count(1), number_of_speakers(world)
    for event in range(1, number_of_events(world) + 1):
        speaking = chance.sample(range(1, known + 1), min(chance.choice((1, 1, 2, 3)), known))
        for place, speaker in enumerate(speaking, start=1):
            topic = chance.choice(trades.TOPICS)
            row = {"event_id": event, "speaker_id": speaker, "topic": topic, "place": place}
            yield world.record(next(ids)) | row


def participations(world: World) -> Iterator[Row]:
    """Invitations and how they ended; those who sit in committees are invited more than others."""
    chance, ids = world.chance("participations"), count(1)
    seated = sorted({seat["person_id"] for seat in seats(world)})
    for event, starts in enumerate(_days(world), start=1):
        fates = PAST if starts < world.today else FUTURE
        for column, guest in _guests(world, chance, seated):
            yield world.record(next(ids)) | {
                "event_id": event,
                "person_id": guest if column == "person_id" else None,
                "company_id": guest if column == "company_id" else None,
                "status": chance.choices(list(fates), list(fates.values()))[0].value,
                "status_at": _moment(min(starts - dt.timedelta(days=event % 20), world.today)),
                "comment": None,
            }


def _guests(world: World, chance: Random, seated: list[int]) -> list[tuple[str, int]]:
    invited = min(chance.randint(5, 60), max(3, world.people // 12))
    people = {chance.randint(1, world.people) for _ in range(invited)}
    people.update(chance.sample(seated, min(invited // 4, len(seated))))
    companies = {chance.randint(1, world.companies) for _ in range(invited // 10)}
    return [
        *(("person_id", number) for number in sorted(people)),
        *(("company_id", number) for number in sorted(companies)),
    ]


def _hours(chance: Random, lasts: int) -> Row:
    """Most events have an hour to begin at, some to end at."""
    begins = chance.choice((9, 10, 10, 11, 14, 15, 18))
    until = begins + chance.choice((1, 2, 3, 4, 5)) if not lasts else 18
    return {
        "start_time": f"{begins:02}:{chance.choice((0, 0, 30)):02}" if chance.random() < 0.85 else None,
        "end_time": f"{max(until, begins + 1):02}:30" if chance.random() < 0.6 else None,
    }


def _plan(world: World, chance: Random, starts: dt.date, form: EventFormat) -> Row:
    """Places, a link where it is seen from afar; a few are called off or were announced for another day."""
    off, moved = chance.random() < 0.04, chance.random() < 0.06
    return {
        "capacity": chance.choice((40, 50, 60, 80, 120)) if chance.random() < 0.6 else None,
        "url": None if form is EventFormat.ONSITE else f"https://meet.example/{chance.randrange(10**8):08}",
        "moved_from": (starts - dt.timedelta(days=chance.randint(7, 30))).isoformat() if moved else None,
        "cancelled_at": _moment(min(starts, world.today) - dt.timedelta(days=3)) if off else None,
        "cancel_reason": chance.choice(("заболел докладчик", "мало заявок", "зал закрыт на ремонт")) if off else None,
    }


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(9), tzinfo=dt.UTC)


def _days(world: World) -> list[dt.date]:
    """The day of every event, in order of their numbers: earlier ones first."""
    chance = world.chance("days")
    days = sorted(chance.randint(-3 * 365, FAR) for _ in range(number_of_events(world)))
    return [world.today + dt.timedelta(days=number) for number in days]


def _title(chance: Random, kind: EventKind, committee: int | None, starts: dt.date) -> str:
    topic = chance.choice(trades.TOPICS)
    if committee is not None:
        name = trades.COMMITTEES[committee - 1][0]
        return f"Заседание: {name.lower()}, {starts:%m.%Y}"
    if kind is EventKind.MEETING:
        return f"Встреча «{topic}»"
    forms = trades.COURSE_FORMS if kind is EventKind.COURSE else trades.EVENT_FORMS
    return f"{chance.choice(forms)} «{topic}» {starts:%Y}"
