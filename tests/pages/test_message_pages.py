"""Notices in the cabinet, messages and wishes on a card, the scheduler's page, alarms of the first page."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from models import Account, Consent, JobRun, MailingKind, Notice, OptOut, Role
from pages.cabinet.notices import text_with_links
from pages.ui.escape import plain
from scheduler.jobs import heartbeat
from services import clock, scheduling
from services.access import sessions
from services.access.permissions import SYSTEM
from services.directory.parties import Party
from services.messaging import wishes
from services.work import reading, writing
from tests import builders as b
from tests.letters import create_delivery, create_mailing, create_notice
from tests.pages.conftest import Opened, handshake


def notices_page() -> None:
    from pages.cabinet import notices  # noqa: PLC0415 - AppTest runs the text of this function

    notices.render()


def person_page() -> None:
    from pages.office.cards import person  # noqa: PLC0415

    person.render()


def scheduler_page() -> None:
    from pages.office import scheduler  # noqa: PLC0415

    scheduler.render()


def home_page() -> None:
    from pages.office import home  # noqa: PLC0415

    home.render()


def run(page: object, **params: str) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)  # type: ignore[arg-type]
    for name, value in params.items():
        at.query_params[name] = value
    return at.run()


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


@pytest.fixture
def member(session: Session, monkeypatch: pytest.MonkeyPatch) -> Account:
    """A member at their browser: contact of one company, mere employee of another, with three notices to see."""
    spoken_for, other = b.create_company(session, "ООО «Своя»"), b.create_company(session, "ООО «Чужая»")
    person = b.create_person(session, company=spoken_for, is_contact=True)
    b.create_employment(session, person, other)
    create_notice(session, person, "Первое", read_at=clock.now())
    create_notice(session, person, "Второе", text="Ответ: https://lk.example.ru/answer/abc?do=come. <b>*Жирно*</b>")
    create_notice(session, spoken_for, "Компании")
    create_notice(session, other, "Чужой компании")
    create_notice(session, b.create_person(session), "Чужое")
    account = b.create_account(session, Role.MEMBER, "member", person=person)
    assert account.id is not None
    token = sessions.open_session(session, account.id, account.epoch, "10.0.0.7", "")
    session.commit()
    handshake(monkeypatch, {"session": token})
    return account


def number_of(subject: str) -> int:
    with reading() as session:
        return session.exec(select(Notice.id).where(Notice.subject == subject)).one() or 0


def test_own_notices_and_those_of_ones_company_unread_first(member: Account) -> None:
    at = run(notices_page)
    assert [title.value for title in at.title] == ["Уведомления · 2"]
    assert [button.label for button in at.button] == ["**Компании**", "**Второе**", "Первое"]
    assert any(plain("ООО «Своя»") in caption.value for caption in at.caption)


def test_opening_marks_as_read_and_its_links_open(member: Account) -> None:
    at = press(run(notices_page), "**Второе**")
    assert [title.value for title in at.title] == ["Второе"]
    assert "](<https://lk.example.ru/answer/abc?do=come>)" in at.markdown[-1].value
    assert plain("<b>*Жирно*</b>") in at.markdown[-1].value
    at = press(at, "Все уведомления")
    assert [button.label for button in at.button] == ["**Компании**", "Второе", "Первое"]


@pytest.mark.parametrize("subject", ["Чужое", "Чужой компании"])
def test_somebody_elses_notice_does_not_exist(member: Account, subject: str) -> None:
    number = number_of(subject)
    at = run(notices_page, id=str(number))
    assert [info.value for info in at.info] == [plain("Такого уведомления нет.")]
    assert not at.title
    with reading() as session:
        assert session.get_one(Notice, number).read_at is None


def test_an_account_tied_to_nobody_has_no_notices(sit_down: Opened, session: Session) -> None:
    create_notice(session, b.create_person(session))
    session.commit()
    sit_down(Role.CANDIDATE)
    assert "Уведомлений пока нет" in run(notices_page).info[0].value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("См. https://a.ru/x.", "См\\. [{}](<https://a.ru/x>)\\."),
        ("[x](https://a.ru)", "\\[x\\]\\([{}](<https://a.ru>)\\)"),
        ("javascript:alert(1)", "javascript\\:alert\\(1\\)"),
        ("раз\nдва", "раз  \nдва"),
    ],
)
def test_only_addresses_become_links(text: str, shown: str) -> None:
    address = next((part for part in ("https://a.ru/x", "https://a.ru") if part in text), "")
    assert text_with_links(text) == shown.format(plain(address))


def test_a_card_shows_every_message_with_its_fate(sit_down: Opened, session: Session) -> None:
    person = b.create_person(session)
    mailing = create_mailing(session, name="Новости <b>весны</b>")
    create_delivery(session, person, mailing, state="excluded", reason="bounced", sent_at=None)
    published = create_delivery(session, person, mailing, channel="cabinet", address=None)
    link = f"https://lk.example.ru/answer/{'x' * 43}?do=come"
    create_notice(session, person, "Новости", text=f"Как было: {link}", delivery_id=published.id)
    create_notice(session, person, "Старые", read_at=clock.now())
    create_delivery(session, person, create_mailing(session, name="Готовится", state="review"), state="planned")
    session.commit()
    sit_down(Role.MANAGER)
    at = run(person_page, id=str(person.id), tab="messages")
    assert not at.exception
    shown = "\n".join(line.value for line in at.markdown)
    assert plain("Новости <b>весны</b>") in shown
    assert "адрес не принимает сообщения" in shown
    assert "не прочитано" in shown
    assert "Готовится" not in shown
    assert "Сообщения · 2 / 1" in at.segmented_control[0].options
    at = at.button(key=f"message-text-{published.id}").click().run()
    shown = "\n".join(line.value for line in at.markdown)
    assert plain("Как было: https://lk.example.ru/answer/•••?do=come") in shown


def test_a_sum_is_not_shown_to_whoever_may_not_see_money(sit_down: Opened, session: Session) -> None:
    person = b.create_person(session)
    b.create_membership(session, person, ends_on=dt.date(2026, 12, 31), fee_amount=Decimal(12500))
    mailing = create_mailing(
        session, MailingKind.REMINDER, text="Взнос {{ сумма }}", subject="Взнос", template_kind="membership"
    )
    delivery = create_delivery(session, person, mailing, channel="cabinet", address=None)
    create_notice(session, person, "Взнос", text="Взнос 12 500 ₽", delivery_id=delivery.id)
    session.commit()
    seen = {}
    for role in (Role.DIRECTOR, Role.MANAGER):
        sit_down(role, role.value)
        at = run(person_page, id=str(person.id), tab="messages")
        at = at.button(key=f"message-text-{delivery.id}").click().run()
        seen[role] = "\n".join(line.value for line in at.markdown)
    assert "Взнос 12 500" in seen[Role.DIRECTOR]
    assert "500" not in seen[Role.MANAGER]
    assert "●●●" in seen[Role.MANAGER]


def test_the_office_notes_opt_outs_and_consents(sit_down: Opened, session: Session) -> None:
    person = b.create_person(session)
    session.commit()
    sit_down(Role.MANAGER)
    at = run(person_page, id=str(person.id), tab="messages")
    key = f"wish-person-{person.id}-invitation-email"
    assert at.button(key=key).label == "Отписать"
    at.button(key=key).click().run()
    with reading() as fresh:
        [found] = fresh.exec(select(OptOut)).all()
        assert (found.person_id, found.purpose, found.channel, found.how) == (
            person.id, "invitation", "email", "office"
        )  # fmt: skip
    at = run(person_page, id=str(person.id), tab="messages")
    assert at.button(key=key).label == "Вернуть"
    at.button(key=key).click().run()
    with reading() as fresh:
        assert fresh.exec(select(OptOut)).all() == []


def test_an_accountant_reads_and_changes_nothing(sit_down: Opened, session: Session) -> None:
    person = b.create_person(session)
    session.commit()
    sit_down(Role.ACCOUNTANT)
    at = run(person_page, id=str(person.id), tab="messages")
    assert not at.exception
    assert [button.key for button in at.button if button.key and button.key.startswith(("wish", "consent"))] == []


def test_the_scheduler_is_asked_by_hand_and_says_when_nobody_listens(sit_down: Opened, session: Session) -> None:
    session.commit()
    actor, _ = sit_down(Role.MANAGER)
    at = run(scheduler_page)
    assert "Планировщик не работает" in at.error[0].value
    at = at.button(key="ask-send").click().run()
    assert at.button(key="ask-send").disabled
    assert "Запуск вручную тоже ждёт" in at.error[0].value
    with reading() as fresh:
        [asked] = fresh.exec(select(JobRun)).all()
        assert (asked.job, asked.state, asked.asked_by) == ("send", "asked", actor.account_id)
    heartbeat()
    scheduling.begin(scheduling.Name.PROCESS, "w")
    at = run(scheduler_page)
    assert at.success[0].value.startswith("Работает")


def test_the_journal_filters_what_went_wrong(sit_down: Opened, session: Session) -> None:
    session.commit()
    sit_down(Role.DIRECTOR)
    scheduling.run_job(scheduling.Name.SEND, lambda: scheduling.Outcome({"sent": 3}))
    scheduling.run_job(
        scheduling.Name.BOUNCES, lambda: scheduling.Outcome(said="Ящик не <b>открылся</b>.", failed=True)
    )
    at = run(scheduler_page)
    shown = "\n".join(line.value for line in at.markdown)
    assert "отправлено 3" in shown
    assert plain("Ящик не <b>открылся</b>.") in shown
    at = at.toggle(key="runs-failed").set_value(True).run()
    shown = "\n".join(line.value for line in at.markdown)
    assert "отправлено 3" not in shown
    assert plain("Ящик не <b>открылся</b>.") in shown


def test_the_first_page_tells_what_is_wrong(sit_down: Opened, session: Session) -> None:
    session.commit()
    sit_down(Role.ACCOUNTANT)
    assert "Планировщик не работает" in run(home_page).error[0].value
    heartbeat()
    assert not run(home_page).error


def test_consents_keep_what_held_before(sit_down: Opened, session: Session) -> None:
    person = b.create_person(session)
    session.commit()
    party = Party("person", person.id or 0)
    with writing(SYSTEM) as writer:
        wishes.give_consent(writer, SYSTEM, party, "advertising", dt.date(2026, 1, 12), "анкета")
    sit_down(Role.MANAGER)
    at = run(person_page, id=str(person.id), tab="messages")
    assert any("12.01.2026" in line.value and "анкета" in line.value for line in at.markdown)
    at.button(key=f"consent-person-{person.id}-advertising").click().run()
    with reading() as fresh:
        [found] = fresh.exec(select(Consent)).all()
        assert found.withdrawn_at is not None
        assert clock.local(found.given_at).date() == dt.date(2026, 1, 12)
