"""Юр. лица."""

from services.imports.draft import Draft
from services.imports.parties import contacts, own_company, receipts, staff
from services.imports.rows import Row, SkipRow
from services.tables.kinds import INN, OGRN
from services.values import clean_company

PLAIN = (
    "direction", "site", "legal_address", "actual_address", "source", "is_member", "is_potential", "contract_number",
    "contract_date",
)  # fmt: skip


def plan(draft: Draft, row: Row) -> None:
    """A row of «Юр. лица»."""
    if row.peek("name", clean_company).value is None:
        raise SkipRow("не указано название компании")
    inn, ogrn = row.clean("inn", INN.clean), row.clean("ogrn", OGRN.clean)
    found = own_company(draft, row, "name", inn, ogrn)
    draft.own(row, found)
    row.target("name", found, "name")
    draft.put(row, "kpp", found, "kpp", row.text("kpp"))
    draft.put_inn(row, "inn", found, inn)
    draft.put(row, "ogrn", found, "ogrn", ogrn)
    contacts(draft, row, found)
    for key in PLAIN:
        draft.put_cell(row, key, found, key)
    receipts(draft, row, found)
    staff(draft, row, "director", found, "is_director")
    staff(draft, row, "contact", found, "is_contact")
