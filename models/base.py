"""What every table shares: the registry, column types, the versioned record."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Dialect, MetaData, TypeDecorator
from sqlalchemy.orm import declared_attr, registry
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Root of all tables. Its own registry: a hot reload would otherwise define every table twice."""


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware moment in UTC on both databases; SQLite alone would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse naive moments: a guessed zone is a wrong hour sooner or later."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Give back an aware moment whatever the driver returned."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def utc_now() -> dt.datetime:
    """The present moment, aware, for column defaults."""
    return dt.datetime.now(dt.UTC)


class Record(Base):
    """A row people edit: numbered, versioned (the second of two editors is told), dated."""

    id: int | None = Field(default=None, primary_key=True)
    version: int = Field(default=1, nullable=False)
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands the class
        """SQLAlchemy raises the version at every flush and refuses a stale one."""
        return {"version_id_col": cls.__dict__["__table__"].c.version} if "__table__" in cls.__dict__ else {}


def one_of(column: str, allowed: type[StrEnum]) -> CheckConstraint:
    """A check that `column` holds one of the values of `allowed` (or nothing, where it is nullable)."""
    values = ", ".join(f"'{member.value}'" for member in allowed)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")


def partial_date(*columns: str) -> Iterable[CheckConstraint]:
    """Checks that each column holds an ISO date cut to a year, a month or a day («2024», «2024-01», «2024-01-10»)."""
    return [CheckConstraint(f"length({column}) IN (4, 7, 10)", name=f"{column}_partial") for column in columns]


def exactly_one(first: str, second: str) -> CheckConstraint:
    """A check that one of two references is set and the other is not."""
    return CheckConstraint(f"({first} IS NULL) <> ({second} IS NULL)", name=f"{first}_or_{second}")
