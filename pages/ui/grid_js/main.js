// The grid in its frame. One frame lives as long as the browser's tab: a change of table reaches it as a message, and only rows are fetched.

// Moves the top window. Same-origin pages of the application change without a reload: Streamlit listens to popstate.
const navigate = {
  click(event, href) {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate.open(href);
  },

  open(href) {
    address.write.flush();
    parent.history.pushState({}, "", href);
    parent.dispatchEvent(new parent.PopStateEvent("popstate", {state: {}}));
  },

  // A frame in a sandbox may not move the top window, a link of the top document may.
  leave(href) {
    const link = parent.document.createElement("a");
    link.href = href;
    parent.document.body.append(link);
    link.click();
    link.remove();
  },
};

const frame = {
  build() {
    document.documentElement.lang = "ru";
    const container = document.getElementById("gridContainer");
    container.prepend(toolbar.build(), conditions.build(), selectionLine.build());
    container.append(paging.build(), states.build(), toast.build());
    popups.watch();
    document.addEventListener("keydown", frame.key);
    document.addEventListener("pointerdown", (event) => { control.pressed = [event.clientX, event.clientY]; }, true);
    document.addEventListener("click", control.sortPressed, true);
    const gone = new AbortController();
    parent.document.addEventListener("keydown", frame.key, {signal: gone.signal});
    parent.document.addEventListener("click", frame.follow, {signal: gone.signal});
    parent.addEventListener("resize", frame.fit, {signal: gone.signal});
    window.addEventListener("pagehide", () => {
      layout.save.flush();
      gone.abort();
    });
  },

  // Fills the window from where the frame begins to the window's lower edge.
  fit() {
    const own = window.frameElement;
    if (own && state.spec) own.setAttribute("aria-label", `Таблица «${state.spec.title}»`);
    if (!own || !state.fill || !own.offsetParent) return;
    const scroller = own.closest("[data-testid=stMain]") || parent.document.documentElement;
    const top = own.getBoundingClientRect().top + scroller.scrollTop;
    own.style.height = `${Math.max(380, Math.floor(parent.innerHeight - top - 12))}px`;
  },

  // A link inside the page's text to another page of the application: no reload, no second tab.
  follow(event) {
    const link = event.target instanceof parent.Element && event.target.closest("[data-testid=stMain] a[href^='/']");
    const href = link && link.getAttribute("href");
    if (href && !event.defaultPrevented && /^\/[a-z_]+(\?|$)/.test(href)) navigate.click(event, href);
  },

  key(event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !state.visible) return;
    if (event.target.closest("input, textarea, select, [contenteditable=true]")) return;
    event.preventDefault();
    window.focus();
    toolbar.search.focus();
    toolbar.search.select();
  },
};

const control = {
  acted: 0,
  pressed: [0, 0],
  wanted: {filters: new Map(), part: {}, turn: 0},

  start(api) {
    state.api = api;
    frame.build();
    const changed = (happened) => layout.changed(happened);
    for (const name of ["columnMoved", "columnResized", "columnPinned", "columnVisible"]) state.api.addEventListener(name, changed);
    state.api.addEventListener("filterChanged", control.absorb);
    state.api.addEventListener("sortChanged", control.absorb);
    state.api.addEventListener("paginationChanged", () => { if (state.visible) { paging.paint(); selection.paint(); address.write(); } });
    state.api.addEventListener("gridSizeChanged", control.sized);
    state.api.addEventListener("cellKeyDown", control.cellKey);
    state.api.addEventListener("cellEditRequest", editing.save);
    // AG Grid asks whatever source there is when the size of a page changes, and fails without one.
    state.api.setGridOption("datasource", {getRows: rows.decline});
    window.tableGrid.arrive = control.arrive;
    control.arrive(window.tableGrid.text);
  },

  arrive(text) {
    const {spec, session, height, accent} = JSON.parse(text);
    address.write.flush();
    if (!spec) return control.hide();
    document.documentElement.style.setProperty("--tg-accent", accent);
    state.session = session;
    state.fill = height === "fill";
    return control.sameTable(state.spec, spec) ? control.update(spec) : control.show(spec);
  },

  sameTable(before, spec) {
    return Boolean(before) && before.name === spec.name && before.raw === JSON.stringify([spec.columns, spec.picker]);
  },

  hide() {
    if (!state.visible) return;
    state.visible = false;
    layout.save.flush();
    popups.close();
    control.drop();
    state.api.hidePopupMenu();
    rows.supersede("");
  },

  // Another table: everything is made anew, and its first rows are already under way meanwhile.
  show(spec) {
    const {api} = state;
    layout.save.flush();
    popups.close();
    api.hidePopupMenu();
    control.drop();
    rows.source = null;
    invited.shown = null;
    spec.raw = JSON.stringify([spec.columns, spec.picker]);
    Object.assign(state, {spec, path: parent.location.pathname, total: null, visible: true, unfit: true});
    layout.take(spec);
    state.query = address.wanted(spec);
    const {page} = address;
    rows.askEarly(state.query, state.pageSize === "all" ? 0 : page * state.pageSize);
    selection.clear();
    states.hide();
    toast.hide();
    frame.fit();
    api.setGridOption("columnDefs", []);
    api.updateGridOptions({columnDefs: columns.definitions(spec, state.query.sortModel), ...paging.options()});
    layout.apply();
    if (Object.keys(state.query.filterModel).length) api.setFilterModel(state.query.filterModel);
    rows.restart();
    paging.restore(page);
    control.sized();
    toolbar.show();
    selectionLine.show();
    control.paint();
    address.write();
  },

  // The same table again: after an action, or when the user comes back to it.
  update(spec) {
    const before = state.spec;
    const back = !state.visible;
    spec.raw = before.raw;
    spec.columns = before.columns;
    Object.assign(state, {spec, path: parent.location.pathname, visible: true});
    frame.fit();
    if (before.selection !== spec.selection || before.segment !== spec.segment) selection.clear();
    toolbar.show();
    selectionLine.show();
    const wanted = address.wanted(spec);
    const {page} = address;
    if (queryKey(wanted) !== queryKey(state.query)) control.apply(wanted, page);
    else {
      if (page !== paging.page()) paging.restore(page);
      if (back || before.version !== spec.version) rows.refresh();
    }
    control.paint();
    address.write();
  },

  sized() {
    frame.fit();
    if (!state.unfit || !document.body.clientWidth) return;
    state.unfit = false;
    columns.fit();
  },

  paint() {
    toolbar.paintQuery();
    toolbar.paintCount();
    paging.paint();
  },

  // Takes over what AG Grid holds: filters and sort are changed there by the user.
  absorb() {
    if (!state.spec || !rows.source) return;
    const filterModel = plainFilters(state.api.getFilterModel());
    const query = {...state.query, filterModel, sortModel: sortOf(state.api)};
    if (queryKey(query) !== queryKey(state.query)) control.take(query);
  },

  take(query) {
    const turned = state.query.retired !== query.retired;
    state.query = query;
    // Other rows, of which other things can be asked.
    if (turned) { selection.clear(); selectionLine.show(); }
    const key = `${state.spec.name} ${filterKey(query)}`;
    state.total = rows.totals.has(key) ? rows.totals.get(key) : null;
    control.paint();
    selectionLine.paint();
    address.write();
  },

  // Search and picker, which AG Grid knows nothing of, and the sort.
  change(part) {
    Object.assign(control.wanted.part, part);
    control.pursue();
  },

  // The filter of one column; null for none.
  setFilter(key, model) {
    control.wanted.filters.set(key, model);
    control.pursue();
  },

  // Gets the rows first and changes the table then, so it goes from old rows to new without an empty moment.
  async pursue() {
    const {filters, part} = control.wanted;
    const filterModel = {...state.query.filterModel};
    for (const [key, model] of filters) {
      if (model) filterModel[key] = model;
      else delete filterModel[key];
    }
    const query = {...state.query, ...part, filterModel: plainFilters(filterModel)};
    const wanted = control.wanted;
    wanted.turn += 1;
    const {turn} = wanted;
    const isNew = queryKey(query) !== queryKey(state.query);
    if (isNew) await rows.askEarly(query);
    if (control.wanted !== wanted || wanted.turn !== turn) return;
    control.wanted = {filters: new Map(), part: {}, turn: 0};
    if (!isNew) return;
    await Promise.all([...filters].map(([key, model]) => state.api.setColumnFilterModel(key, model)));
    if (Object.keys(part).length) control.take({...query, filterModel: state.query.filterModel});
    if (part.sortModel) control.setSort(part.sortModel);
    // A changed search counts as a changed filter: AG Grid asks anew, from the first row.
    if (filters.size || !part.sortModel) state.api.onFilterChanged();
  },

  // A press on a heading sorts. Taken before AG Grid sees it, which would clear the table first and ask then.
  sortPressed(event) {
    const label = event.target.closest(".ag-header-cell-label");
    const key = label && label.closest("[col-id]").getAttribute("col-id");
    const [x, y] = control.pressed;
    const isDragged = Math.abs(event.clientX - x) + Math.abs(event.clientY - y) > 6;
    if (!key || !columns.byKey(key) || isDragged) return undefined;
    event.stopPropagation();
    if (invited.isBlank(columns.byKey(key))) return invited.open();
    const sortModel = control.wanted.part.sortModel || state.query.sortModel;
    const before = sortModel.find((sort) => sort.colId === key);
    const sort = {colId: key, sort: !before ? "asc" : before.sort === "asc" ? "desc" : null};
    const kept = event.ctrlKey || event.metaKey ? sortModel : sortModel.filter(({colId}) => colId === key);
    const next = before ? kept.map((one) => (one === before ? sort : one)) : [...kept, sort];
    return control.change({sortModel: next.filter((one) => one.sort)});
  },

  // Forgets what was asked for and did not come yet.
  drop() {
    control.wanted = {filters: new Map(), part: {}, turn: 0};
  },

  // A whole query at once: a link, the way back, resetting.
  apply(query, page = 0) {
    control.drop();
    rows.source = null;
    control.take(query);
    state.api.setFilterModel(Object.keys(query.filterModel).length ? query.filterModel : null);
    control.setSort(query.sortModel);
    rows.restart();
    paging.restore(page);
  },

  setSort(sortModel) {
    const sorted = sortModel.map(({colId, sort}, sortIndex) => ({colId, sort, sortIndex}));
    state.api.applyColumnState({state: sorted, defaultState: {sort: null, sortIndex: null}});
  },

  reset() {
    control.apply(plainQuery());
  },

  // The only thing that runs the script: a pressed action, told once with a number of its own.
  act(action) {
    if (Date.now() - control.acted < 700) return;
    control.acted = Date.now();
    const href = action.link ? control.hrefOfChosen(action.link) : null;
    if (href) return navigate.open(href);
    const value = {
      table: state.spec.name, action: action.key, selection: selection.plain(), count: selection.count(),
      query: compact(state.query), session: state.session, nonce: `${Date.now()}-${Math.random().toString(36).slice(2)}`,
    };
    parent.postMessage({isStreamlitMessage: true, type: "streamlit:setComponentValue", value, dataType: "json"}, location.origin);
  },

  // Where the cell `key` of the one chosen row leads, when that row is loaded.
  hrefOfChosen(key) {
    const [id] = selection.ids;
    const node = id === undefined ? null : state.api.getRowNode(String(id));
    const column = columns.byKey(key);
    return node && node.data && column ? hrefOf(column, node.data) : null;
  },

  cellKey({event, node}) {
    if (editing.isOpen()) return;
    if (event.key === " " && node && node.data) {
      event.preventDefault();
      selection.press(node, event);
    }
    const link = event.key === "Enter" && event.target.querySelector("a");
    if (link) link.click();
  },

  focusGrid() {
    const [first] = state.api.getAllDisplayedColumns();
    const index = state.api.getFirstDisplayedRowIndex();
    if (first && index >= 0) state.api.setFocusedCell(index, first);
  },
};

Object.assign(window.tableGrid, {start: control.start, locale: LOCALE, isChosen: (id) => selection.has(id) === true});
