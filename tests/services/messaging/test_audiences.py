"""Whom a mailing is for: rows of any table, segments, guests of an event; and what a draft can be changed to."""

import pytest
from sqlmodel import Session

from models import Mailing, MailingState, ParticipationStatus as Status, Role
from services.access.permissions import PERMISSIONS, SYSTEM, Actor
from services.directory.parties import Party
from services.errors import DomainError, InvalidInput, NotFound
from services.messaging import audiences, files, mailings
from services.messaging.audiences import Audience
from services.messaging.mailing_views import recipients, review as review_of
from services.tables import segments
from services.work import reading, writing
from tests import builders as b
from tests.services.messaging.mailed import MANAGER, draft, people, prepare, prepared, version, view


def meant(audience: Audience, actor: Actor = MANAGER) -> set[tuple[str, int]]:
    """Kind and number of everybody the audience means, after a way through JSON."""
    kept = audiences.parse(audience.to_json())
    assert kept == audience
    with reading() as look:
        chosen = audiences.select_parties(look, actor, kept)
        kinds = {kind: chosen.of(kind) for kind in audiences.KINDS}
        return {
            (kind, number)
            for kind, parties in kinds.items()
            if parties is not None
            for number in look.connection().execute(parties).scalars()
        }


def named(audience: Audience, actor: Actor = MANAGER) -> str:
    """What the audience is called."""
    with reading() as look:
        return audiences.title(look, actor, audience)


def test_rows_of_a_table_mean_their_people_and_companies_once(session: Session) -> None:
    company = b.create_company(session, "ООО «Член»")
    chair, gone = b.create_person(session, "Двукомитетов"), b.create_person(session, "Ушедший", active=False)
    b.create_membership(session, company)
    b.create_membership(session, chair)
    seats = [b.create_seat(session, b.create_committee(session), chair) for _ in range(2)]
    session.commit()
    both = {("company", company.id), ("person", chair.id)}
    found = {"mode": "found", "query": {}}
    assert meant(audiences.from_rows("members", found)) == both
    assert meant(audiences.from_rows("committees", found)) == {("person", chair.id)}
    by_seats = audiences.from_rows("committees", {"mode": "ids", "ids": [seat.id for seat in seats]})
    assert meant(by_seats) == {("person", chair.id)}
    assert meant(audiences.from_rows("people", found | {"except": [chair.id]})) == set()
    assert meant(audiences.from_rows("people", found | {"retired": True})) == {("person", gone.id)}
    assert named(by_seats).endswith(": выбрано 2 записи")
    assert named(audiences.from_rows("people", found | {"except": [1]})).endswith(": все найденные, кроме 1 записи")


def test_guests_of_an_event_by_status(session: Session) -> None:
    event = b.create_event(session, "Форум", starts_on="2026-12-12")
    yes, no, company = b.create_person(session), b.create_person(session), b.create_company(session)
    b.create_participation(session, event, yes, Status.CONFIRMED)
    b.create_participation(session, event, no, Status.DECLINED)
    b.create_participation(session, event, company)
    session.commit()
    number = event.id or 0
    assert len(meant(audiences.from_event(number))) == 3
    coming = audiences.from_event(number, [Status.INVITED, Status.CONFIRMED])
    assert meant(coming) == {("person", yes.id), ("company", company.id)}
    assert named(coming) == "Участники: Форум, 12.12.2026 (приглашён, подтверждён)"
    with pytest.raises(InvalidInput, match="Нет такого статуса"):
        audiences.from_event(number, ["любимый"])
    with pytest.raises(NotFound):
        meant(audiences.from_event(number + 1))


def test_a_segment_is_asked_by_whoever_prepares(session: Session) -> None:
    owner = b.actor_of(b.create_account(session, Role.MANAGER, "anna"))
    b.create_person(session, "Аннин", email="a@example.ru")
    session.commit()
    with writing(owner) as work:
        private = segments.create(work, owner, "people", "Мои", {"search": "аннин"})
        venues = segments.create(work, owner, "venues", "Залы", {})
        audience = audiences.from_segment_named(work, owner, "мои")
    assert audience == audiences.from_segment(private)
    assert named(audience, owner) == "Сегмент «Мои»"
    number = draft(audience, owner)
    with pytest.raises(NotFound, match="Такого сегмента нет"):
        prepare(number, Actor(None, "Другой", PERMISSIONS[Role.MANAGER], Role.MANAGER))
    with pytest.raises(InvalidInput, match="отбирает не людей и не компании"):
        prepare(draft(audiences.from_segment(venues), owner), owner)
    prepare(number, owner)
    with writing(owner) as work:
        segments.delete(work, owner, private)
        copied = mailings.copy(work, owner, number)
    with reading() as look:
        assert review_of(look, MANAGER, number).chosen == 1
    with pytest.raises(NotFound, match="Такого сегмента нет"):
        prepare(copied, owner)
    assert view(copied).state is MailingState.DRAFT


def test_a_filter_by_a_hidden_column_reaches_nobody_by_stealth(session: Session) -> None:
    """A manager sees no amounts, so cannot pick recipients by them either."""
    money = {"filterModel": {"fee_amount": {"filterType": "number", "type": "greaterThan", "filter": 1}}}
    audience = audiences.from_rows("members", {"mode": "found", "query": money})
    with pytest.raises(InvalidInput):
        prepared(audience)
    assert meant(audience, SYSTEM) == set()


def test_a_draft_takes_another_template_and_other_people(session: Session) -> None:
    number = draft(people(session, "Первый"))
    with writing(MANAGER) as work:
        files.attach_to_mailing(work, MANAGER, number, "прежний.pdf", b"%PDF-1.4\n%%EOF")
        birthday = mailings.template_named(work, "birthday")
        mailings.use_template(work, MANAGER, number, version(work, number), birthday.id or 0)
        mailings.change_audience(
            work, MANAGER, number, version(work, number), audiences.of_parties([Party("person", 10**6)])
        )
        with pytest.raises(DomainError, match="только что изменил"):
            mailings.use_template(work, MANAGER, number, 1, birthday.id or 0)
        assert view_of_texts(work, number) == (birthday.subject, birthday.text, "birthday")
    shown = view(number)
    assert (shown.files, shown.audience_title, shown.audience.people) == ((), "Выбрано: 1 получатель", (10**6,))
    prepare(number)
    with writing(MANAGER) as work, pytest.raises(DomainError, match="верните её в черновики"):
        mailings.change_audience(work, MANAGER, number, version(work, number), Audience())


def view_of_texts(work: Session, number: int) -> tuple[str, str, str]:
    """Subject, text and kind of a mailing's texts."""
    one = work.get_one(Mailing, number)
    return one.subject, one.text, one.template_kind


def test_files_go_along_with_a_copy(session: Session) -> None:
    number = draft(people(session, "Первый"))
    with writing(MANAGER) as work:
        files.attach_to_mailing(work, MANAGER, number, "программа.pdf", b"%PDF-1.4\n%%EOF")
        copied = mailings.copy(work, MANAGER, number)
    assert [(one.name, one.size) for one in view(copied).files] == [("программа.pdf", 14)]
    assert view(copied).files == view(number).files


def test_recipients_are_found_by_any_word_of_their_name(session: Session) -> None:
    number = prepared(people(session, "Щёголев", "Процентов%", "Другой"))
    with reading() as look:
        for search, expected in (("щеголев", 2), ("ИЛЬИЧ другой", 2), ("%", 2), ("никто", 0), ("", 6)):
            assert recipients(look, MANAGER, number, search=search).total == expected, search
        with pytest.raises(InvalidInput):
            recipients(look, MANAGER, number, state="странное")
