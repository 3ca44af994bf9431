"""A person or a company: whoever documents, memberships, payments and messages are tied to."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session

from models import Company, Person
from models.party import PartyTie
from services.errors import NotFound

Kind = Literal["person", "company"]

MODELS: dict[str, type[Person] | type[Company]] = {"person": Person, "company": Company}
GONE = {
    "person": "Такого физ. лица нет: запись удалили или объединили с другой.",
    "company": "Такого юр. лица нет: запись удалили или объединили с другой.",
}


@dataclass(frozen=True)
class Party:
    """One person or one company."""

    kind: Kind
    id: int

    @property
    def column(self) -> str:
        """The column that refers to the party in a table with `PartyTie`."""
        return f"{self.kind}_id"

    @property
    def model(self) -> type[Person] | type[Company]:
        """The party's own table."""
        return MODELS[self.kind]

    @property
    def tie(self) -> dict[str, int]:
        """The reference as a keyword: `Participation(**party.tie, event_id=…)`."""
        return {self.column: self.id}

    @property
    def address(self) -> str:
        """Where the party's card is: «/person?id=17»."""
        return f"/{self.kind}?id={self.id}"


def party_record(session: Session, party: Party) -> Person | Company:
    """The party's record. Raises `NotFound` with a sentence."""
    record: Any = session.get(party.model, party.id)
    if record is None:
        raise NotFound(GONE[party.kind])
    found: Person | Company = record
    return found


def party_of(tie: PartyTie) -> Party:
    """Whom a tied record belongs to."""
    if tie.person_id is not None:
        return Party("person", tie.person_id)
    assert tie.company_id is not None
    return Party("company", tie.company_id)
