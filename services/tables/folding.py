"""`fold` as SQL: the folding of services.values, computed by the database when a row index is written."""

from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

# Spelled out because lower() of PostgreSQL knows Cyrillic only under some locales, and of SQLite never.
_UPPER = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
_LOWER = "абвгдеежзийклмнопрстуфхцчшщъыьэюя"


class sql_fold(GenericFunction[str]):  # noqa: N801 - reads as the SQL function it is
    """Lower case, «ё» as «е», empty as NULL. SQLite calls Python, PostgreSQL translates letter by letter."""

    type = Text()
    name = "fold"
    inherit_cache = True


@compiles(sql_fold, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    return f"nullif(translate(lower({inner}), '{_UPPER}ё', '{_LOWER}е'), '')"


class sql_digits(GenericFunction[str]):  # noqa: N801
    """Only digits and the spaces between numbers: how a phone is searched."""

    type = Text()
    name = "digits"
    inherit_cache = True


@compiles(sql_digits, "postgresql")
def _postgresql_digits(element: Any, compiler: Any, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    return f"nullif(regexp_replace({inner}, '[^0-9,]', '', 'g'), '')"
