// Above the table: its name, quick search, the picker, columns, export, template, resetting, and actions that need no rows.

const toolbar = {
  build() {
    toolbar.title = el("h1", {class: "tg-title"});
    toolbar.number = el("span", {class: "tg-number"});
    toolbar.narrow = el("span", {class: "tg-quiet"});
    toolbar.search = el("input", {class: "tg-input", type: "search", placeholder: "Быстрый поиск по всем колонкам", maxlength: 200,
      "aria-label": "Быстрый поиск по всем колонкам", title: "Клавиша «/»", autocomplete: "off", spellcheck: "false",
      oninput: () => { toolbar.paintClear(); toolbar.find(); }, onkeydown: (event) => toolbar.searchKey(event)});
    toolbar.clear = iconButton("Очистить поиск", "close", {class: "tg-button tg-square tg-clear", hidden: true, onclick: () => toolbar.clearSearch()});
    toolbar.find = debounce(() => control.change({search: toolbar.search.value.trim()}), FILTER_DEBOUNCE);
    toolbar.picker = el("label", {class: "tg-picker", hidden: true});
    toolbar.columns = button("Столбцы", {"aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => popups.toggle(toolbar.columns, columnsPopup, "Столбцы")}, "columns");
    toolbar.export = button("Экспорт", {"aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => popups.toggle(toolbar.export, exporting.build, "Экспорт")}, "download");
    toolbar.template = el("a", {class: "tg-button", href: "#", download: "", "aria-label": "Шаблон для заполнения", title: "Пустая книга Excel с заголовками этой таблицы",
      onclick: () => { toolbar.template.href = exporting.templateAddress(); }},
      icon("sheet"), el("span", {text: "Шаблон"}, el("span", {class: "tg-wide", text: " для заполнения"})));
    toolbar.tools = el("div", {class: "tg-tools"});
    toolbar.reset = button("Сбросить фильтры", {class: "tg-button tg-accent", hidden: true, onclick: () => control.reset()}, "close");
    toolbar.own = el("div", {class: "tg-own"});
    toolbar.note = el("div", {class: "tg-note", role: "status", "aria-live": "polite", hidden: true});
    return el("div", {class: "tg-bar"},
      el("div", {class: "tg-heading"}, toolbar.title, toolbar.number, toolbar.narrow),
      el("div", {class: "tg-search", role: "search"}, icon("search"), toolbar.search, toolbar.clear),
      toolbar.picker, invited.build(), toolbar.columns, toolbar.export, toolbar.template, toolbar.tools, toolbar.reset, toolbar.own, toolbar.note);
  },

  // Called when the table, its picker or its actions change.
  show() {
    const {spec} = state;
    toolbar.title.textContent = spec.title;
    toolbar.note.hidden = true;
    toolbar.template.hidden = !spec.template;
    toolbar.reset.querySelector("span").textContent = spec.segment ? "Вернуть условия сегмента" : "Сбросить фильтры";
    toolbar.showTools();
    const offered = spec.row_actions.filter((action) => action.needs === "none");
    toolbar.own.replaceChildren(...offered.map((action) => button(action.label, {class: "tg-button tg-primary", onclick: () => control.act(action)}, action.icon)));
    toolbar.picker.hidden = !spec.picker;
    if (!spec.picker) return;
    toolbar.choice = el("select", {class: "tg-input", onchange: () => toolbar.pick()}, el("option", {value: "", text: "Все"}),
      ...spec.picker.options.map(([, label], index) => el("option", {value: index, text: label})));
    toolbar.picker.replaceChildren(el("span", {class: "tg-quiet", text: spec.picker.label}), toolbar.choice);
  },

  // Buttons about the filter itself, and the menu of the page.
  showTools() {
    const {tools, menu} = state.spec;
    const shown = tools.map((action) => button(action.label, {onclick: () => control.act(action)}, action.icon));
    if (menu) {
      const anchor = button(menu.label, {"aria-haspopup": "true", "aria-expanded": "false", onclick: () => popups.toggle(anchor, build, menu.label)}, "more");
      const build = () => el("div", {class: "tg-menu"}, ...menu.actions.map((action) => button(action.label, {onclick: () => { popups.close(); control.act(action); }}, action.icon)));
      shown.push(anchor);
    }
    toolbar.tools.replaceChildren(...shown);
  },

  pick() {
    const {key, options} = state.spec.picker;
    const picked = toolbar.choice.value === "" ? null : options[Number(toolbar.choice.value)][0];
    control.change({picker: picked === null ? {} : {[key]: picked}});
  },

  paintCount() {
    const {total, spec} = state;
    const words = spec && spec.note && total !== null ? ` ${plural(total, "запись", "записи", "записей")}` : "";
    toolbar.number.textContent = total === null ? "" : formatCount(total) + words;
  },

  paintQuery() {
    const {query, spec} = state;
    // What is being typed is newer than what is shown.
    if (document.activeElement !== toolbar.search) toolbar.search.value = query.search;
    toolbar.paintClear();
    if (spec.picker) {
      const place = spec.picker.options.findIndex(([id]) => id === query.picker[spec.picker.key]);
      toolbar.choice.value = place < 0 ? "" : String(place);
    }
    toolbar.reset.hidden = !canReset(query);
    conditions.paint();
    invited.paint();
    toolbar.narrow.textContent = query.ids ? "только запись по ссылке" : query.remarked ? "только строки с замечаниями" : query.retired ? "деактивированные" : spec.note;
  },

  paintClear() {
    toolbar.clear.hidden = toolbar.search.value === "";
  },

  searchKey(event) {
    if (event.key === "Enter") toolbar.find.flush();
    if (event.key === "Escape") toolbar.clearSearch();
    if (event.key === "ArrowDown") control.focusGrid();
  },

  clearSearch() {
    toolbar.find.cancel();
    toolbar.search.value = "";
    toolbar.search.focus({preventScroll: true});
    control.change({search: ""});
  },

  say(text, isError) {
    const close = iconButton("Закрыть", "close", {onclick: () => { toolbar.note.hidden = true; }});
    const parts = [isError ? null : el("span", {class: "tg-spinner"}), el("span", {text}), close];
    toolbar.note.replaceChildren(...parts.filter(Boolean));
    toolbar.note.classList.toggle("tg-error", isError);
    toolbar.note.hidden = false;
  },
};

// Columns by their groups with a checkbox each.
function columnsPopup() {
  const shown = new Set(columns.visible());
  const boxes = [];
  const lines = [];
  let group = null;
  for (const column of invited.columns()) {
    if (column.group !== group) {
      group = column.group;
      if (group) lines.push(el("div", {class: "tg-menu-group", text: group}));
    }
    const box = el("input", {type: "checkbox", onchange: () => show(column.key, box.checked)});
    box.checked = shown.has(column.key);
    boxes.push([column.key, box]);
    lines.push(el("label", {class: "tg-choice"}, box, el("span", {text: column.label})));
  }
  const show = (key, visible) => {
    state.api.setColumnsVisible([key], visible);
    layout.save();
  };
  const back = button("Вернуть как было", {onclick: async () => {
    await layout.reset();
    const now = new Set(columns.visible());
    for (const [key, box] of boxes) box.checked = now.has(key);
  }});
  return el("div", {class: "tg-columns"}, el("div", {class: "tg-set-list"}, ...lines), el("div", {class: "tg-set-foot"}, back));
}
