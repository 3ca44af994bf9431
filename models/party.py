"""People and companies: what both have, and how they are tied."""

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Base, Record, partial_date


class ResponsibleManager(Record, table=True):
    """Ответственное лицо: the member of staff who answers for a person, a company, an event or a venue."""

    __tablename__ = "responsible_manager"
    name: str = Field(unique=True)
    active: bool = Field(default=True, nullable=False)


class Party(Record):
    """What a person and a company have in common. Phones and e-mails are canonical lists joined by ", "."""

    phone: str | None = None
    email: str | None = None
    inn: str | None = None
    source: str | None = None
    is_member: bool | None = None
    is_potential: bool | None = None
    contract_number: str | None = None
    contract_date: str | None = None
    member_since: str | None = None
    comment: str | None = None
    do_not_disturb: bool = Field(default=False, nullable=False)
    active: bool = Field(default=True, nullable=False)
    responsible_id: int | None = Field(
        default=None, foreign_key="responsible_manager.id", index=True, ondelete="SET NULL"
    )


class Person(Party, table=True):
    """Физ. лицо. The three parts of the name are stored; ФИО is put together where it is read.

    `position` is what a person said of themselves without naming a company; positions in companies are employments.
    """

    __tablename__ = "person"
    __table_args__ = (
        *partial_date("birth_date", "contract_date", "member_since"),
        # A cut or mistyped ИНН is kept with a remark, so only whole ones can be held unique.
        Index(
            "uq_person_inn",
            "inn",
            unique=True,
            sqlite_where=text("length(inn) = 12"),
            postgresql_where=text("length(inn) = 12"),
        ),
        Index("ix_person_name_key", "name_key"),
        Index("ix_person_email", "email"),
        Index("ix_person_phone", "phone"),
        # «05-17» of «1970-05-17», «05» of «1970-05»: who has a birthday in a month, in a week.
        Index("ix_person_birthday", text("substr(birth_date, 6, 5)")),
        Index(
            "ix_person_do_not_disturb",
            "id",
            sqlite_where=text("do_not_disturb IS 1"),
            postgresql_where=text("do_not_disturb IS true"),
        ),
    )
    last_name: str
    first_name: str = ""
    middle_name: str = ""
    name_key: str = ""
    birth_date: str | None = None
    position: str | None = None
    regalia: str | None = None
    degree: str | None = None
    passport: str | None = None
    region: str | None = None
    city: str | None = None

    @property
    def name(self) -> str:
        """ФИО as it is written: «Иванов Иван Иванович»."""
        return " ".join(part for part in (self.last_name, self.first_name, self.middle_name) if part)


class Company(Party, table=True):
    """Юр. лицо (or an ИП). `name_key` is the name without quotes and with a short form: equal for equal companies."""

    __tablename__ = "company"
    __table_args__ = (
        *partial_date("contract_date", "member_since"),
        # Branches share an ИНН and differ by КПП.
        Index(
            "uq_company_inn_kpp",
            "inn",
            text("coalesce(kpp, '')"),
            unique=True,
            sqlite_where=text("length(inn) IN (10, 12)"),
            postgresql_where=text("length(inn) IN (10, 12)"),
        ),
        Index("ix_company_name_key", "name_key"),
        Index("ix_company_ogrn", "ogrn"),
        Index(
            "ix_company_do_not_disturb",
            "id",
            sqlite_where=text("do_not_disturb IS 1"),
            postgresql_where=text("do_not_disturb IS true"),
        ),
    )
    name: str
    name_key: str = ""
    direction: str | None = None
    site: str | None = None
    ogrn: str | None = None
    kpp: str | None = None
    legal_address: str | None = None
    actual_address: str | None = None


class Employment(Record, table=True):
    """A person works for a company; may be its director or the person to contact."""

    __tablename__ = "employment"
    __table_args__ = (
        UniqueConstraint("person_id", "company_id"),
        Index("ix_employment_company_id", "company_id"),
    )
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    company_id: int = Field(foreign_key="company.id", ondelete="CASCADE")
    position: str | None = None
    is_director: bool = Field(default=False, nullable=False)
    is_contact: bool = Field(default=False, nullable=False)


class PartyTie(Base):
    """A reference to one person or one company; the table adds `exactly_one("person_id", "company_id")`."""

    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="CASCADE")
    company_id: int | None = Field(default=None, foreign_key="company.id", ondelete="CASCADE")
