"""The rows chosen in a table, as a query services understand."""

from dataclasses import replace

from pages.ui.grid import GridEvent
from services.tables.query import Query, parse_selection


def chosen_rows(event: GridEvent) -> Query:
    """The rows an action was pressed for. Raises `InvalidInput` for what no table would ask."""
    selection = event.selection
    told = {"mode": selection.mode, "ids": list(selection.ids), "except": list(selection.except_ids)}
    query = parse_selection({**told, "query": selection.query or {}})
    return replace(query, retired=event.query.get("retired") is True)
