"""Personal links: what each says, who it works for, how long, and what it leaves behind."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import (
    Change,
    Company,
    Delivery,
    Event,
    EventKind,
    Mailing,
    MailingKind,
    OptOut,
    Participation,
    ParticipationStatus as Status,
    Person,
    PurposePolicy,
    Remark,
    Source,
)
from services import clock
from services.access.permissions import ANONYMOUS
from services.directory.parties import Party
from services.errors import DomainError, NotFound
from services.messaging import links, wishes
from services.messaging.links import Action
from services.work import reading, writing
from tests import builders as b
from tests.letters import create_delivery, create_mailing, sent

NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
INVITATION = MailingKind.INVITATION


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with clock.stopped_at(NOW):
        yield


def answer(token: str, action: Action) -> str:
    with writing(ANONYMOUS, Source.CABINET) as session:
        return links.answer(session, token, action)


def opt_out(token: str) -> str:
    with writing(ANONYMOUS, Source.CABINET) as session:
        return links.opt_out(session, token)


def status() -> list[str]:
    with reading() as session:
        return list(session.exec(select(Participation.status).order_by(col(Participation.id))))


def look(token: str, wanted: Action | None = None) -> links.Asked:
    with reading() as session:
        return links.look(session, token, wanted)


def invited(session: Session, event: Event, **fields: Any) -> str:
    person = b.create_person(session)
    b.create_participation(session, event, person)
    token = sent(session, person, INVITATION, event, **fields)
    session.commit()
    return token


def test_a_token_is_kept_as_a_hash_only(session: Session) -> None:
    token = sent(session, b.create_person(session))
    made = links.make()
    assert len(made.token) == 43
    assert links.links_of(made.token)["приду"] == f"http://127.0.0.1:8501/answer/{made.token}?do=come"
    assert links.links_of(made.token)["отписаться"] == f"http://127.0.0.1:8501/unsubscribe/{made.token}"
    assert links.make().token != made.token
    session.commit()
    with reading() as fresh:
        assert token not in str(fresh.connection().exec_driver_sql("SELECT * FROM delivery").all())


def test_coming_changing_ones_mind_and_coming_again(session: Session) -> None:
    event = b.create_event(session, "Съезд выдумок", starts_on="2026-12-01", start_time="10:00")
    token = invited(session, event)
    asked = look(token, Action.DECLINE)
    assert (asked.title, asked.lines, asked.now) == ("Съезд выдумок", ("Мероприятие, 01.12.2026, с 10:00",), "")
    assert [action for action, _ in asked.actions] == [Action.DECLINE, Action.COME]
    assert status() == ["invited"]  # looking changes nothing
    assert answer(token, Action.COME) == "Спасибо! Ваше участие подтверждено."
    assert answer(token, Action.COME) == "Спасибо! Ваше участие подтверждено."
    assert status() == ["confirmed"]
    assert look(token).now == "Сейчас: вы подтвердили участие."
    assert [action for action, _ in look(token).actions] == [Action.DECLINE]
    assert answer(token, Action.DECLINE) == "Спасибо за ответ. Мы отметили, что вы не придёте."
    assert status() == ["declined"]
    assert [action for action, _ in look(token).actions] == [Action.COME]
    answer(token, Action.COME)
    assert status() == ["confirmed"]


def test_the_history_says_that_the_answer_came_from_outside(session: Session) -> None:
    token = invited(session, b.create_event(session, starts_on="2026-12-01"))
    answer(token, Action.COME)
    with reading() as fresh:
        found = fresh.exec(select(Change).where(Change.entity == "Participation", Change.field == "status")).one()
    assert (found.source, found.actor_id, found.before, found.after) == ("cabinet", None, '"invited"', '"confirmed"')


def test_without_a_place_it_is_an_application(session: Session) -> None:
    event = b.create_event(session, starts_on="2026-12-01", capacity=1)
    first, second = invited(session, event), invited(session, event)
    answer(first, Action.COME)
    assert answer(second, Action.COME).startswith("Свободных мест сейчас нет")
    assert status() == ["confirmed", "applied"]
    answer(first, Action.DECLINE)
    answer(second, Action.COME)
    assert status() == ["declined", "confirmed"]
    assert answer(first, Action.COME).startswith("Свободных мест сейчас нет")
    assert status() == ["applied", "confirmed"]


def test_who_was_not_invited_applies(session: Session) -> None:
    event = b.create_event(session, starts_on="2026-12-01")
    person, applicant = b.create_person(session), b.create_person(session)
    b.create_participation(session, event, applicant, Status.APPLIED)
    stranger, waiting = (sent(session, who, MailingKind.MESSAGE, event) for who in (person, applicant))
    session.commit()
    assert answer(stranger, Action.COME).startswith("Заявка принята")
    assert answer(waiting, Action.COME).startswith("Заявка принята")
    assert status() == ["applied", "applied"]


def test_an_application_for_a_course(session: Session) -> None:
    token = invited(session, b.create_event(session, kind=EventKind.COURSE, starts_on="2026-12-01"))
    assert [action for action, _ in look(token, Action.APPLY).actions] == [Action.APPLY, Action.COME, Action.DECLINE]
    assert answer(token, Action.APPLY) == "Заявка принята. Ассоциация рассмотрит её и сообщит вам о решении."
    assert status() == ["applied"]


def test_a_cancelled_event_and_one_already_marked(session: Session) -> None:
    cancelled = b.create_event(session, starts_on="2026-12-01", cancelled_at=NOW)
    marked = b.create_event(session, starts_on="2026-11-02", start_time="18:00")
    first, second = invited(session, cancelled), invited(session, marked)
    session.exec(select(Participation).where(Participation.event_id == marked.id)).one().status = "attended"
    session.commit()
    assert look(first).refused == "Мероприятие отменено, отвечать больше не нужно."
    assert look(first).actions == look(second).actions == ()
    with pytest.raises(DomainError, match="Мероприятие отменено"):
        answer(first, Action.COME)
    with pytest.raises(DomainError, match="уже отмечено"):
        answer(second, Action.DECLINE)
    assert status() == ["invited", "attended"]


def useless(token: str) -> bool:
    for use in (look, lambda one: answer(one, Action.COME), lambda one: answer(one, Action.APPLY)):
        with pytest.raises(NotFound) as refused:
            use(token)
        assert str(refused.value) == links.USELESS
    return True


@pytest.mark.parametrize(
    ("starts", "last", "first_late"),
    [
        ({"starts_on": "2026-12-01", "start_time": "10:00"}, "2026-12-01T09:59", "2026-12-01T10:00"),
        ({"starts_on": "2026-12-01"}, "2026-12-01T23:59", "2026-12-02T00:00"),
        ({"starts_on": "2026-12"}, "2026-12-31T23:59", "2027-01-01T00:00"),
        ({}, "2027-01-31T11:59", "2027-01-31T12:00"),
    ],
)
def test_until_when_an_answer_is_taken(session: Session, starts: dict[str, Any], last: str, first_late: str) -> None:
    token = invited(session, b.create_event(session, **starts), at=NOW)
    zone = clock.local(NOW).tzinfo
    with clock.stopped_at(dt.datetime.fromisoformat(last).replace(tzinfo=zone)):
        assert look(token).actions
    with clock.stopped_at(dt.datetime.fromisoformat(first_late).replace(tzinfo=zone)):
        assert useless(token)
    assert status() == ["invited"]


def test_unknown_foreign_and_senseless_links_say_the_same(session: Session) -> None:
    event = b.create_event(session, starts_on="2026-12-01")
    person, gone = b.create_person(session), b.create_person(session, active=False)
    tokens = [
        "", "x", "я" * 300, links.make().token,
        sent(session, person),  # a message about nothing that could be answered
        sent(session, gone, INVITATION, event),
        sent(session, person, INVITATION, event, one_letter=True),
    ]  # fmt: skip
    carrier = session.exec(select(Delivery).order_by(col(Delivery.id).desc())).first()
    assert carrier is not None
    mailing = session.get_one(Mailing, carrier.mailing_id)
    create_delivery(session, b.create_person(session), mailing, carrier_id=carrier.id)  # two hold the last one
    session.commit()
    assert all(useless(token) for token in tokens)


def test_a_request_to_join_waits_for_the_office(session: Session) -> None:
    person = b.create_person(session)
    token = sent(session, person, MailingKind.ASSOCIATION)
    session.commit()
    assert [action for action, _ in look(token).actions] == [Action.APPLY]
    with pytest.raises(NotFound):
        answer(token, Action.COME)
    for _ in range(2):
        assert answer(token, Action.APPLY) == "Заявка принята. Ассоциация свяжется с вами."
    with reading() as fresh:
        [remark] = fresh.exec(select(Remark)).all()
        assert (remark.entity, remark.entity_id, remark.field) == ("Person", person.id, "is_member")
        assert remark.message == "Просит принять в НАУЗ: заявка подана 02.11.2026 по ссылке из приглашения."
        assert fresh.get_one(Person, person.id).is_potential is True


def test_a_member_need_not_ask(session: Session) -> None:
    company = b.create_company(session)
    b.create_membership(session, company, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 12, 31))
    token = sent(session, company, MailingKind.ASSOCIATION)
    session.commit()
    assert look(token).refused == "Вы уже состоите в ассоциации, заявка не нужна."
    with pytest.raises(DomainError, match="уже состоите"):
        answer(token, Action.APPLY)
    with reading() as fresh:
        assert fresh.exec(select(Remark)).all() == []
        assert fresh.get_one(Company, company.id).is_potential is None


def opted_out() -> list[tuple[Any, ...]]:
    with reading() as session:
        found = session.exec(select(OptOut).order_by(col(OptOut.id)))
        return [(one.person_id, one.company_id, one.purpose, one.channel, one.how) for one in found]


def test_unsubscribing_ends_one_sort_by_one_way(session: Session) -> None:
    event = b.create_event(session, starts_on="2026-12-01")
    person = b.create_person(session)
    token = sent(session, person, INVITATION, event)
    session.commit()
    with reading() as fresh:
        assert links.look_at_letters(fresh, token) == links.Letters("приглашения по электронной почте")
    assert opted_out() == []
    for _ in range(2):
        assert opt_out(token) == "Готово: вы больше не будете получать приглашения по электронной почте."
    assert opted_out() == [(person.id, None, "invitation", "email", "link")]
    with reading() as fresh:
        assert links.look_at_letters(fresh, token).ended


def test_a_shared_letter_ends_for_all_who_share_it(session: Session) -> None:
    people = [b.create_person(session) for _ in range(3)]
    mailing, made = create_mailing(session, one_letter=True), links.make()
    carrier = create_delivery(session, people[0], mailing, token_hash=made.hash)
    create_delivery(session, people[1], mailing, carrier_id=carrier.id)
    create_delivery(session, people[2], mailing, address="other@example.ru")
    session.commit()
    opt_out(made.token)
    assert [line[0] for line in opted_out()] == [people[0].id, people[1].id]


def test_what_the_statutes_ask_for_cannot_be_ended(session: Session) -> None:
    token = sent(session, b.create_person(session), purpose="statutory")
    session.commit()
    with reading() as fresh:
        assert links.look_at_letters(fresh, token).refused == links.STATUTORY
    with pytest.raises(DomainError, match="по уставу"):
        opt_out(token)
    assert opted_out() == []
    with writing(ANONYMOUS) as changing:
        policy = changing.exec(select(PurposePolicy).where(PurposePolicy.code == "statutory")).one()
        policy.respects_opt_out = True
    opt_out(token)
    assert [line[2] for line in opted_out()] == ["statutory"]


def test_unsubscribing_outlives_the_event_and_ends_after_a_year(session: Session) -> None:
    token = invited(session, b.create_event(session, starts_on="2026-11-03"), at=NOW)
    with clock.stopped_at(NOW + dt.timedelta(days=365)):
        opt_out(token)
    uses: tuple[Callable[[str], object], ...] = (opt_out, lambda one: links.look_at_letters(session, one))
    with clock.stopped_at(NOW + dt.timedelta(days=366)):
        for use in uses:
            with pytest.raises(NotFound, match="не действует"):
                use(token)


def test_what_has_ended_is_seen_by_its_own_party_only(session: Session) -> None:
    first, second = b.create_person(session), b.create_person(session)
    token = sent(session, first)
    session.commit()
    opt_out(token)
    with reading() as fresh:
        ended = [
            wishes.has_ended(fresh, Party("person", one.id or 0), purpose, channel)
            for one in (first, second)
            for purpose in ("service", "invitation")
            for channel in ("email", "sms")
        ]
    assert ended == [True, False, False, False, False, False, False, False]
