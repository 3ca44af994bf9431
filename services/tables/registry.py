"""All tables of the office, in the order of the menu: the owner's picture (three by three), and a view between them."""

from services.errors import NotFound
from services.tables.columns import Table
from services.tables.declared.committees import CHAIRS, COMMITTEES
from services.tables.declared.companies import COMPANIES
from services.tables.declared.events import COURSES, EVENTS, SPEAKERS, VENUES
from services.tables.declared.invitations import INVITATIONS
from services.tables.declared.members import MEMBERS
from services.tables.declared.people import PEOPLE

TABLES: dict[str, Table] = {
    table.name: table
    for table in (PEOPLE, COMPANIES, MEMBERS, COMMITTEES, CHAIRS, SPEAKERS, EVENTS, COURSES, INVITATIONS, VENUES)
}
OWN: dict[str, Table] = {name: table for name, table in TABLES.items() if not table.is_view}
"""The nine whose rows are records of their own: counted on the first page, loaded from files."""


def table_named(name: str) -> Table:
    """The table called `name`; `NotFound` with a sentence otherwise."""
    if name not in TABLES:
        raise NotFound(f"Нет такой таблицы: {name}")
    return TABLES[name]
