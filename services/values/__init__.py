"""The one place where values people type or spreadsheets hold are checked and brought to one form.

Pure functions: no database, no settings, no clock. Every cleaner takes a raw cell value (text, number, date, None)
and gives Cleaned: the value fit for the database, or None, and remarks for the user in Russian.
"""

from services.values.addresses import Address, clean_address
from services.values.cleaned import Cleaned, Note, Severity
from services.values.companies import CompanyName, clean_company
from services.values.contacts import split_contacts
from services.values.dates import clean_date, clean_full_date, first_day, format_date, last_day
from services.values.emails import clean_emails, email_addresses, merge_emails
from services.values.numbers import clean_integer, clean_money
from services.values.parsing import KINDS, parse
from services.values.people import clean_people
from services.values.person_names import PersonName
from services.values.phones import clean_phones, merge_phones, phone_numbers
from services.values.plain import clean_choice, clean_text, clean_yes_no, fold, is_blank
from services.values.requisites import (
    account_valid,
    clean_inn,
    clean_ogrn,
    inn_valid,
    ogrn_valid,
    snils_valid,
    split_inn_ogrn,
)
from services.values.sites import clean_site
from services.values.times import clean_time

__all__ = [
    "KINDS",
    "Address",
    "Cleaned",
    "CompanyName",
    "Note",
    "PersonName",
    "Severity",
    "account_valid",
    "clean_address",
    "clean_choice",
    "clean_company",
    "clean_date",
    "clean_emails",
    "clean_full_date",
    "clean_inn",
    "clean_integer",
    "clean_money",
    "clean_ogrn",
    "clean_people",
    "clean_phones",
    "clean_site",
    "clean_text",
    "clean_time",
    "clean_yes_no",
    "email_addresses",
    "first_day",
    "fold",
    "format_date",
    "inn_valid",
    "is_blank",
    "last_day",
    "merge_emails",
    "merge_phones",
    "ogrn_valid",
    "parse",
    "phone_numbers",
    "snils_valid",
    "split_contacts",
    "split_inn_ogrn",
]
