"""`manage.py send`: a segment, a template, the review; with --apply the mailing."""

import json
from typing import Any

from sqlmodel import Session, col, func, select

from models import Delivery, Event, Mailing, MessageTemplate, Participation, Segment
from services.work import reading
from tests import builders as b
from tests.terminal import manage


def scene(session: Session) -> None:
    """Three potential members, one of them without an address, one not to be disturbed; a text."""
    b.create_person(session, "Аннин", is_potential=True, email="a@example.ru")
    b.create_person(session, "Безадресный", is_potential=True)
    b.create_person(session, "Тихий", is_potential=True, email="c@example.ru", do_not_disturb=True)
    words: dict[str, Any] = {"subject": "Тема", "text": "{{ обращение }}! Приходите."}
    session.add(MessageTemplate(name="Приходите", kind="general", purpose="service", **words))
    session.add(MessageTemplate(name="На форум", kind="event", purpose="invitation", **words))
    b.create_event(session, "Форум", starts_on="2099-12-12")
    session.commit()


def number_of(model: type) -> int:
    with reading() as look:
        return look.exec(select(func.count()).select_from(model)).one()


SEND = ("send", "--segment", "Потенциальные члены (люди)", "--template", "Приходите")


def test_without_apply_it_is_the_review_and_leaves_nothing(session: Session, database: str) -> None:
    scene(session)
    done = manage(database, *SEND, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["excluded"] == [
        {"reason": "do_not_disturb", "title": "просил не беспокоить", "count": 1, "names": ["Тихий Пётр Ильич"]}
    ]
    assert [one["names"] for one in told["excluded_by_channel"]["email"]] == [
        ["Тихий Пётр Ильич"],
        ["Безадресный Пётр Ильич"],
    ]
    assert told["sample"] == {
        "for": "Аннин Пётр Ильич", "subject": "Тема", "text": "Уважаемый Пётр Ильич! Приходите.",
    }  # fmt: skip
    assert {key: told[key] for key in ("mailing", "applied", "state", "chosen", "receive", "letters", "channels")} == {
        "mailing": None, "applied": False, "state": "review", "chosen": 3, "receive": 2, "letters": 1,
        "channels": {"cabinet": 2, "email": 1},
    }  # fmt: skip
    assert told["said"] == "Ничего не отправлено. Отправить: --apply"
    assert (number_of(Mailing), number_of(Delivery)) == (0, 0)


def test_with_apply_it_is_queued_once(session: Session, database: str) -> None:
    scene(session)
    done = manage(database, *SEND, "--apply", "--json")
    told = json.loads(done.stdout)
    assert (told["applied"], told["state"], told["receive"]) == (True, "confirmed", 2)
    with reading() as look:
        one = look.get_one(Mailing, told["mailing"])
        assert (one.name, one.state, one.audience_title) == (
            "Приходите", "confirmed", "Сегмент «Потенциальные члены (люди)»",
        )  # fmt: skip
        assert sorted(look.exec(select(Delivery.state))) == ["excluded"] * 3 + ["queued"] * 3


def test_above_the_number_it_waits_for_approval(session: Session, database: str) -> None:
    scene(session)
    done = manage(database, *SEND, "--apply", APPROVAL_FROM="1")
    assert done.returncode == 0
    with reading() as look:
        one = look.exec(select(Mailing)).one()
        assert one.state == "approval"
        assert set(look.exec(select(Delivery.state))) == {"planned", "excluded"}
    assert done.stdout.splitlines() == [
        "Приходите: выбрано 3, получат 2, писем 1.",
        "  личный кабинет: получат 2",
        "  эл. почта: получат 1",
        "  Не получат, просил не беспокоить: 1 (Тихий Пётр Ильич)",
        "  Без письма: 1 получатель увидит сообщение только в личном кабинете.",
        "  Почтовый сервер не настроен: письма будут ждать, пока его настроят.",
        f"Рассылка {one.id} ждёт одобрения: её должен одобрить директор или администратор.",
    ]


def test_an_invitation_names_its_event_and_channels_can_be_chosen(session: Session, database: str) -> None:
    scene(session)
    invite = (*SEND[:3], "--template", "на форум")
    refused = manage(database, *invite)
    assert (refused.returncode, refused.stderr) == (
        1, "Шаблон «На форум» говорит о мероприятии: укажите его номер, --event ID.\n",
    )  # fmt: skip
    with reading() as look:
        event_id = look.exec(select(Event.id)).one()
    done = manage(database, *invite, "--event", str(event_id), "--channels", "cabinet", "--apply", "--json")
    told = json.loads(done.stdout)
    assert (told["name"], told["channels"]) == ("Приглашение: Форум", {"cabinet": 2})
    assert number_of(Participation) == 2


def test_what_is_not_there_is_said(session: Session, database: str) -> None:
    scene(session)
    with reading() as look:
        taken = look.exec(select(Segment.name).where(col(Segment.code) == "members")).one()
    session.add(Segment(name=taken.upper(), table_name="members", query="{}", shared=True))
    session.commit()
    for segment, template, said in (
        ("Никакой", "Приходите", "Сегмента «Никакой» нет.\n"),
        ("Потенциальные члены (люди)", "Нет такого", "Шаблона «Нет такого» нет.\n"),
        (taken, "Приходите", f"Сегментов с названием «{taken}» несколько. Переименуйте один из них.\n"),
    ):
        done = manage(database, "send", "--segment", segment, "--template", template, "--apply")
        assert (done.returncode, done.stderr) == (1, said)
    nobody = manage(database, "send", "--segment", "Просрочившие взнос", "--template", "Приходите", "--apply")
    assert nobody.returncode == 1
    assert "Отправлять нечего" in nobody.stderr
    assert manage(database, "send", "--segment", "Просрочившие взнос").returncode == 2
    assert number_of(Mailing) == 0
