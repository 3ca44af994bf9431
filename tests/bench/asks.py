"""What a grid asks for: the requests that are measured, by name."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

PAGE = 20
"""Rows of a page unless somebody chose otherwise in the grid."""


@dataclass(frozen=True)
class Ask:
    """One question to one table. `query` is what the grid sends; `is_count` asks how many there are in all."""

    title: str
    table: str = "people"
    query: dict[str, Any] = field(default_factory=dict)
    is_count: bool = False

    @property
    def body(self) -> dict[str, Any]:
        """The question as the grid puts it."""
        return {"startRow": 0, "endRow": PAGE, "total": "later"} | self.query

    @property
    def path(self) -> str:
        """Where the route answers it."""
        verb = "count" if self.is_count else "rows"
        return f"/api/tables/{self.table}/{verb}?q={quote(json.dumps(self.body, ensure_ascii=False))}"


def contains(column: str, text: str) -> dict[str, Any]:
    """A «contains» filter on one column."""
    return {"filterModel": {column: {"filterType": "text", "type": "contains", "filter": text}}}


def ordered(column: str, way: str = "asc") -> dict[str, Any]:
    """A sort by one column."""
    return {"sortModel": [{"colId": column, "sort": way}]}


def related(relation: str, opposite: bool = False, **values: Any) -> dict[str, Any]:
    """A condition on what people and companies are tied to."""
    return {"related": [{"relation": relation, "not": opposite, "values": values}]}


def invited(*statuses: str) -> dict[str, Any]:
    """What has become of the invitations to event 31, as a filter of its column."""
    return {"event": 31, "filterModel": {"invited": {"filterType": "set", "values": list(statuses)}}}


PAGE_OF_PEOPLE = Ask("first page")
FILTERED = Ask("filter: name contains «берест»", query=contains("name", "берест"))
SORTED = Ask("sort by workplace", query=ordered("workplace"))
SEARCHED = Ask("search «карасёв»", query={"search": "карасёв"})

ROUTE = (PAGE_OF_PEOPLE, FILTERED, SORTED, SEARCHED)
"""What the route is compared with the bare one by."""

GROWTH = (
    PAGE_OF_PEOPLE,
    SORTED,
    FILTERED,
    Ask("filter: name contains «ович»", query=contains("name", "ович")),
    SEARCHED,
    Ask("search «иван»", query={"search": "иван"}),
    Ask("search, two letters «ив»", query={"search": "ив"}),
)
"""What must not slow down as the base grows."""

QUERIES = (
    *GROWTH,
    Ask("sort by workplace, descending", query=ordered("workplace", "desc")),
    Ask("sort by phone", query=ordered("phone")),
    Ask("sort by passport, mostly empty", query=ordered("passport")),
    Ask("page in the middle", query={"startRow": 50_000, "endRow": 50_000 + PAGE}),
    Ask("filter: name is rare «чижова эвелина»", query=contains("name", "чижова эвелина")),
    Ask("filter: workplace contains «лаб»", query=contains("workplace", "лаб")),
    Ask("filter: position is nothing anybody has", query=contains("position", "космонавт")),
    Ask("filter «ович», sort by workplace", query=contains("name", "ович") | ordered("workplace")),
    Ask("filter: born 1980–1985", query={"filterModel": {"birth_date": {
        "filterType": "date", "type": "inRange", "dateFrom": "1980-01-01", "dateTo": "1985-12-31"}}}),
    Ask("filter: member is yes", query={"filterModel": {"is_member": {"filterType": "set", "values": ["yes"]}}}),
    Ask("search two words «анна лаб»", query={"search": "анна лаб"}),
    Ask("search by phone «943 12»", query={"search": "943 12"}),
    Ask("search finds nothing", query={"search": "эюяйцук"}),
    Ask("count all", is_count=True),
    Ask("count «берест»", query=contains("name", "берест"), is_count=True),
    Ask("count «ович»", query=contains("name", "ович"), is_count=True),
    Ask("count search «иван»", query={"search": "иван"}, is_count=True),
    Ask("count search «ив»", query={"search": "ив"}, is_count=True),
    Ask("invited to event 31", query=related("invited", event=31)),
    Ask("not invited to event 31", query=related("invited", True, event=31)),
    Ask("attended since 2025", query=related("attended", since="2025-01-01")),
    Ask("born this month", query=related("birthday", when="month")),
    Ask("in a committee", query=related("committee", when="now")),
    Ask("count: not invited to event 31", query=related("invited", True, event=31), is_count=True),
    Ask("count: born this month", query=related("birthday", when="month"), is_count=True),
    Ask("no document of type 3", "companies", related("document", True, type=3)),
    Ask("paid before June 2026", "members", related("paid", until="2026-06-01")),
    Ask("first page", "companies"),
    Ask("sort by director", "companies", ordered("director")),
    Ask("search «биолаб»", "companies", {"search": "биолаб"}),
    Ask("first page", "members"),
    Ask("sort by state (computed today)", "members", ordered("state")),
    Ask("filter: state is overdue", "members", {"filterModel": {
        "state": {"filterType": "set", "values": ["overdue"]}}}),
    Ask("first page", "committees"),
    Ask("first page", "events"),
    Ask("first page with event 31", query={"event": 31}),
    Ask("not invited to event 31 by its column", query=invited("none")),
    Ask("first page", "invitations"),
    Ask("first page with event 31", "invitations", {"event": 31}),
    Ask("invited to event 31 by its column", "invitations", invited("invited", "confirmed", "attended")),
    Ask("not invited to event 31 by its column", "invitations", invited("none")),
    Ask("sort by invitation to event 31", "invitations", {"event": 31} | ordered("invited")),
    Ask("sort by name, page in the middle", "invitations", {"event": 31, "startRow": 50_000, "endRow": 50_000 + PAGE}),
    Ask("search «карасёв»", "invitations", {"search": "карасёв"}),
    Ask("count all", "invitations", is_count=True),
    Ask("count: not invited to event 31", "invitations", invited("none"), is_count=True),
)  # fmt: skip
"""Every kind of query a grid can cause."""
