"""What is sent by itself: rules, the ledger of what they sent, forecasts, and answers to «why» and «why not».

A rule watches a day of a record (the end of a membership, a birthday) and sends so many calendar months and days before
or after it. `watching` finds the records, `steps` counts the days, `due` puts both together as SQL, `evaluating` writes
the ledger.
"""

from services.messaging import gateway
from services.reminders.due import must_wait, still_due

gateway.ask_again(still_due)
gateway.ask_when(must_wait)
