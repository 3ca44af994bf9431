// Columns as AG Grid wants them, how their cells look, and the layout each user keeps.

const SELECT = "#select";
const WIDTHS = {date: 120, number: 110, money: 130, bool: 90, choice: 150};
const RIGHT = new Set(["number", "money"]);

class SelectCell {
  init(params) {
    this.box = el("input", {type: "checkbox", tabindex: -1, "aria-label": "Выбрать строку",
      onclick: (event) => { event.stopPropagation(); selection.press(this.params.node, event); }});
    this.gui = el("div", {class: "tg-check", onclick: (event) => selection.press(this.params.node, event)}, this.box);
    this.refresh(params);
  }
  getGui() { return this.gui; }
  refresh(params) {
    this.params = params;
    const known = params.data ? selection.has(params.data.id) : false;
    this.box.hidden = !params.data;
    this.box.checked = known === true;
    this.box.indeterminate = known === null;
    this.box.disabled = known === null;
    return true;
  }
}

class SelectHeader {
  init() {
    this.box = el("input", {type: "checkbox", "aria-label": "Выбрать строки на странице", title: "Выбрать строки на странице",
      onclick: () => selection.pressPage()});
    this.gui = el("div", {class: "tg-check"}, this.box);
    selection.header = this.box;
  }
  getGui() { return this.gui; }
  refresh() { return true; }
  destroy() { if (selection.header === this.box) selection.header = null; }
}

class LinkCell {
  init(params) {
    this.gui = el("span", {class: "tg-link"});
    this.refresh(params);
  }
  getGui() { return this.gui; }
  refresh(params) {
    const column = params.colDef.cellRendererParams.column;
    const text = display(column, params.value);
    const href = text && params.data ? hrefOf(column, params.data) : null;
    if (!href) {
      this.gui.replaceChildren(text);
      return true;
    }
    const outside = column.kind === "url";
    const link = el("a", {href, text, target: outside ? "_blank" : "_top", rel: outside ? "noopener noreferrer" : null, tabindex: -1,
      onclick: (event) => { if (!outside) navigate.click(event, href); }});
    this.gui.replaceChildren(link);
    return true;
  }
}

// A link into the application by the id the row carries, or a web site (http and https only).
function hrefOf(column, data) {
  if (column.links.length) {
    const link = column.links.find(({id}) => data[id] !== null && data[id] !== undefined);
    return link ? `${link.path}?id=${encodeURIComponent(data[link.id])}${link.tab ? `&tab=${link.tab}` : ""}` : null;
  }
  const address = String(data[column.key]);
  const full = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  try {
    return /^[^\s/?#@]+\.[^\s/?#@]+/.test(full.replace(/^https?:\/\//i, "")) ? new URL(full).href : null;
  } catch (error) {
    return null;
  }
}

const columns = {
  definition(column, sorts) {
    const linked = column.links.length > 0 || column.kind === "url";
    const place = sorts.findIndex((sort) => sort.colId === column.key);
    return {
      colId: column.key,
      field: column.key,
      headerValueGetter: () => invited.heading(column),
      headerTooltip: column.label,
      headerTooltipValueGetter: () => invited.hint(column),
      pinned: column.pinned || null,
      width: column.width || WIDTHS[column.kind] || 180,
      hide: invited.isHidden(column),
      sort: place < 0 ? null : sorts[place].sort,
      sortIndex: place < 0 ? null : place,
      type: column.align === "right" || (!column.align && RIGHT.has(column.kind)) ? "rightAligned" : undefined,
      cellClass: column.align === "center" ? "tg-center" : undefined,
      valueFormatter: (params) => display(column, params.value),
      tooltipValueGetter: (params) => display(column, params.value) || null,
      cellRenderer: linked ? LinkCell : undefined,
      cellRendererParams: linked ? {column} : undefined,
      ...filterOf(column),
      ...editing.definition(column),
    };
  },

  // Columns that share a group and stand side by side get one heading above them.
  definitions(spec, sorts) {
    const made = [{colId: SELECT, headerName: "", width: 44, minWidth: 44, pinned: "left", lockPosition: "left", lockPinned: true,
      resizable: false, sortable: false, suppressMovable: true, filter: false, floatingFilter: false,
      cellRenderer: SelectCell, headerComponent: SelectHeader, cellClass: "tg-check-cell"}];
    let group = null;
    for (const column of spec.columns) {
      if (!column.group) {
        group = null;
        made.push(columns.definition(column, sorts));
        continue;
      }
      if (!group || group.headerName !== column.group) {
        group = {headerName: column.group, groupId: `${made.length}:${column.group}`, children: []};
        made.push(group);
      }
      group.children.push(columns.definition(column, sorts));
    }
    return made;
  },

  byKey(key) {
    return state.spec.columns.find((column) => column.key === key);
  },

  visible() {
    return state.api.getAllDisplayedColumns().map((column) => column.getColId()).filter((key) => key !== SELECT);
  },

  fit() {
    const shown = state.api.getAllDisplayedColumns();
    const width = shown.reduce((sum, column) => sum + column.getActualWidth(), 0);
    if (!layout.saved && width < document.body.clientWidth) state.api.sizeColumnsToFit();
  },
};

// Order, width, visibility and pinning, kept on the server for each user and table.
const layout = {
  saved: null,

  take(spec) {
    const usable = spec.layout && Array.isArray(spec.layout.columns) ? spec.layout : null;
    layout.saved = usable;
    const size = spec.layout ? spec.layout.pageSize : null;
    state.pageSize = PAGE_SIZES.includes(size) ? size : PAGE_SIZES[0];
  },

  apply() {
    if (!layout.saved) return;
    const known = new Set(state.spec.columns.map((column) => column.key));
    const wanted = layout.saved.columns.filter((column) => known.has(column.colId))
      .map(({colId, width, hide, pinned}) => ({colId, width: width || undefined, hide: Boolean(hide), pinned: pinned || null}));
    state.api.applyColumnState({state: [{colId: SELECT}, ...wanted], applyOrder: true});
  },

  current() {
    const kept = state.api.getColumnState().filter((column) => column.colId !== SELECT);
    return {
      columns: kept.map(({colId, width, hide, pinned}) => ({colId, width, hide: Boolean(hide), pinned: pinned || null})),
      pageSize: state.pageSize,
    };
  },

  url() {
    return `/api/tables/${encodeURIComponent(state.spec.name)}/layout`;
  },

  save: debounce(() => {
    if (!state.spec) return;
    layout.saved = layout.current();
    // It may be the last thing before the page is left.
    send("PUT", layout.url(), layout.saved, {keepalive: true}).catch((error) => toolbar.say(`Вид таблицы не сохранён. ${error.message}`, true));
  }, 700),

  changed(event) {
    const byUser = event.source && event.source.startsWith("ui");
    if (byUser && event.finished !== false) layout.save();
  },

  async reset() {
    layout.save.cancel();
    try {
      await send("DELETE", layout.url(), {});
    } catch (error) {
      return toolbar.say(`Вид таблицы не сброшен. ${error.message}`, true);
    }
    layout.saved = null;
    const usual = state.spec.columns.map((column) => ({colId: column.key, pinned: column.pinned || null,
      hide: invited.isHidden(column),
      width: column.width || WIDTHS[column.kind] || 180}));
    state.api.applyColumnState({state: [{colId: SELECT}, ...usual], applyOrder: true});
    paging.choose(PAGE_SIZES[0], false);
    columns.fit();
  },
};
