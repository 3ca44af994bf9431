"""The commands of manage.py that are about messages: each calls the service the screens call."""

import json
from typing import Annotated, Any

import typer

from models import DeliveryState
from services import clock
from services.access.permissions import SYSTEM
from services.messaging import at_once, outbox as outboxes
from services.messaging.words import DELIVERY_TITLES
from services.reminders.forecast import forecast as forecast_of
from services.values.cleaned import counted
from services.work import reading, writing


def add_to(cli: typer.Typer) -> None:
    """Make these commands of manage.py."""
    cli.command(help="Показать рассылку сегменту по шаблону: кто получит, кто нет и почему; с --apply отправить.")(send)
    cli.command(help="Показать, что напоминания отправят в ближайшие дни.")(forecast)
    cli.command(help="Показать, сколько сообщений ждут, отправлены, не доставлены.")(outbox)


def send(
    segment: Annotated[str, typer.Option(metavar="NAME", help="Название сегмента")],
    template: Annotated[str, typer.Option(metavar="NAME", help="Название шаблона или его код")],
    event: Annotated[int | None, typer.Option(metavar="ID", help="Номер мероприятия, о котором шаблон")] = None,
    channels: Annotated[str, typer.Option(metavar="A,B", help="cabinet, email, sms; иначе кабинет и почта")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Отправить")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Один объект JSON: chosen, receive, excluded…")] = False,
) -> None:
    """Review a mailing, or confirm it. Above APPROVAL_FROM recipients somebody still has to approve it."""
    named = [name.strip() for name in channels.split(",") if name.strip()]
    with writing(SYSTEM) as session:
        done = at_once.send(session, SYSTEM, segment, template, event_id=event, channels=named, apply=apply)
        if not apply:
            session.rollback()
    if as_json:
        print_json(done.to_json())
    else:
        print("\n".join(done.lines()))


def forecast(
    days: Annotated[int, typer.Option(metavar="N", help="Сколько дней, считая сегодня, до 366")] = 30,
    rule: Annotated[int | None, typer.Option(metavar="ID", help="Только это правило, даже выключенное")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Один объект JSON: first, last, days, problems…")] = False,
) -> None:
    """Print the forecast of the rules that are switched on, or of one, by day and rule."""
    with reading() as session:
        found = forecast_of(session, SYSTEM, days, rule)
    if as_json:
        print_json(found.to_json())
        return
    for line in found.lines:
        excluded = f", не получат {line.excluded}" if line.excluded else ""
        leaves = clock.local(line.leaves_at)
        print(f"{leaves:%d.%m.%Y %H:%M}\t{line.rule}\t{line.step}\tполучат {line.receive}{excluded}")
    for _, name, problem in found.problems:
        print(f"Не работает: {name}. {problem}")
    total = counted(found.receive, "напоминание", "напоминания", "напоминаний")
    print(f"С {found.first:%d.%m.%Y} по {found.last:%d.%m.%Y}: {total}.")


def outbox(
    as_json: Annotated[bool, typer.Option("--json", help="Один объект JSON: число по состояниям и paused")] = False,
) -> None:
    """Print how many messages are in which state."""
    with reading() as session:
        counts, paused = outboxes.counts(session, SYSTEM), outboxes.paused(session, SYSTEM)
    if as_json:
        print_json(counts | {"paused": paused is not None})
        return
    for state, number in counts.items():
        if number:
            print(f"{DELIVERY_TITLES[DeliveryState(state)]}: {number}")
    if paused:
        print(f"Отправка приостановлена ({paused.who}). {paused.why}".strip())


def print_json(value: Any) -> None:
    """One line of JSON."""
    print(json.dumps(value, ensure_ascii=False, default=str), flush=True)
