"""Templates as the office works with them: versions, copies, retirement, resetting, files, previews."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import FilePurpose, Mailing, MessageTemplate, ReminderRule, Role, StoredFile, TemplateKind, TemplateVersion
from services import clock, files as stored_files, storage
from services.access.permissions import SYSTEM, Actor
from services.database import engine
from services.directory.parties import Party
from services.errors import DomainError, InvalidInput, NotAllowed, NotFound, StaleRecord
from services.messaging import files, templates
from services.messaging.rendering import Unrenderable
from services.messaging.start_set import BY_CODE, START_SET
from services.messaging.templates import TemplateView
from services.migrate import migrate
from tests import papers
from tests.builders import actor_of, create_account, create_event, create_membership, create_person

TEXTS: dict[str, Any] = {"subject": "Тема", "text": "{{ обращение }}!", "html": ""}


@pytest.fixture
def manager(session: Session) -> Actor:
    return actor_of(create_account(session, Role.MANAGER, "manager"))


def made(session: Session, name: str = "Свой", **values: Any) -> int:
    about = {"kind": "general", "purpose": "service"} | TEXTS | values
    return templates.create(session, SYSTEM, name=name, **about)


def view(session: Session, number: int) -> TemplateView:
    return templates.open_template(session, SYSTEM, number)


def saved(session: Session, number: int, actor: Actor = SYSTEM, **values: Any) -> int:
    present = view(session, number)
    texts = {"name": present.name, "purpose": present.purpose} | TEXTS | values
    return templates.edit(session, actor, number, present.version, **texts)


def built_in(session: Session, code: str = "reminder_fee") -> int:
    found = templates.by_code(session, code)
    assert found is not None
    return found


def test_the_start_set_is_there_from_the_start_and_stays_as_the_office_has_it(session: Session) -> None:
    lines = templates.list_templates(session, SYSTEM)
    assert {line.code for line in lines} == {one.code for one in START_SET}
    assert all(line.is_built_in and line.number == 1 for line in lines)
    assert [line.name for line in templates.list_templates(session, SYSTEM, (TemplateKind.BIRTHDAY,))] == [
        "Поздравление с днём рождения"
    ]
    number = built_in(session)
    assert view(session, number).is_shipped
    assert [(v.number, v.who, v.is_present) for v in templates.versions(session, SYSTEM, number)] == [(1, "", True)]
    saved(session, number, name="Взнос", text="Наше {{ срок }}")
    session.commit()
    migrate(engine())
    session.expire_all()
    assert (view(session, number).name, view(session, number).text) == ("Взнос", "Наше {{ срок }}")
    assert len(session.exec(select(TemplateVersion).where(TemplateVersion.template_id == number)).all()) == 2


def test_every_saved_text_is_a_version_and_can_be_brought_back(session: Session, manager: Actor) -> None:
    with clock.stopped_at(dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)):
        number = made(session)
        assert saved(session, number, manager, text="Вторая {{ имя }}") == 2
        assert saved(session, number, manager, text="Вторая {{ имя }}", name="Другое имя") == 2
        assert templates.bring_back(session, manager, number, 1, view(session, number).version) == 3
        found = templates.versions(session, SYSTEM, number)
    assert [(v.number, v.who, v.text, v.is_present) for v in found] == [
        (3, manager.name, "{{ обращение }}!", True),
        (2, manager.name, "Вторая {{ имя }}", False),
        (1, "", "{{ обращение }}!", False),
    ]
    assert found[0].at == dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
    assert (view(session, number).name, view(session, number).text) == ("Другое имя", "{{ обращение }}!")
    with pytest.raises(NotFound, match="Такой версии нет"):
        templates.bring_back(session, SYSTEM, number, 9, view(session, number).version)


def test_a_built_in_text_can_be_reset_and_an_own_one_cannot(session: Session) -> None:
    number = built_in(session)
    saved(session, number, text="Платите до {{ срок }}")
    assert not view(session, number).is_shipped
    assert templates.reset(session, SYSTEM, number, view(session, number).version) == 3
    assert view(session, number).is_shipped
    assert view(session, number).text == BY_CODE["reminder_fee"].text
    own = made(session)
    with pytest.raises(DomainError, match="исходного текста у него нет"):
        templates.reset(session, SYSTEM, own, view(session, own).version)


def test_the_second_of_two_editors_is_told(session: Session, manager: Actor) -> None:
    number = made(session)
    seen = view(session, number).version
    saved(session, number, manager, subject="Новая тема")
    with pytest.raises(StaleRecord, match="Новая тема"):
        templates.edit(session, SYSTEM, number, seen, name="Свой", purpose="service", **TEXTS)
    with pytest.raises(StaleRecord, match="Новая тема"):
        templates.bring_back(session, SYSTEM, number, 1, seen)
    with pytest.raises(StaleRecord, match="Новая тема"):
        templates.reset(session, SYSTEM, number, seen)
    assert view(session, number).subject == "Новая тема"


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"name": " "}, {"name": "Назовите шаблон."}),
        ({"name": "сообщение"}, {"name": "Шаблон «сообщение» уже есть."}),
        ({"name": "я" * 101}, {"name": "Название длиннее 100 знаков."}),
        ({"text": "{{ срок }}"}, {"text": "Текст, строка 1: токен {{ срок }} есть только в шаблонах вида «Членство»."}),
        ({"subject": ""}, {"subject": "Тема: напишите, что отправлять."}),
        ({"html": "<p>{{ нет }}</p>"}, {"html": "HTML, строка 1: токена {{ нет }} нет."}),
    ],
)
def test_what_could_not_be_sent_is_not_kept(session: Session, values: dict[str, str], fields: dict[str, str]) -> None:
    number = made(session)
    more: dict[str, Any] = dict(values)
    with pytest.raises(InvalidInput) as caught:
        made(session, **({"name": "Ещё"} | more))
    assert caught.value.fields == fields
    with pytest.raises(InvalidInput) as caught:
        saved(session, number, **more)
    assert caught.value.fields == fields


def test_copies_take_texts_and_files_and_find_a_name(session: Session) -> None:
    number = made(session, "Письмо", html="<p>{{ имя }}</p>")
    kept = files.attach(session, SYSTEM, number, "устав.pdf", papers.pdf())
    first, second = (templates.copy(session, SYSTEM, number) for _ in range(2))
    assert [view(session, one).name for one in (first, second)] == ["Письмо (копия)", "Письмо (копия 2)"]
    assert (view(session, first).html, view(session, first).files) == ("<p>{{ имя }}</p>", (kept,))
    assert not view(session, templates.copy(session, SYSTEM, built_in(session))).is_built_in


def test_a_retired_template_is_offered_no_longer(session: Session) -> None:
    number = made(session)
    templates.retire(session, SYSTEM, number)
    assert number not in {line.id for line in templates.list_templates(session, SYSTEM)}
    assert number in {line.id for line in templates.list_templates(session, SYSTEM, active=None)}
    assert [line.id for line in templates.list_templates(session, SYSTEM, active=False)] == [number]
    templates.restore(session, SYSTEM, number)
    assert view(session, number).active


def test_a_template_in_use_by_a_rule_is_not_retired(session: Session) -> None:
    number = built_in(session, "birthday")
    rule = session.exec(select(ReminderRule).where(ReminderRule.template_id == number)).first()
    assert rule is not None
    rule.enabled = True
    session.flush()
    with pytest.raises(DomainError, match=f"включённые напоминания: «{rule.name}»"):
        templates.retire(session, SYSTEM, number)


def test_files_are_checked_limited_and_swept_when_nothing_needs_them(session: Session) -> None:
    number = made(session)
    kept = files.attach(session, SYSTEM, number, "../устав.exe", papers.pdf("1"))
    assert (kept.name, kept.content_type) == ("устав.exe.pdf", "application/pdf")
    assert files.content(kept) == papers.pdf("1")
    stored = session.get_one(StoredFile, kept.file_id)
    assert (stored.purpose, stored.permission, stored.expires_at) == (FilePurpose.ATTACHMENT, "messages.send", None)
    for content, said in (
        (papers.EXE, "Такие файлы не принимаются"),
        (papers.pdf("1"), "Такой файл уже приложен"),
        (papers.pdf("x" * 10 * 1024 * 1024), "не больше 10 файлов, вместе не больше 10 МБ"),
    ):
        before = len(list(storage.listed()))
        with pytest.raises(InvalidInput, match=said):
            files.attach(session, SYSTEM, number, "устав.exe", content)
        assert len(list(storage.listed())) == before
    for more in range(9):
        files.attach(session, SYSTEM, number, f"{more}.pdf", papers.pdf(str(more)))
    with pytest.raises(InvalidInput, match="не больше 10 файлов"):
        files.attach(session, SYSTEM, number, "11.pdf", papers.pdf("11"))
    files.detach(session, SYSTEM, number, kept.file_id)
    assert len(view(session, number).files) == 9
    with clock.stopped_at(clock.now() + dt.timedelta(hours=2)):
        stored_files.sweep(session, SYSTEM)
    assert session.get(StoredFile, kept.file_id) is None
    assert len(session.exec(select(StoredFile)).all()) == 9


def test_files_are_opened_by_those_who_send_and_nobody_else(session: Session, manager: Actor) -> None:
    kept = files.attach(session, SYSTEM, made(session), "устав.pdf", papers.pdf())
    assert stored_files.open_file(session, manager, kept.file_id).name == "устав.pdf"
    for role in (Role.ACCOUNTANT, Role.MEMBER):
        with pytest.raises(NotFound):
            stored_files.open_file(session, actor_of(create_account(session, role, role.value)), kept.file_id)


def test_a_mailing_takes_the_files_of_its_template_along_and_keeps_them(session: Session, manager: Actor) -> None:
    number = made(session)
    kept = files.attach(session, SYSTEM, number, "устав.pdf", papers.pdf())
    mailing = Mailing(kind="message", name="Проба", purpose="service", subject="Тема", text="Текст")
    session.add(mailing)
    session.flush()
    assert mailing.id is not None
    for _ in range(2):
        files.copy_to_mailing(session, number, mailing.id)
    own = files.attach_to_mailing(session, manager, mailing.id, "план.pdf", papers.pdf("plan"))
    files.detach(session, SYSTEM, number, kept.file_id)
    with clock.stopped_at(clock.now() + dt.timedelta(hours=2)):
        assert stored_files.sweep(session, SYSTEM) == 0
    assert files.of_mailing(session, mailing.id) == (kept, own)
    mailing.state = "review"
    session.flush()
    with pytest.raises(DomainError, match="пока рассылка — черновик"):
        files.detach_from_mailing(session, manager, mailing.id, own.file_id)


def test_a_preview_shows_what_one_recipient_would_get_and_hides_sums(session: Session, manager: Actor) -> None:
    person = create_person(session, "Сказкина", "Ольга", "Львовна")
    create_membership(session, person, ends_on=dt.date(2026, 12, 31), fee_amount=Decimal(15000))
    event = create_event(session, "Форум", starts_on="2026-12-12")
    assert person.id is not None
    who = Party("person", person.id)
    text = ("{{ имя }}", "{{ обращение }}! Взнос {{ сумма }}", "")
    director = actor_of(create_account(session, Role.DIRECTOR, "director"))
    assert templates.preview(session, director, *text, "membership", who).text == (
        "Уважаемая Ольга Львовна! Взнос 15\u00a0000\u00a0₽"
    )
    assert templates.preview(session, manager, *text, "membership", who).text == (
        "Уважаемая Ольга Львовна! Взнос ●●●\u00a0₽"
    )
    invitation = BY_CODE["invitation_event"]
    shown = templates.preview(session, manager, invitation.subject, invitation.text, "", "event", who, event.id)
    assert shown.subject == "Приглашаем на мероприятие «Форум»"
    assert "Приду: http://127.0.0.1:8501/answer/primer" in shown.text
    with pytest.raises(Unrenderable, match=r"нет значения {{ менеджер }}"):
        templates.preview(session, manager, "Тема", "{{ менеджер }}", "", "general", who)
    with pytest.raises(InvalidInput):
        templates.preview(session, manager, "Тема", "{{ нет }}", "", "general", who)
    with pytest.raises(NotFound):
        templates.preview(session, manager, "Тема", "Да", "", "general", Party("person", 10**6))
    with pytest.raises(NotAllowed):
        templates.preview(session, actor_of(create_account(session, Role.MEMBER, "m")), *text, "membership", who)


def test_every_built_in_text_can_be_previewed(session: Session) -> None:
    person = create_person(session)
    create_membership(session, person, ends_on=dt.date(2026, 12, 31))
    event = create_event(session, "Форум", starts_on="2026-12-12")
    who = Party("person", person.id or 0)
    for one in START_SET:
        about = event.id if one.kind is TemplateKind.EVENT else None
        assert templates.preview(session, SYSTEM, one.subject, one.text, "", one.kind, who, about).text


def test_names_are_unique_in_the_database_of_the_start(session: Session) -> None:
    names = [line.name for line in templates.list_templates(session, SYSTEM)]
    assert len(set(names)) == len(names)
    assert session.exec(select(MessageTemplate.id).where(col(MessageTemplate.code).is_(None))).all() == []
