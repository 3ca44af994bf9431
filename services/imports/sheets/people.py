"""Физ. лица."""

from models import Person
from services.imports import people, seats
from services.imports.base import Entry
from services.imports.draft import Draft
from services.imports.parties import companies, contacts, employ, known_companies, positions
from services.imports.people import Clues
from services.imports.rows import Row, SkipRow
from services.tables.kinds import EMAIL, INN, PARTIAL_DATE, PHONE
from services.values import PersonName, clean_people, fold

PLAIN = (
    "birth_date", "regalia", "passport", "region", "source", "is_member", "is_potential", "contract_number",
    "contract_date",
)  # fmt: skip


def plan(draft: Draft, row: Row) -> None:
    """A row of «Физ. лица»."""
    name = one_name(row)
    inn = row.clean("inn", INN.clean)
    birth = row.peek("birth_date", PARTIAL_DATE.clean).value
    person = find(draft, row, name, "workplace", inn=inn, birth=birth)
    draft.own(row, person)
    draft.put_inn(row, "inn", person, inn)
    contacts(draft, row, person)
    for key in PLAIN:
        draft.put_cell(row, key, person, key)
    work(draft, row, person, "workplace", "position")
    seats.sit(draft, row, person, seats.named(row))


def one_name(row: Row) -> PersonName:
    """The one person the row is about. Raises `SkipRow` when the cell names nobody or several."""
    names = row.clean("name", clean_people)
    if not names:
        raise SkipRow("не указано имя человека" if not row.has("name") else f"в ячейке нет имени: {row.shown('name')}")
    if not names[0].last and people.is_initials(names[0]):
        raise SkipRow(f"вместо имени одни инициалы: {row.shown('name')}")
    if len(names) > 1:
        raise SkipRow("в строке должен быть один человек, а указано несколько")
    return names[0]


def find(
    draft: Draft, row: Row, name: PersonName, company_key: str, inn: str | None = None, birth: str | None = None
) -> Entry:
    """The person of the row by everything it says, found or added; `company_key` is the cell of the workplace."""
    person = people.find_own(draft, row, "name", name, clues(draft, row, company_key, inn, birth))
    row.target("name", person, "last_name")
    if name.note:
        row.remark("name", f"Слова «{name.note}» рядом с именем не записаны.", "warning", person, "last_name")
    return person


def clues(draft: Draft, row: Row, company_key: str, inn: str | None = None, birth: str | None = None) -> Clues:
    """What the row says of its person besides the name."""
    email, phone = row.peek("email", EMAIL.clean).value, row.peek("phone", PHONE.clean).value
    return Clues(inn, email, phone, birth, known_companies(draft, row, company_key))


def work(draft: Draft, row: Row, person: Entry, company_key: str, position_key: str) -> None:
    """Where the person works and as what; a position without a company is what they say of themselves."""
    assert person.model is Person
    at = companies(draft, row, company_key)
    if not at and row.record is not None:  # in our own export nobody touched the companies
        at = [job.get("company_id") for job in draft.base.jobs(person)]
    stated = row.text(position_key)
    for company, position in zip(at, positions(stated, len(at)), strict=True):
        draft.put(row, position_key, employ(draft, row, company_key, person, company), "position", position)
    if at or not stated:
        return
    jobs = draft.base.jobs(person)
    if any(fold(job.get("position") or "") == fold(stated) for job in jobs):
        return
    if len(jobs) == 1:
        draft.put(row, position_key, jobs[0], "position", stated)
    else:
        draft.put(row, position_key, person, "position", stated)
