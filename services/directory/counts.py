"""Numbers beside the titles of a card's sections, all read in one query."""

from collections.abc import Callable

from sqlalchemy import Select, select
from sqlmodel import Session

from services.access.permissions import Actor, Permission, requires
from services.directory.committees import number_of_seats
from services.directory.parties import Party
from services.documents.views import number_of_documents
from services.events.gatherings import number_of_gatherings
from services.messaging.notices import number_of_notices, number_of_unread

COUNTS: dict[str, Callable[[Party], Select[tuple[int]]]] = {
    "documents": number_of_documents,
    "committees": number_of_seats,
    "events": lambda party: number_of_gatherings(party, courses=False),
    "education": lambda party: number_of_gatherings(party, courses=True),
    "messages": number_of_notices,
    "messages_unread": number_of_unread,
}
"""By the name a section's `counts` says: how many things of that sort a party has, a select of one number.

One that ends in `_unread` is shown beside its sort: «10 / 6»."""


@requires(Permission.BASE_READ)
def counts_of(session: Session, _actor: Actor, party: Party) -> dict[str, int]:
    """Every number of the party, in one query."""
    if not COUNTS:
        return {}
    wanted = select(*(count(party).scalar_subquery().label(name) for name, count in COUNTS.items()))
    return dict(session.connection().execute(wanted).mappings().one())
