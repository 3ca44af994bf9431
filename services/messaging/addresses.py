"""Where a message to a person or a company goes, as SQL."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, and_, case, func, not_, null, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from models import Channel, Company, Employment, OptOut, Person, PurposePolicy
from services.directory.parties import Kind
from services.history.statements import table_of
from services.values.reachable import EMAIL, MOBILE

person: FromClause = table_of(Person)
company: FromClause = table_of(Company)
employment: FromClause = table_of(Employment)
opt_out: FromClause = table_of(OptOut)
policy: FromClause = table_of(PurposePolicy)
PARTIES: dict[str, FromClause] = {"person": person, "company": company}

Known = str | ColumnElement[str]
"""A value, or a column that holds it."""


class first_email(GenericFunction[str]):  # noqa: N801 - reads as the SQL function it is
    """services.values.reachable.first_email: SQLite calls it, PostgreSQL reads the same pattern."""

    type = Text()
    name = "first_email"
    inherit_cache = True


class first_mobile(GenericFunction[str]):  # noqa: N801
    """services.values.reachable.first_mobile."""

    type = Text()
    name = "first_mobile"
    inherit_cache = True


@compiles(first_email, "postgresql")
def _email_of_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"substring(lower({compiler.process(element.clauses, **options)}) from '{EMAIL}')"


@compiles(first_mobile, "postgresql")
def _mobile_of_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"substring({compiler.process(element.clauses, **options)} from '{MOBILE}')"


def address_of(kind: Kind, channel: Known, purpose: Known) -> ColumnElement[Any]:
    """The address of a row of `person` (`company`): e-mail, digits of a phone; NULL when there is none.

    The first one of its cell. A company without one is written to at its contact person's, else at its director's, of
    those who want messages of the purpose. The cabinet has no addresses.
    """
    if channel == Channel.CABINET and not isinstance(channel, ColumnElement):
        return null()
    if not isinstance(channel, ColumnElement):
        return _of_cell(kind, channel, purpose)
    every = {one.value: _of_cell(kind, one.value, purpose) for one in (Channel.EMAIL, Channel.SMS)}
    return case(every, value=channel)


def _of_cell(kind: Kind, channel: str, purpose: Known) -> ColumnElement[Any]:
    def found(of: FromClause) -> ColumnElement[Any]:
        return first_email(of.c.email) if channel == Channel.EMAIL.value else first_mobile(of.c.phone)

    if kind == "person":
        return found(person)
    staff = person.alias("staff")

    def behind(role: ColumnElement[bool]) -> ColumnElement[Any]:
        theirs = (
            select(found(staff))
            .select_from(employment.join(staff, staff.c.id == employment.c.person_id))
            .where(employment.c.company_id == company.c.id, role, staff.c.active, found(staff).is_not(None))
            .where(not_(_unwilling(staff, channel, purpose)))
            .order_by(employment.c.id)
            .limit(1)
        )
        return theirs.correlate_except(employment, staff).scalar_subquery()

    return func.coalesce(found(company), behind(employment.c.is_contact), behind(employment.c.is_director))


def respects(what: str, purpose: Known) -> ColumnElement[bool]:
    """What the policy of a purpose says in its column `what`; an unknown purpose respects everything."""
    told = select(policy.c[what]).where(policy.c.code == purpose).correlate_except(policy).scalar_subquery()
    return func.coalesce(told, True)


def _unwilling(staff: FromClause, channel: str, purpose: Known) -> ColumnElement[bool]:
    refused = select(opt_out.c.id).where(
        opt_out.c.person_id == staff.c.id, opt_out.c.purpose == purpose, opt_out.c.channel == channel
    )
    return and_(staff.c.do_not_disturb, respects("respects_do_not_disturb", purpose)) | and_(
        refused.correlate_except(opt_out).exists(), respects("respects_opt_out", purpose)
    )
