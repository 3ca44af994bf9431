"""The grid all tables share: AG Grid in one frame that outlives changes of page, and fetches its rows by itself.

Nothing here carries rows. `table_grid` tells the frame which table to show; the scripts in `grid_js` (constant files,
never built from data) do the rest over `/api/tables/…`. Only a pressed action comes back.
"""

import dataclasses
import hashlib
import json
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st
from st_aggrid import AgGrid, JsCode, StAggridTheme
from streamlit.components.v1 import declare_component

from pages.ui import guard

GRID_JS = Path(__file__).with_name("grid_js")
# In the order they need each other. They share the frame's global scope.
SCRIPTS = (
    "dom",
    "format",
    "query",
    "conditions",
    "invited",
    "states",
    "rows",
    "filters",
    "edit",
    "columns",
    "selection",
    "paging",
    "export",
    "toolbar",
    "locale",
    "main",
)

# Streamlit serves the files of a component's folder; nothing is ever drawn with this one.
_FILES = declare_component("files", path=str(GRID_JS))

MAX_IDS = 100_000
DEFAULT_ACCENT = "#2a5d9f"
FONT = ["Segoe UI", "Noto Sans", "Roboto", "Liberation Sans", "Arial", "sans-serif"]  # as .streamlit/config.toml


@dataclass(frozen=True)
class GridLink:
    """A cell's text leads to `{path}?id={row[id]}`, to its section `tab`; of several the first whose id the row has."""

    path: str
    id: str
    tab: str = ""


@dataclass(frozen=True)
class GridColumn:
    """One column. `kind`: text, date, number, money, bool, choice, url; `choices`: (value, label) of a set filter.

    `edit`: how the user may change a cell in place, as a text or by a choice; «» when they may not. A `required` one
    cannot be emptied.
    """

    key: str
    label: str
    group: str = ""
    kind: str = "text"
    filter: Literal["text", "number", "date", "set"] | None = "text"
    choices: tuple[tuple[Any, str], ...] = ()
    width: int | None = None
    links: tuple[GridLink, ...] = ()
    hidden: bool = False
    align: Literal["left", "center", "right"] | None = None
    edit: Literal["", "text", "choice"] = ""
    required: bool = False
    pinned: Literal["", "left", "right"] = ""


@dataclass(frozen=True)
class GridPicker:
    """A choice above the table that narrows it: `options` are (id, label)."""

    key: str
    label: str
    options: tuple[tuple[int | str, str], ...]


@dataclass(frozen=True)
class GridAction:
    """A button. `needs`: exactly one row, some rows, or none (then it stands above the table).

    `link`: pressed for one row, it follows the link of this column without asking the server. `rows`: offered for these
    only; «» for both.
    """

    key: str
    label: str
    needs: Literal["one", "some", "none"] = "some"
    icon: str = ""
    link: str = ""
    rows: Literal["", "active", "retired"] = ""


@dataclass(frozen=True)
class GridMenu:
    """A button above the table that opens a list of actions."""

    label: str
    actions: tuple[GridAction, ...]


@dataclass(frozen=True)
class GridSpec:
    """What the frame shows.

    `retirable`: whether deactivated rows may be asked for.
    `template`: whether an empty workbook to fill in is offered. `layout`: what PUT …/layout was given, or None.
    `initial`: filterModel, sortModel, search, picker the table begins with when the address brings none. A changed
    `version` fetches the rows again, a changed `selection` clears the
    selection.

    `tools` and `menu` are actions about the filter; they stand above the table. `segment` numbers the segment the page
    belongs to (0: none): `initial` is then what resetting leads back to, `note` says whose it is. `asked` is a query
    ({"query", "nonce"}) the table is to show once, whatever its address says, or an event beside that ({"event",
    "nonce"}).

    `events`: whether an event can be chosen whose invitations the column «invited» shows: «always» there, or only while
    one is chosen («asked»).
    """

    name: str
    title: str
    columns: tuple[GridColumn, ...]
    layout: dict[str, Any] | None = None
    initial: dict[str, Any] | None = None
    picker: GridPicker | None = None
    row_actions: tuple[GridAction, ...] = ()
    template: bool = False
    retirable: bool = False
    version: int = 0
    selection: int = 0
    tools: tuple[GridAction, ...] = ()
    menu: GridMenu | None = None
    segment: int = 0
    note: str = ""
    asked: dict[str, Any] | None = None
    events: Literal["", "asked", "always"] = ""

    @property
    def offered(self) -> set[str]:
        """Keys of everything that can be pressed."""
        return {a.key for a in (*self.row_actions, *self.tools, *(self.menu.actions if self.menu else ()))}


@dataclass(frozen=True)
class GridSelection:
    """The chosen rows: their `ids`, or what `query` finds without `except_ids`."""

    mode: Literal["ids", "found"]
    ids: tuple[int, ...] = ()
    query: dict[str, Any] | None = None
    except_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class GridEvent:
    """An action the user pressed, told once. It comes from a browser: services check it as they check any input."""

    table: str
    action: str
    selection: GridSelection
    count: int
    query: dict[str, Any]
    nonce: str


def table_grid(
    spec: GridSpec | None, *, height: int | Literal["fill"] = "fill", key: str = "table"
) -> GridEvent | None:
    """Show `spec`, or with None keep the frame loaded and hidden; the action pressed since the last run, if any.

    Call it in every run, at the same place of the main script, with the same `key`: the frame then stays, and another
    table costs a message of a few KB instead of loading 5 MB of script anew.
    """
    with st.container(key=f"{key}-box"):
        st.html(_style(key, height, spec is not None))
        answer = AgGrid(
            None,
            gridOptions=_options(spec, height, _session(key)),
            height=height if isinstance(height, int) else 640,
            key=key,
            allow_unsafe_jscode=True,
            update_on=[],
            data_return_mode="CUSTOM",
            custom_jscode_for_grid_return=_js("() => null"),
            theme=_theme(),
        )
    return _event(answer.raw_data, spec, key) if spec else None


def _event(value: object, spec: GridSpec, key: str) -> GridEvent | None:
    """The event in what the frame last said; None when it was seen, is another table's, or has not the right shape.

    Streamlit hands the last value to every run, and to a new session after a lost connection as well: hence the nonce
    and the session's own token.
    """
    if not isinstance(value, dict) or value.get("table") != spec.name or value.get("session") != _session(key):
        return None
    nonce, action = value.get("nonce"), value.get("action")
    if not isinstance(nonce, str) or nonce == guard.recall(f"{key}-seen"):
        return None
    guard.remember(f"{key}-seen", nonce)
    selection, count, query = _selection(value.get("selection")), value.get("count"), value.get("query")
    if selection is None or not isinstance(count, int) or not isinstance(query, dict):
        return None
    if action not in spec.offered:
        return None
    return GridEvent(spec.name, str(action), selection, count, query, nonce)


def _selection(value: object) -> GridSelection | None:
    if not isinstance(value, dict):
        return None
    ids, excepted = _ids(value.get("ids", [])), _ids(value.get("except", []))
    if value.get("mode") == "ids" and ids is not None:
        return GridSelection("ids", ids)
    query = value.get("query")
    if value.get("mode") == "found" and excepted is not None and isinstance(query, dict):
        return GridSelection("found", query=query, except_ids=excepted)
    return None


def _ids(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list) or len(value) > MAX_IDS or not all(type(one) is int for one in value):
        return None
    return tuple(value)


def _session(key: str) -> str:
    token: str = guard.recall(f"{key}-session") or secrets.token_hex(8)
    guard.remember(f"{key}-session", token)
    return token


def _options(spec: GridSpec | None, height: int | str, session: str) -> dict[str, Any]:
    """AG Grid's options that cannot change later; the table itself travels as text in the context."""
    plain = {
        "spec": dataclasses.asdict(spec) if spec else None,
        "height": height,
        "session": session,
        "accent": _accent(),
    }
    # st_aggrid runs as script whatever stands between two of its marks, in data too: the text must not hold the mark.
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).replace("::", ":\\u003a")
    return {
        "onGridReady": _js(_boot()),
        "getRowId": _js("({data}) => String(data.id)"),
        "getLocaleText": _js("({key, defaultValue}) => (window.tableGrid.locale || {})[key] || defaultValue"),
        "rowClassRules": {"tg-chosen": _js("({data}) => Boolean(data) && window.tableGrid.isChosen(data.id)")},
        "context": {"grid": "tableGrid", "text": text},
        **_FIXED,
        "defaultColDef": dict(_COLUMN),
    }


_FIXED: dict[str, Any] = {
    "columnDefs": [],
    "rowModelType": "infinite",
    "cacheBlockSize": 20,
    # A refresh asks for all of them again.
    "maxBlocksInCache": 4,
    "maxConcurrentDatasourceRequests": -1,
    "pagination": True,
    "paginationPageSize": 20,
    "paginationPageSizeSelector": False,
    "suppressPaginationPanel": True,
    "suppressNoRowsOverlay": True,
    "rowHeight": 34,
    "headerHeight": 34,
    "groupHeaderHeight": 28,
    "floatingFiltersHeight": 36,
    "enableCellTextSelection": True,
    "ensureDomOrder": True,
    "enableBrowserTooltips": True,
    "animateRows": False,
    "suppressColumnMoveAnimation": True,
    "suppressDragLeaveHidesColumns": True,
    "multiSortKey": "ctrl",
    # A changed cell is asked of the server first (grid_js/edit.js).
    "readOnlyEdit": True,
    "stopEditingWhenCellsLoseFocus": True,
}
_COLUMN: dict[str, Any] = {
    "sortable": True,
    "resizable": True,
    "floatingFilter": True,
    "cellDataType": False,
    "minWidth": 70,
    "suppressHeaderMenuButton": True,
    "suppressHeaderFilterButton": True,
}


def _js(text: str) -> JsCode:
    """Constant script as it stands. JsCode's own constructor would strip what merely looks like a comment."""
    code = JsCode("")
    code.js_code = f"::JSCODE::{text}::JSCODE::"
    return code


@lru_cache
def _boot() -> str:
    """The one script that travels with the options: it loads the others by addresses that change with their content."""
    names = [*(f"{name}.js" for name in SCRIPTS), "grid.css"]
    addresses = []
    for name in names:
        digest = hashlib.sha256(GRID_JS.joinpath(name).read_bytes()).hexdigest()[:12]
        addresses.append(f"/component/{_FILES.name}/{name}?v={digest}")
    text = GRID_JS.joinpath("boot.js").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines() if not line.strip().startswith("//"))
    return "\n".join(lines).replace("FILES", json.dumps(addresses)).strip()


def _accent() -> str:
    return str(st.get_option("theme.primaryColor") or DEFAULT_ACCENT)


@lru_cache
def _theme() -> StAggridTheme:
    return StAggridTheme(base="quartz").withParams(
        accentColor=_accent(),
        borderColor="#e1e5eb",
        borderRadius=4,
        wrapperBorderRadius=6,
        cellHorizontalPadding=10,
        fontFamily=FONT,
        fontSize=14,
        foregroundColor="#262b36",
        headerBackgroundColor="#f5f7fa",
        headerFontSize=13,
        headerFontWeight=600,
        headerColumnBorder=True,
        rowHoverColor="#f2f6fb",
        spacing=6,
    )


def _style(key: str, height: int | str, visible: bool) -> str:
    """Hides the frame without unloading it, and gives it its height before its own script can."""
    if not visible:
        return f"<style>.st-key-{key}-box{{display:none}}</style>"
    wanted = f"{height}px" if isinstance(height, int) else "calc(100dvh - 4rem)"
    return (
        f"<style>.st-key-{key}-box iframe{{display:block;width:100%;height:{wanted}}}"
        ".stMainBlockContainer{max-width:none;padding:2.5rem 1.25rem 0}.stAppHeader{height:2.5rem;min-height:0}</style>"
    )
