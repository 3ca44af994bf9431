"""How kinds of events and what becomes of an invitation are called."""

from models import EventFormat, EventKind, ParticipationStatus

KIND_TITLES: dict[EventKind, str] = {
    EventKind.EVENT: "мероприятие",
    EventKind.MEETING: "встреча",
    EventKind.SESSION: "заседание",
    EventKind.COURSE: "курс",
}

FORMAT_TITLES: dict[EventFormat, str] = {
    EventFormat.ONLINE: "онлайн",
    EventFormat.ONSITE: "очно",
    EventFormat.HYBRID: "гибрид",
}

STATUS_TITLES: dict[ParticipationStatus, str] = {
    ParticipationStatus.INVITED: "приглашён",
    ParticipationStatus.APPLIED: "подал заявку",
    ParticipationStatus.CONFIRMED: "подтверждён",
    ParticipationStatus.ATTENDED: "участвовал",
    ParticipationStatus.NO_SHOW: "не пришёл",
    ParticipationStatus.DECLINED: "отказался",
}
