"""Invented people, companies and who works where."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from models import MembershipState
from services.demo import numbers, trades, words
from services.directory import keys

Row = dict[str, Any]
Name = tuple[str, str, str]
PEOPLE_A_COMPANY = 4
BY_HAND = "by hand"
FATES = {
    MembershipState.ACTIVE.value: 60,
    MembershipState.ENDING.value: 11,
    MembershipState.OVERDUE.value: 13,
    MembershipState.SUSPENDED.value: 5,
    MembershipState.LEFT.value: 6,
    MembershipState.UNKNOWN.value: 4,
    BY_HAND: 1,
}
"""How many of a hundred members are in each state on the day of creation; a few are kept in one by hand."""
WRONG_DATES = ("20023 г.", "31.02.1980", "летом 1975", "13.13.1990")


@dataclass(frozen=True)
class World:
    """What is being invented: its size, its day and moment of creation. Equal worlds get equal rows.

    Records are numbered from 1 without gaps, so that any part can point to any other without asking the database.
    """

    people: int
    today: dt.date
    moment: dt.datetime
    seed: int = 2026

    def chance(self, purpose: str) -> Random:
        """The dice for one purpose: what one part draws changes nothing in another."""
        return Random(f"{self.seed}:{purpose}")  # noqa: S311 - a demonstration, not a secret

    @property
    def companies(self) -> int:
        """How many companies there are."""
        return max(1, self.people // PEOPLE_A_COMPANY)

    @property
    def memberships(self) -> int:
        """How many members the association has: 3 of 100 at full size, more in a small base."""
        return min(self.people // 4, max(40, self.people * 3 // 100))

    @property
    def member_companies(self) -> int:
        """How many members are companies. They are the first companies, as personal members are the first people."""
        return min(self.companies, self.memberships * 4 // 5)

    @property
    def member_people(self) -> int:
        """How many of the members are people."""
        return self.memberships - self.member_companies

    @cached_property
    def fates(self) -> list[str]:
        """What has become of each membership; everything occurs, also in the smallest base."""
        chance = self.chance("fates")
        found = [*FATES, *chance.choices(list(FATES), list(FATES.values()), k=self.memberships)][: self.memberships]
        chance.shuffle(found)
        return found

    def belongs(self, number: int, *, is_company: bool) -> bool:
        """Whether a company or a person is a member and has not left."""
        first, members = (0, self.member_companies) if is_company else (self.member_companies, self.member_people)
        return number <= members and self.fates[first + number - 1] != MembershipState.LEFT.value

    @cached_property
    def names(self) -> list[Name]:
        """Surname, given name and patronymic of every person."""
        chance = self.chance("names")
        men = (words.MALE_SURNAMES, words.MALE_NAMES, words.MALE_PATRONYMICS)
        women = (words.FEMALE_SURNAMES, words.FEMALE_NAMES, words.FEMALE_PATRONYMICS)
        found: list[Name] = []
        for _ in range(self.people):
            last, first, middle = women if chance.random() < 0.52 else men
            known = chance.random() < 0.97  # some write no patronymic
            found.append((chance.choice(last), chance.choice(first), chance.choice(middle) if known else ""))
        return found

    @cached_property
    def directors(self) -> list[int]:
        """The director of each company: the number of a person, everyone directs one company at most."""
        return self.chance("directors").sample(range(1, self.people + 1), self.companies)

    @cached_property
    def doubts(self) -> dict[int, tuple[str, str]]:
        """People with a value that is wrong: the field and the value, an unreadable birth date or a cut ИНН."""
        chance = self.chance("doubts")
        doubted = sorted(chance.sample(range(1, self.people + 1), min(6 + self.people // 200, self.people)))
        found: dict[int, tuple[str, str]] = {}
        for number in doubted:
            cut = numbers.personal_inn(number)[: chance.randint(6, 9)]
            found[number] = ("inn", cut) if chance.random() < 0.4 else ("birth_date", chance.choice(WRONG_DATES))
        return found

    def record(self, number: int) -> Row:
        """What every record begins with."""
        return {"id": number, "version": 1, "created_at": self.moment}


def people(world: World) -> Iterator[Row]:
    """A row for every person."""
    chance, employed = world.chance("people"), _employed(world)
    roll = chance.random
    for number, (last, first, middle) in enumerate(world.names, start=1):
        region, city, _ = chance.choice(trades.PLACES)
        works = number in employed
        row = {
            **world.record(number),
            **_party(world, chance, member=world.belongs(number, is_company=False)),
            "last_name": last,
            "first_name": first,
            "middle_name": middle,
            "name_key": keys.person_key(last, first, middle),
            "birth_date": birth_date(chance, world.today),
            "position": None if works or roll() < 0.3 else chance.choice(trades.OWN_POSITIONS),
            "regalia": chance.choice(trades.REGALIA) if roll() < 0.06 else None,
            "degree": chance.choice(trades.DEGREES) if roll() < 0.12 else None,
            "passport": f"0000 {chance.randrange(1_000_000):06}" if roll() < 0.08 else None,
            "region": region if roll() < 0.8 else None,
            "city": city if roll() < 0.7 else None,
            "phone": phones(chance) if roll() < 0.86 else None,
            "email": numbers.personal_email(chance, last, first, number) if roll() < 0.8 else None,
            "inn": numbers.personal_inn(number) if roll() < 0.35 else None,
        }
        if number in world.doubts:
            field, value = world.doubts[number]
            row[field] = value if field == "inn" else None  # a wrong number is kept, a date that is none is not
        yield row


def companies(world: World) -> Iterator[Row]:
    """A row for every company; sole traders bear the name of the person who directs them."""
    chance, lines = world.chance("companies"), list(trades.TRADES)
    roll = chance.random
    for number, director in enumerate(world.directors, start=1):
        direction = chance.choice(lines)
        sole_trader = chance.random() < 0.12
        person = " ".join(filter(None, world.names[director - 1]))
        name = f"ИП {person}" if sole_trader else company_name(chance, direction)
        latin = numbers.latin(name.rpartition("«")[2] or name)[:20] or "firma"
        host = f"{latin}{number}.example.org"
        address = street_address(chance)
        registered = world.today - dt.timedelta(days=chance.randrange(400, 9000))
        yield {
            **world.record(number),
            **_party(world, chance, member=world.belongs(number, is_company=True)),
            "name": name,
            "name_key": keys.company_key(name),
            "direction": direction if roll() < 0.9 else None,
            "site": f"https://{host}" if roll() < 0.6 else None,
            "phone": numbers.phone(chance, landline=roll() < 0.75) if roll() < 0.9 else None,
            "email": f"info@{host}" if roll() < 0.85 else None,
            "inn": numbers.personal_inn(50_000_000 + number) if sole_trader else numbers.company_inn(number),
            "kpp": None if sole_trader else f"{numbers.REGION}0101001",
            "ogrn": numbers.ogrn(number, registered, sole_trader=sole_trader) if roll() < 0.93 else None,
            "legal_address": address if roll() < 0.9 else None,
            "actual_address": (address if roll() < 0.6 else street_address(chance)) if roll() < 0.7 else None,
        }


def employments(world: World) -> Iterator[Row]:
    """Who works where: a director for each company, a contact for most, colleagues; some people work in two."""
    chance, number = world.chance("positions"), 0
    has_contact = bytearray(world.companies + 1)
    for company, director in enumerate(world.directors, start=1):
        number += 1
        is_contact = chance.random() < 0.35
        has_contact[company] = is_contact
        yield _employment(world, number, director, company, chance.choice(trades.DIRECTOR_POSITIONS), True, is_contact)
    for person, company in _colleagues(world):
        number += 1
        is_contact = not has_contact[company] and chance.random() < 0.7
        has_contact[company] |= is_contact
        position = chance.choice(trades.POSITIONS) if chance.random() < 0.93 else None
        yield _employment(world, number, person, company, position, False, is_contact)


def company_name(chance: Random, direction: str) -> str:
    """A name in the form the product writes names of companies in."""
    roll = chance.random()
    if roll < 0.1:
        return chance.choice(trades.PUBLIC_BODIES).format(
            number=chance.randrange(1, 200), word=chance.choice(trades.PLAIN_NAMES)
        )
    form = chance.choices(("ООО", "АО", "ПАО", "НАО", "АНО"), (80, 10, 2, 3, 5))[0]
    heads, tails = trades.TRADES[direction]
    core = chance.choice(heads) + chance.choice(tails).lower() if roll < 0.8 else chance.choice(trades.PLAIN_NAMES)
    city = chance.choice(trades.PLACES)[1]
    tail = chance.choice(("", "", "", f" {city}", "-Центр", " Плюс", f"-{chance.randrange(2, 99)}"))
    return f"{form} «{core}{tail}»"


def street_address(chance: Random) -> str:
    """An address in one of the cities."""
    _, city, index = chance.choice(trades.PLACES)
    office = f", оф. {chance.randrange(1, 400)}" if chance.random() < 0.5 else ""
    return f"{index}, г. {city}, {chance.choice(trades.STREETS)}, д. {chance.randrange(1, 180)}{office}"


def birth_date(chance: Random, today: dt.date) -> str | None:
    """A whole date for most, a month or a year for some, nothing for others."""
    roll = chance.random()
    if roll > 0.82:
        return None
    day = (today - dt.timedelta(days=chance.randrange(22 * 365, 74 * 365))).isoformat()
    return day[:4] if roll < 0.03 else day[:7] if roll < 0.05 else day


def phones(chance: Random) -> str:
    """One mobile number, now and then an office number with an extension after it."""
    mobile = numbers.phone(chance)
    if chance.random() > 0.07:
        return mobile
    return f"{mobile}, {numbers.phone(chance, landline=True)} доб. {chance.randrange(10, 999)}"


def _party(world: World, chance: Random, *, member: bool) -> Row:
    """What people and companies have in common."""
    roll = chance.random
    signed = world.today - dt.timedelta(days=chance.randrange(30, 2600)) if member or roll() < 0.04 else None
    potential = None if roll() < 0.75 else roll() < 0.6
    return {
        "source": chance.choice(trades.SOURCES) if roll() < 0.55 else None,
        "is_member": True if member else False if roll() < 0.6 else None,
        "is_potential": False if member else potential,
        "contract_number": f"{chance.randrange(1, 400)}/{signed:%y}" if signed else None,
        "contract_date": signed.isoformat() if signed else None,
        "member_since": signed.isoformat()[: 10 if roll() < 0.9 else 7] if signed and member else None,
        "comment": chance.choice(trades.COMMENTS) if roll() < 0.08 else None,
        "do_not_disturb": roll() < 0.02,
        "active": member or roll() < 0.97,
        "responsible_id": chance.randrange(1, len(trades.MANAGERS) + 1) if member or roll() < 0.2 else None,
    }


def _employed(world: World) -> frozenset[int]:
    return frozenset(world.directors) | {person for person, _ in _colleagues(world)}


def _colleagues(world: World) -> Iterator[tuple[int, int]]:
    """Person and company, besides the directors: most of the others work somewhere, a few in a second place."""
    chance = world.chance("colleagues")
    directing = {person: company for company, person in enumerate(world.directors, start=1)}
    for person in range(1, world.people + 1):
        first = directing.get(person)
        places = (chance.random() < 0.85) if first is None else 0
        places += chance.random() < 0.05
        for _ in range(places):
            company = 1 + int(world.companies * chance.random() ** 1.3)
            if company != first:
                yield person, company
                first = company


def _employment(
    world: World, number: int, person: int, company: int, position: str | None, is_director: bool, is_contact: bool
) -> Row:
    return world.record(number) | {
        "person_id": person,
        "company_id": company,
        "position": position,
        "is_director": is_director,
        "is_contact": is_contact,
    }
