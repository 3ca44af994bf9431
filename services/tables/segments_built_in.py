"""The segments everybody has from the start: rows that migrate puts in, like the kinds of documents.

Their filters name no dates: a state of membership and a birthday «in this month» are worked out on the day of reading.
"""

from dataclasses import dataclass, field
from typing import Any

from models import MembershipState as State


@dataclass(frozen=True)
class BuiltIn:
    """A built-in segment; `code` is fixed, name, icon and place are the office's to change."""

    code: str
    name: str
    table: str
    icon: str
    query: dict[str, Any] = field(default_factory=dict)


def _one_of(column: str, *values: str) -> dict[str, Any]:
    return {"filterModel": {column: {"filterType": "set", "values": list(values)}}}


_MEMBERS = (State.ACTIVE.value, State.ENDING.value, State.OVERDUE.value, State.UNKNOWN.value)
_UNDISTURBED = {"related": [{"relation": "do_not_disturb"}]}

BUILT_INS = (
    BuiltIn("everybody", "Все люди", "people", "group"),
    BuiltIn("committee_members", "Члены комитетов", "committees", "groups"),
    BuiltIn("chairs", "Председатели комитетов", "chairs", "gavel"),
    BuiltIn("members", "Члены ассоциации", "members", "workspace_premium", _one_of("state", *_MEMBERS)),
    BuiltIn("potential_people", "Потенциальные члены (люди)", "people", "person_add", _one_of("is_potential", "yes")),
    BuiltIn("potential", "Потенциальные члены (компании)", "companies", "domain_add", _one_of("is_potential", "yes")),
    BuiltIn("renewal", "Для продления членства", "members", "autorenew", _one_of("state", State.ENDING.value)),
    BuiltIn("overdue", "Просрочившие взнос", "members", "event_busy", _one_of("state", State.OVERDUE.value)),
    BuiltIn("do_not_disturb", "Не беспокоить (люди)", "people", "do_not_disturb_on", _UNDISTURBED),
    BuiltIn("quiet_companies", "Не беспокоить (компании)", "companies", "do_not_disturb_on", _UNDISTURBED),
    BuiltIn(
        "birthdays", "Дни рождения в этом месяце", "people", "cake",
        {"related": [{"relation": "birthday", "values": {"when": "month"}}]},
    ),
)  # fmt: skip
"""In the order of the menu."""
