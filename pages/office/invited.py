"""The column «Приглашён» of a table, shown after somebody was invited."""

import secrets

from pages.office.conditions import ASKED
from pages.ui import guard


def show(table: str, event_id: int) -> None:
    """Let the table show, with what it shows anyway, who is invited to the event; from the next run on."""
    guard.remember(ASKED, {"place": (table, None), "event": event_id, "nonce": secrets.token_hex(8)})


def address(table: str, event_id: int) -> str:
    """Where the table stands with the column shown, for links."""
    return f"/{table}?event={event_id}"
