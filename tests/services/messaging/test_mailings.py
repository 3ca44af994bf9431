"""A mailing from its draft to the queue: frozen recipients, exclusions by name, the sample, confirming once."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from models import (
    EventKind,
    Mailing,
    MailingKind,
    MailingState,
    MessageTemplate,
    Person,
)
from services import clock
from services.directory.parties import Party
from services.errors import DomainError, InvalidInput
from services.messaging import approving, audiences, mailings, reviewing
from services.messaging.mailing_views import Named, Sample, journal, recipients
from services.settings import settings
from services.work import reading, writing
from tests import builders as b
from tests.counting import statements
from tests.services.messaging.mailed import (
    MANAGER,
    NOON,
    SUBJECT,
    TEXT,
    confirm,
    draft,
    left_out,
    left_out_by,
    people,
    prepare,
    prepared,
    review,
    states,
    version,
    view,
)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    """It is noon of 22.11.2026 in Moscow."""
    with clock.stopped_at(NOON):
        yield


def test_a_review_counts_names_and_shows_the_message_for_a_real_recipient(session: Session) -> None:
    company = b.create_company(session, "ООО «Ромашка»", email="office@example.ru")
    ann = b.create_person(session, "Аннина", "Анна", "Ивановна", email="ann@example.ru")
    mute = b.create_person(session, "Тихонов", email="mute@example.ru", do_not_disturb=True)
    gone = b.create_person(session, "Ушедший", email="gone@example.ru", active=False)
    bare = b.create_person(session, "Безадресный")
    session.commit()
    chosen = [Party("person", one.id or 0) for one in (ann, mute, gone, bare)] + [Party("company", company.id or 0)]
    number = prepared(audiences.of_parties(chosen))

    shown = review(number)
    assert (shown.state, shown.chosen, shown.receive, shown.letters) == (MailingState.REVIEW, 5, 3, 2)
    assert left_out(shown) == {
        "inactive": ("Ушедший Пётр Ильич",),
        "do_not_disturb": ("Тихонов Пётр Ильич",),
    }
    assert [(one.title, one.count) for one in shown.excluded] == [
        ("запись неактивна", 1),
        ("просил не беспокоить", 1),
    ]
    assert left_out_by(shown, "email") == {
        "inactive": ("Ушедший Пётр Ильич",),
        "do_not_disturb": ("Тихонов Пётр Ильич",),
        "no_address": ("Безадресный Пётр Ильич",),
    }
    assert [(one.channel.value, one.receive) for one in shown.by_channel] == [("cabinet", 3), ("email", 2)]
    assert shown.sample_for == Named("Аннина Анна Ивановна", Party("person", ann.id or 0))
    cabinet, email = shown.samples
    assert cabinet == Sample(
        cabinet.channel, "личный кабинет", SUBJECT, "Уважаемая Анна Ивановна! Ждём вас на собрании.", ""
    )
    assert email.text.startswith("Уважаемая Анна Ивановна! Ждём вас на собрании.\n\n--\n")
    assert "Уважаемая Анна Ивановна! Ждём вас на собрании." in email.html
    assert (shown.typed, shown.approval, shown.faults) == (False, False, ())

    for_company = review(number, sample_of=Party("company", company.id or 0))
    assert for_company.samples[0].text == "Уважаемые коллеги! Ждём вас на собрании."
    assert states(number) == {
        ("cabinet", "planned"): 3,
        ("cabinet", "excluded"): 2,
        ("email", "planned"): 2,
        ("email", "excluded"): 3,
    }


def test_a_review_takes_as_many_statements_for_many_as_for_few(session: Session) -> None:
    counts = []
    for size in (2, 60):
        number = prepared(people(session, *(f"Многий{size}-{place}" for place in range(size))))
        with statements() as seen:
            review(number)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 30


def test_an_sms_is_text_alone(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    person = b.create_person(session, "Звонков", phone="+79161234567")
    session.commit()
    audience = audiences.of_parties([Party("person", person.id or 0)])
    with pytest.raises(InvalidInput, match="Отправка SMS не настроена"):
        draft(audience, channels=["sms"])
    monkeypatch.setattr(settings(), "sms_url", "http://127.0.0.1:9/sms")
    shown = review(prepared(audience, channels=["sms"]))
    assert [(one.channel.value, one.receive) for one in shown.by_channel] == [("cabinet", 1), ("sms", 1)]
    assert shown.samples[1] == Sample(
        shown.samples[1].channel, "SMS", "", "Уважаемый Пётр Ильич! Ждём вас на собрании.", ""
    )


def test_nobody_chosen_means_nobody(session: Session) -> None:
    b.create_person(session, "Посторонний", email="a@example.ru")
    session.commit()
    for audience in (
        audiences.Audience(),
        audiences.parse("{}"),
        audiences.of_parties([]),
        audiences.from_rows("people", {"mode": "ids", "ids": []}),
        audiences.from_rows("people", {"mode": "found", "query": {"search": "никого такого"}}),
        audiences.of_parties([Party("person", 999_999)]),
    ):
        number = prepared(audience)
        shown = review(number)
        assert (shown.chosen, shown.receive, shown.sample_for, shown.samples) == (0, 0, None, ())
        with pytest.raises(DomainError, match="Отправлять нечего"):
            confirm(number)
        assert view(number).state is MailingState.REVIEW
    with pytest.raises(InvalidInput):
        audiences.from_rows("people", {})
    with pytest.raises(InvalidInput, match="не люди и не компании"):
        audiences.from_rows("venues", {"mode": "ids", "ids": [1]})


def test_recipients_are_frozen_when_prepared(session: Session) -> None:
    person = b.create_person(session, "Ранний", email="a@example.ru", is_member=True)
    session.commit()
    members = {"filterModel": {"is_member": {"filterType": "set", "values": ["yes"]}}}
    audience = audiences.from_rows("people", {"mode": "found", "query": members})
    number = prepared(audience)
    b.create_person(session, "Поздний", email="b@example.ru", is_member=True)
    person.email = "new@example.ru"
    session.commit()
    assert (review(number).chosen, review(number).receive) == (1, 1)
    with writing(MANAGER) as work:
        reviewing.back_to_draft(work, MANAGER, number, version(work, number))
    assert (view(number).state, view(number).counts, view(number).chosen) == (MailingState.DRAFT, (), None)
    prepare(number)
    assert (review(number).chosen, review(number).receive) == (2, 2)


def test_an_audience_is_read_anew_and_may_be_nobody_by_then(session: Session) -> None:
    person = b.create_person(session, "Бывший", email="a@example.ru", is_potential=True)
    session.commit()
    with writing(MANAGER) as work:
        audience = audiences.from_segment_named(work, MANAGER, "потенциальные члены (люди)")
        assert audiences.title(work, MANAGER, audience) == "Сегмент «Потенциальные члены (люди)»"
    number = draft(audience)
    person.is_potential = False
    session.commit()
    prepare(number)
    assert (review(number).chosen, review(number).faults) == (0, (approving.BY_NOBODY,))


def test_a_draft_keeps_its_text_when_the_template_changes(session: Session) -> None:
    template = MessageTemplate(name="Своё", kind="general", purpose="statutory", subject="Тема", text="Прежний текст")
    session.add(template)
    session.flush()
    audience = people(session, "Первый")
    with writing(MANAGER) as work:
        number = mailings.create(work, MANAGER, "message", audience, template_id=template.id)
    template.text, template.subject = "Новый текст", "Новая тема"
    session.commit()
    shown = view(number)
    assert (shown.subject, shown.text, shown.purpose.value) == ("Тема", "Прежний текст", "statutory")
    prepare(number)
    assert review(number).samples[0].text == "Прежний текст"


def test_texts_that_cannot_be_read_are_refused_where_they_stand(session: Session) -> None:
    number = draft(people(session, "Первый"))
    fields = {"name": "Имя", "channels": ["email"], "purpose": "service", "subject": "Тема", "text": "Текст"}
    for wrong, place in (
        ({"text": "{{ неведомое }}"}, "text"),
        ({"subject": "{{ имя"}, "subject"),
        ({"name": " "}, "name"),
        ({"channels": ["голубь"]}, "channels"),
        ({"purpose": "просто так"}, "purpose"),
    ):
        with writing(MANAGER) as work, pytest.raises(InvalidInput) as refused:
            mailings.edit(work, MANAGER, number, version(work, number), **{**fields, **wrong})  # type: ignore[arg-type]
        assert set(refused.value.fields) == {place}
    assert view(number).text == TEXT


def test_who_has_a_hole_in_the_text_is_left_out_by_name(session: Session) -> None:
    company = b.create_company(session, "ООО «Ромашка»")
    b.create_person(session, "Трудов", company=company, email="a@example.ru")
    b.create_person(session, "Вольный", email="b@example.ru")
    session.commit()
    everybody = audiences.from_rows("people", {"mode": "found", "query": {}})
    shown = review(prepared(everybody, text="Сотруднику {{ компания }}"))
    assert (shown.chosen, shown.receive) == (2, 1)
    assert left_out(shown) == {"not_rendered": ("Вольный Пётр Ильич",)}
    with reading() as look:
        lines = recipients(look, MANAGER, shown.id, reason="not_rendered").lines
    assert [(line.name, line.channel.value) for line in lines] == [
        ("Вольный Пётр Ильич", "cabinet"),
        ("Вольный Пётр Ильич", "email"),
    ]
    assert "компания" in lines[0].detail
    assert review(prepared(everybody, text="Вы из {{ компания | default('дома') }}")).receive == 2


def test_one_letter_goes_to_all_behind_an_address(session: Session) -> None:
    first, second = (b.create_person(session, name, email="office@example.ru") for name in ("Первый", "Второй"))
    third = b.create_person(session, "Третий", email="own@example.ru")
    session.commit()
    audience = audiences.of_parties(Party("person", one.id or 0) for one in (first, second, third))
    with pytest.raises(DomainError, match="Одно письмо на адрес не получится"):
        prepared(audience, one_letter=True, text="{{ имя }}, ждём вас")
    shown = review(prepared(audience, one_letter=True))
    assert (shown.receive, shown.letters) == (3, 2)
    assert shown.samples[0].text == "Уважаемый Пётр Ильич! Ждём вас на собрании."
    assert shown.samples[1].text.startswith("Уважаемые коллеги!")
    assert "Писем уйдёт 2: получатели с общим адресом получат одно письмо на всех." in shown.notes


def test_an_invitation_needs_its_event_and_a_message_its_text(session: Session) -> None:
    audience = people(session, "Гость")
    with writing(MANAGER) as work:
        invitation = mailings.create(work, MANAGER, "invitation", audience)
        message = mailings.create(work, MANAGER, "message", audience)
        for number, place in ((invitation, "event_id"), (message, "text")):
            with pytest.raises(InvalidInput) as refused:
                reviewing.prepare(work, MANAGER, number, version(work, number))
            assert set(refused.value.fields) == {place}


def test_every_action_begins_with_a_text_of_the_start_set(session: Session) -> None:
    moved = {kind: b.create_event(session, "Сбор", kind, starts_on="2026-12-12") for kind in EventKind}
    off = b.create_event(session, "Отменённый", starts_on="2026-12-12", cancelled_at=NOON)
    audience = people(session, "Гость")
    expected = {
        (MailingKind.MESSAGE, None): "message",
        (MailingKind.REMINDER, None): "reminder_fee",
        (MailingKind.ASSOCIATION, None): "invitation_association",
        (MailingKind.BIRTHDAY, None): "birthday",
        (MailingKind.EVENT_CHANGE, moved[EventKind.COURSE].id): "event_moved",
        (MailingKind.EVENT_CHANGE, off.id): "event_cancelled",
        **{(MailingKind.INVITATION, event.id): f"invitation_{kind}" for kind, event in moved.items()},
    }
    for (kind, event_id), code in expected.items():
        with writing(MANAGER) as work:
            one = work.get_one(Mailing, mailings.create(work, MANAGER, kind, audience, event_id=event_id))
            assert work.get_one(MessageTemplate, one.template_id).code == code
            assert one.text
            assert one.audience_title == "Выбрано: 1 получатель"


def test_a_copy_is_a_draft_of_the_same(session: Session) -> None:
    number = prepared(people(session, "Первый"), html="<p>{{ обращение }}</p>", one_letter=True, repeat=True)
    confirm(number)
    with writing(MANAGER) as work:
        fresh = mailings.copy(work, MANAGER, number)
        again = mailings.copy(work, MANAGER, fresh)
    shown, former = view(fresh), view(number)
    assert (shown.name, view(again).name) == ("Собрание членов (копия)", "Собрание членов (копия)")
    assert (shown.state, shown.counts, shown.confirmed_at) == (MailingState.DRAFT, (), None)
    for field in ("subject", "text", "html", "channels", "audience", "audience_title", "one_letter", "repeat"):
        assert getattr(shown, field) == getattr(former, field)


def test_the_journal_and_the_recipients(session: Session) -> None:
    audience = people(session, "Яшин", "Абрамов")
    number = prepared(audience)
    confirm(number)
    other = draft(audience, name="Другая")
    with reading() as look:
        page = journal(look, MANAGER)
        assert [(line.id, line.name, line.state_title, line.receive, line.waiting) for line in page.lines] == [
            (other, "Другая", "черновик", None, 0),
            (number, "Собрание членов", "отправляется", 2, 4),
        ]
        assert journal(look, MANAGER, state="draft").total == 1
        assert page.lines[1].audience == "Выбрано: 2 получателя"
        found = recipients(look, MANAGER, number)
        assert [line.name for line in found.lines[::2]] == ["Абрамов Пётр Ильич", "Яшин Пётр Ильич"]
        assert [line.address for line in found.lines] == ["", "1@example.ru", "", "0@example.ru"]
        (line,) = [line for line in recipients(look, MANAGER, number, search="яшин").lines if line.address]
        assert (line.name, line.state_title) == ("Яшин Пётр Ильич", "ждёт отправки")
        assert line.party == Party("person", look.exec(select(Person.id).where(Person.last_name == "Яшин")).one() or 0)
        assert recipients(look, MANAGER, number, state="sent").total == 0
