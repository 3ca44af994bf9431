// What is found (or chosen) as a file: which rows, which columns and in what order, which format.

const exporting = {
  format: "xlsx",

  build() {
    const chosen = selection.count();
    const found = state.total === null ? "число уточняется" : formatCount(state.total);
    exporting.picked = new Set(columns.visible());
    exporting.boxes = new Map();
    exporting.rows = exporting.choice("Какие строки", "rows", [
      ["found", `Все найденные: ${found}`, state.total === 0],
      ["chosen", chosen ? `Выбранные: ${formatCount(chosen)}` : "Выбранные: строки не выбраны", !chosen],
    ], chosen ? "chosen" : "found");
    exporting.formats = exporting.choice("Формат", "format", [["xlsx", "Excel (.xlsx)", false], ["csv", "CSV", false]], exporting.format);
    exporting.count = el("span", {class: "tg-quiet", role: "status", "aria-live": "polite"});
    exporting.go = button("Выгрузить", {class: "tg-button tg-primary", onclick: () => exporting.start()}, "download");
    const pick = (text, keys) => el("button", {type: "button", class: "tg-textlink", text, onclick: () => exporting.pick(keys())});
    const every = () => invited.columns().map((column) => column.key);
    const box = el("div", {class: "tg-export"},
      exporting.rows, exporting.formats,
      el("div", {class: "tg-menu-group tg-export-columns"}, el("span", {text: "Колонки"}), exporting.count),
      el("div", {class: "tg-export-links"}, pick("Все", every), pick("Как на экране", columns.visible), pick("Снять все", () => [])),
      el("div", {class: "tg-set-list", role: "group", "aria-label": "Колонки"}, ...exporting.order().map(exporting.line)),
      el("div", {class: "tg-set-foot"}, exporting.go));
    exporting.paint();
    return box;
  },

  // The visible columns as they stand, then the others.
  order() {
    const shown = columns.visible();
    const rest = invited.columns().map((column) => column.key).filter((key) => !shown.includes(key));
    return [...shown, ...rest].map((key) => columns.byKey(key));
  },

  line(column) {
    const box = el("input", {type: "checkbox", onchange: () => {
      if (box.checked) exporting.picked.add(column.key);
      else exporting.picked.delete(column.key);
      exporting.paint();
    }});
    exporting.boxes.set(column.key, box);
    // Columns of one name are told apart by their group: «договор» is a number here and a date there.
    const group = column.group ? el("span", {class: "tg-quiet", text: column.group}) : null;
    return el("label", {class: "tg-choice"}, box, el("span", {text: column.label}), group);
  },

  choice(legend, name, options, usual) {
    const lines = options.map(([value, label, disabled]) => el("label", {class: "tg-choice"},
      el("input", {type: "radio", name, value, checked: value === usual, disabled, onchange: () => exporting.paint()}), el("span", {text: label})));
    return el("fieldset", {class: "tg-export-choice"}, el("legend", {class: "tg-menu-group", text: legend}), ...lines);
  },

  chosen(fieldset) {
    return fieldset.querySelector("input:checked").value;
  },

  pick(keys) {
    exporting.picked = new Set(keys);
    exporting.paint();
  },

  paint() {
    exporting.format = exporting.chosen(exporting.formats);
    for (const [key, box] of exporting.boxes) box.checked = exporting.picked.has(key);
    const rowCount = exporting.chosen(exporting.rows) === "chosen" ? selection.count() : state.total;
    const columnCount = exporting.picked.size;
    exporting.count.textContent = `${columnCount} из ${exporting.boxes.size}`;
    exporting.go.disabled = !columnCount || rowCount === 0;
    const words = exporting.go.querySelector("span");
    if (rowCount === 0) words.textContent = "Выгружать нечего: строк нет";
    else if (!columnCount) words.textContent = "Отметьте хотя бы одну колонку";
    else if (rowCount === null) words.textContent = "Выгрузить";
    else words.textContent = `Выгрузить ${formatCount(rowCount)} ${plural(rowCount, "строку", "строки", "строк")}`;
  },

  async start() {
    const wanted = exporting.order().map((column) => column.key).filter((key) => exporting.picked.has(key));
    const body = {query: compact(state.query), columns: wanted};
    if (exporting.chosen(exporting.rows) === "chosen") body.selection = selection.plain();
    popups.close();
    toolbar.export.disabled = true;
    toolbar.say("Готовим файл…", false);
    try {
      const {url} = await send("POST", `${exporting.address()}/export?format=${exporting.format}`, body);
      if (!/^\/[^/\\]/.test(url)) throw failure("server", "Сервер вернул непонятный адрес файла.");
      const link = el("a", {href: url, download: ""});
      document.body.append(link);
      link.click();
      link.remove();
      toolbar.note.hidden = true;
    } catch (error) {
      toolbar.say(`Не удалось выгрузить. ${error.message}`, true);
    } finally {
      toolbar.export.disabled = false;
    }
  },

  address() {
    return `/api/tables/${encodeURIComponent(state.spec.name)}`;
  },

  // The template of «Комитеты» is about the committee that is picked.
  templateAddress() {
    return `${exporting.address()}/template?q=${encodeURIComponent(JSON.stringify({picker: state.query.picker}))}`;
  },
};
