"""`manage.py forecast`: what reminders will send, for people and for programs."""

import json

from sqlmodel import Session

from models import Watched
from services import clock
from tests.builders import create_person
from tests.services.reminders.scene import create_rule, moscow
from tests.terminal import manage


def test_the_forecast_in_lines_and_as_json(database: str, session: Session) -> None:
    create_person(session, "Званцев", birth_date="1970-03-24")
    create_person(session, "Тихий", birth_date="1970-03-24", do_not_disturb=True)
    number = create_rule(session, Watched.BIRTHDAY, on="2026-03-01", name="Поздравление")
    session.commit()
    session.close()
    with clock.stopped_at(moscow("2026-03-01")):
        done = manage(database, "forecast")
        as_json = manage(database, "forecast", "--days", "31", "--json")
        refused = manage(database, "forecast", "--days", "0")
    assert done.stdout == (
        "24.03.2026 10:00\tПоздравление\tв этот день\tполучат 1, не получат 1\n"
        "С 01.03.2026 по 30.03.2026: 1 напоминание.\n"
    )
    told = json.loads(as_json.stdout)
    assert (told["first"], told["last"], told["receive"], told["excluded"]) == ("2026-03-01", "2026-03-31", 1, 1)
    (line,) = told["days"]
    assert (line["day"], line["rule_id"], line["rule"], line["step"], line["receive"]) == (
        "2026-03-24", number, "Поздравление", "в этот день", 1
    )  # fmt: skip
    assert refused.returncode == 1
    assert "от 1 до 366" in refused.stderr
