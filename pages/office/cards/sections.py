"""The sections of every card, as data. A section that is not listed does not exist: nothing is drawn for it.

`draw(party: Party)` draws a section of a person or a company, `draw(id: int)` one of any other card.
"""

from dataclasses import dataclass, replace

from services.access.permissions import Actor, Permission


@dataclass(frozen=True)
class Section:
    """One section. `key` stands in the address as `tab`; `render` names its function «package.module:function».

    `counts` names the number shown beside the title, out of those the card was read with; empty for none.
    """

    key: str
    title: str
    icon: str
    permission: Permission
    render: str
    counts: str = ""


OVERVIEW = Section(
    key="overview",
    title="Обзор",
    icon=":material/badge:",
    permission=Permission.BASE_READ,
    render="pages.office.cards.overview:draw",
)

MEMBERSHIP = Section(
    key="membership",
    title="Членство",
    icon=":material/workspace_premium:",
    permission=Permission.BASE_READ,
    render="pages.office.cards.membership:draw",
)

DOCUMENTS = Section(
    key="documents",
    title="Документы",
    icon=":material/description:",
    permission=Permission.BASE_READ,
    render="pages.office.cards.documents:draw",
    counts="documents",
)

HISTORY = Section(
    key="history",
    title="История",
    icon=":material/history:",
    permission=Permission.BASE_READ,
    render="pages.office.cards.history:draw",
)

EVENTS = Section(
    key="events",
    title="Мероприятия",
    icon=":material/event:",
    permission=Permission.BASE_READ,
    render="pages.office.cards.gatherings:draw_events",
    counts="events",
)

EDUCATION = Section(
    key="education",
    title="Обучение",
    icon=":material/school:",
    permission=Permission.BASE_READ,
    render="pages.office.cards.gatherings:draw_education",
    counts="education",
)

MESSAGES = Section(
    key="messages",
    title="Сообщения",
    icon=":material/mail:",
    permission=Permission.BASE_READ,
    render="pages.office.cards.messages:draw",
    counts="messages",
)

COMMITTEES = Section(
    key="committees",
    title="Комитеты",
    icon=":material/groups:",
    permission=Permission.BASE_READ,
    render="pages.office.cards.committees:draw",
    counts="committees",
)

OF_COMMITTEE = (
    Section(
        key="members",
        title="Состав",
        icon=":material/groups:",
        permission=Permission.BASE_READ,
        render="pages.office.cards.committee:draw_members",
        counts="members",
    ),
    Section(
        key="requests",
        title="Заявки",
        icon=":material/contact_mail:",
        permission=Permission.BASE_READ,
        render="pages.office.cards.committee:draw_requests",
        counts="requests",
    ),
    Section(
        key="sessions",
        title="Заседания",
        icon=":material/event:",
        permission=Permission.BASE_READ,
        render="pages.office.cards.committee:draw_sessions",
        counts="sessions",
    ),
    Section(
        key="past",
        title="Прежний состав",
        icon=":material/history:",
        permission=Permission.BASE_READ,
        render="pages.office.cards.committee:draw_former",
        counts="past",
    ),
)

OF_EVENT = (
    Section(
        key="overview",
        title="Обзор",
        icon=":material/info:",
        permission=Permission.BASE_READ,
        render="pages.office.cards.event:draw_overview",
    ),
    Section(
        key="participants",
        title="Участники",
        icon=":material/group:",
        permission=Permission.BASE_READ,
        render="pages.office.cards.participants:draw",
        counts="participants",
    ),
    Section(
        key="speakers",
        title="Спикеры",
        icon=":material/mic:",
        permission=Permission.BASE_READ,
        render="pages.office.cards.speakers:draw",
        counts="speakers",
    ),
    replace(HISTORY, render="pages.office.cards.history:draw_event"),
)

OF_VENUE = (
    Section(
        key="overview",
        title="Обзор",
        icon=":material/info:",
        permission=Permission.BASE_READ,
        render="pages.office.cards.venue:draw_overview",
    ),
    Section(
        key="events",
        title="Мероприятия",
        icon=":material/event:",
        permission=Permission.BASE_READ,
        render="pages.office.cards.venue:draw_events",
        counts="events",
    ),
    Section(
        key="courses",
        title="Курсы",
        icon=":material/school:",
        permission=Permission.BASE_READ,
        render="pages.office.cards.venue:draw_courses",
        counts="courses",
    ),
    replace(HISTORY, render="pages.office.cards.history:draw_venue"),
)

SECTIONS: dict[str, tuple[Section, ...]] = {
    "person": (OVERVIEW, MEMBERSHIP, DOCUMENTS, COMMITTEES, EVENTS, EDUCATION, MESSAGES, HISTORY),
    "company": (OVERVIEW, MEMBERSHIP, DOCUMENTS, EVENTS, EDUCATION, MESSAGES, HISTORY),
    "event": OF_EVENT,
    "venue": OF_VENUE,
    "committee": OF_COMMITTEE,
}
"""In the order of the switch; the first one an actor may see is open when the address names none."""


def permitted(kind: str, actor: Actor) -> tuple[Section, ...]:
    """The sections of a card of `kind` the actor may open."""
    return tuple(section for section in SECTIONS[kind] if actor.may(section.permission))
