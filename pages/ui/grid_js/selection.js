// Which rows are chosen: a set of ids, or "everything this query finds, except …". It outlives paging, sorting and filtering.

const selection = {
  mode: "ids",
  ids: new Set(),
  except: new Set(),
  query: null,
  total: 0,
  header: null,
  anchor: null,

  clear() {
    selection.mode = "ids";
    selection.ids.clear();
    selection.except.clear();
    selection.query = null;
    selection.anchor = null;
    selection.paint();
  },

  count() {
    return selection.mode === "ids" ? selection.ids.size : selection.total - selection.except.size;
  },

  // true, false, or null: under another filter one cannot tell which rows the chosen query would find.
  has(id) {
    if (selection.mode === "ids") return selection.ids.has(id);
    return isNarrower(state.query, selection.query) ? !selection.except.has(id) : null;
  },

  set(id, chosen) {
    if (selection.mode === "ids") selection.ids[chosen ? "add" : "delete"](id);
    else selection.except[chosen ? "delete" : "add"](id);
  },

  // A press on a row's checkbox; with Shift, the rows from the last pressed one, when all of them are loaded.
  press(node, event) {
    if (!node.data || selection.has(node.data.id) === null) return;
    const chosen = !selection.has(node.data.id);
    const range = event.shiftKey && selection.anchor !== null ? [selection.anchor, node.rowIndex].sort((a, b) => a - b) : null;
    const between = [];
    if (range) {
      state.api.forEachNode((other) => {
        if (other.data && other.rowIndex >= range[0] && other.rowIndex <= range[1]) between.push(other.data.id);
      });
      if (between.length === range[1] - range[0] + 1) between.forEach((id) => selection.set(id, chosen));
    }
    selection.set(node.data.id, chosen);
    selection.anchor = node.rowIndex;
    selection.paint();
  },

  page() {
    const from = state.pageSize === "all" ? state.api.getFirstDisplayedRowIndex() : paging.first();
    const to = state.pageSize === "all" ? state.api.getLastDisplayedRowIndex() : from + state.pageSize - 1;
    const nodes = [];
    for (let index = from; index <= to; index += 1) {
      const node = state.api.getDisplayedRowAtIndex(index);
      if (node && node.data) nodes.push(node);
    }
    return nodes;
  },

  pressPage() {
    const nodes = selection.page();
    const every = nodes.every((node) => selection.has(node.data.id));
    for (const node of nodes) if (selection.has(node.data.id) !== null) selection.set(node.data.id, !every);
    selection.paint();
  },

  allFound() {
    selection.mode = "found";
    selection.ids.clear();
    selection.except.clear();
    selection.query = JSON.parse(JSON.stringify(state.query));
    selection.total = state.total;
    selection.paint();
  },

  // As it is told to the server.
  plain() {
    if (selection.mode === "ids") return {mode: "ids", ids: [...selection.ids]};
    return {mode: "found", query: compact(selection.query), except: [...selection.except]};
  },

  paint() {
    if (!state.api || !state.spec) return;
    state.api.refreshCells({columns: [SELECT], force: true});
    for (const row of document.querySelectorAll(".ag-row[row-id]")) {
      row.classList.toggle("tg-chosen", selection.has(Number(row.getAttribute("row-id"))) === true);
    }
    if (selection.header) {
      const nodes = selection.page();
      const chosen = nodes.filter((node) => selection.has(node.data.id)).length;
      selection.header.checked = nodes.length > 0 && chosen === nodes.length;
      selection.header.indeterminate = chosen > 0 && chosen < nodes.length;
    }
    selectionLine.paint();
  },
};

// «Выбрано: N · Выбрать все найденные (M) · Снять выделение» and what can be done with the chosen rows.
const selectionLine = {
  box: null,

  build() {
    selectionLine.text = el("span", {class: "tg-chosen-count", role: "status", "aria-live": "polite"});
    selectionLine.all = el("button", {type: "button", class: "tg-textlink", onclick: () => selection.allFound()});
    selectionLine.none = el("button", {type: "button", class: "tg-textlink", text: "Снять выделение", onclick: () => selection.clear()});
    selectionLine.back = el("button", {type: "button", class: "tg-textlink", text: "Показать выбранные", onclick: () => control.apply(selection.query)});
    selectionLine.actions = el("div", {class: "tg-actions", role: "group", "aria-label": "Действия с выбранными"});
    selectionLine.more = button("Ещё", {class: "tg-button tg-more", "aria-haspopup": "true", "aria-expanded": "false", hidden: true,
      onclick: () => popups.toggle(selectionLine.more, selectionLine.rest, "Другие действия")}, "more");
    selectionLine.box = el("div", {class: "tg-selection"}, el("div", {class: "tg-chosen-text"}, selectionLine.text, selectionLine.all, selectionLine.none, selectionLine.back),
      selectionLine.actions, selectionLine.more);
    new ResizeObserver(() => selectionLine.fit()).observe(selectionLine.actions);
    return selectionLine.box;
  },

  // Called when the table or its actions change.
  show() {
    const offered = state.spec.row_actions.filter((action) => action.needs !== "none" && (!action.rows || action.rows === (state.query.retired ? "retired" : "active")));
    selectionLine.buttons = offered.map((action) => button(action.label, {onclick: () => control.act(action)}, action.icon));
    selectionLine.offered = offered;
    selectionLine.actions.replaceChildren(...selectionLine.buttons);
    selectionLine.paint();
    selectionLine.fit();
  },

  enabled(action) {
    const count = selection.count();
    return action.needs === "one" ? count === 1 && selection.mode === "ids" : count > 0;
  },

  paint() {
    if (!selectionLine.box || !selectionLine.offered) return;
    const count = selection.count();
    const found = selection.mode === "found";
    const elsewhere = found && !isNarrower(state.query, selection.query);
    selectionLine.text.textContent = count ? `${found ? "Выбраны все найденные" : "Выбрано"}: ${formatCount(count)}${elsewhere ? " (по другому фильтру)" : ""}` : "Строки не выбраны";
    selectionLine.all.textContent = state.total ? `Выбрать все найденные (${formatCount(state.total)})` : "";
    const same = found && filterKey(state.query) === filterKey(selection.query) && !selection.except.size;
    selectionLine.all.hidden = !state.total || same || (!found && count === state.total && !isFiltered(state.query));
    selectionLine.none.hidden = !count && !found;
    selectionLine.back.hidden = !elsewhere;
    selectionLine.buttons.forEach((node, index) => { node.disabled = !selectionLine.enabled(selectionLine.offered[index]); });
  },

  // Buttons that do not fit go into «Ещё».
  fit() {
    if (!selectionLine.buttons) return;
    const {actions, more, buttons} = selectionLine;
    buttons.forEach((node) => { node.hidden = false; });
    more.hidden = true;
    if (actions.scrollWidth <= actions.clientWidth) return;
    more.hidden = false;
    for (let index = buttons.length - 1; index >= 0 && actions.scrollWidth > actions.clientWidth; index -= 1) buttons[index].hidden = true;
  },

  rest() {
    const hidden = selectionLine.offered.filter((action, index) => selectionLine.buttons[index].hidden);
    return el("div", {class: "tg-menu"}, ...hidden.map((action) => button(action.label, {disabled: !selectionLine.enabled(action),
      onclick: () => { popups.close(); control.act(action); }}, action.icon)));
  },
};
