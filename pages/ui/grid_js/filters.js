// Filters AG Grid's community edition lacks: a set of choices, dates as they are written in Russian, and a
// one-line form for numbers and dates ("100–200", ">01.2024"). The server filters: doesFilterPass is never asked.

const FILTER_DEBOUNCE = 60;
const TEXT_OPTIONS = ["contains", "notContains", "equals", "startsWith", "blank", "notBlank"];
const SCALAR_OPTIONS = ["equals", "lessThan", "greaterThan", "inRange", "blank", "notBlank"];

// The filter part of a column definition.
function filterOf(column) {
  const usual = {maxNumConditions: 5, debounceMs: FILTER_DEBOUNCE, buttons: ["reset"]};
  const number = {allowedCharPattern: "\\d\\-\\.\\, ", numberParser: parseNumber, numberFormatter: writeNumber};
  const own = {column, filterOptions: SCALAR_OPTIONS, inRangeInclusive: true};
  if (column.filter === "text") {
    return {filter: "agTextColumnFilter", filterParams: {...usual, column, filterOptions: TEXT_OPTIONS}, floatingFilterComponent: LineFilter};
  }
  if (column.filter === "number") {
    return {filter: "agNumberColumnFilter", filterParams: {...usual, ...own, ...number}, floatingFilterComponent: LineFilter};
  }
  if (column.filter === "date") {
    return {filter: "agDateColumnFilter", dateComponent: DateInput, filterParams: {...usual, ...own}, floatingFilterComponent: LineFilter};
  }
  if (column.filter === "set") {
    return {filter: SetFilter, filterParams: {column}, floatingFilterComponent: SetSummary, suppressFloatingFilterButton: true};
  }
  return {filter: false, floatingFilter: false};
}

// AG Grid's date input as text: дд.мм.гггг.
class DateInput {
  init(params) {
    this.params = params;
    this.date = null;
    this.input = el("input", {class: "ag-input-field-input ag-text-field-input tg-date", type: "text", inputmode: "numeric",
      placeholder: "дд.мм.гггг", maxlength: 10, autocomplete: "off", oninput: () => this.read()});
    this.gui = el("div", {class: "ag-date-filter ag-text-field ag-input-field"}, this.input);
  }
  getGui() { return this.gui; }
  read() {
    const span = parseDate(this.input.value);
    const whole = span && span.from === span.to;
    this.date = whole ? localDate(span.from) : null;
    this.input.setAttribute("aria-invalid", String(this.input.value !== "" && !whole));
    if (whole || this.input.value === "") this.params.onDateChanged();
  }
  getDate() { return this.date; }
  setDate(date) {
    if (date && this.date && date.getTime() === this.date.getTime()) return;
    this.date = date;
    this.input.value = date ? formatDate(isoDay(date)) : "";
    this.input.setAttribute("aria-invalid", "false");
  }
  setDisabled(disabled) { this.input.disabled = disabled; }
  setInputAriaLabel(label) { this.input.setAttribute("aria-label", label); }
}

function localDate(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return new Date(year, month - 1, day);
}

function isoDay(date) {
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

// Text of the line under a column → filter model; undefined when it cannot be understood, null when it is empty.
const line = {
  read(text, kind, before) {
    const clean = text.trim();
    if (!clean) return null;
    if (kind === "text") return {filterType: kind, type: before && before.filter !== undefined ? before.type : "contains", filter: clean};
    const word = clean.toLowerCase();
    if (word === "пусто") return {filterType: kind, type: "blank"};
    if (word === "не пусто") return {filterType: kind, type: "notBlank"};
    const one = kind === "date" ? parseDate : (part) => { const n = parseNumber(part); return n === null ? null : {from: n, to: n}; };
    const model = (type, from, to) => {
      const ends = kind === "date" ? {dateFrom: from, dateTo: to} : {filter: from, filterTo: to};
      return plainFilter({filterType: kind, type, ...ends});
    };
    const sign = /^([<>])\s*(.+)$/.exec(clean);
    if (sign) {
      const span = one(sign[2]);
      if (!span) return undefined;
      return sign[1] === ">" ? model("greaterThan", span.to) : model("lessThan", span.from);
    }
    const whole = one(clean);
    if (whole) return whole.from === whole.to ? model("equals", whole.from) : model("inRange", whole.from, whole.to);
    for (const range of [/^(.+?)\s*(?:–|—|\.\.)\s*(.+)$/, /^([^-].*?)\s*-\s*(.+)$/]) {
      const parts = range.exec(clean);
      const ends = parts ? [one(parts[1]), one(parts[2])] : [null, null];
      if (ends[0] && ends[1]) return model("inRange", ends[0].from, ends[1].to);
    }
    return undefined;
  },

  write(model, kind) {
    if (!model) return "";
    if (model.conditions) return "несколько условий";
    if (kind === "text") return model.filter === undefined ? "" : model.filter;
    if (model.type === "blank") return "пусто";
    if (model.type === "notBlank") return "не пусто";
    const plain = plainFilter(model);
    const [from, to] = kind === "date" ? [plain.dateFrom, plain.dateTo] : [plain.filter, plain.filterTo];
    const value = (end) => (kind === "date" ? formatDate(end) : writeNumber(end));
    if (model.type === "inRange") return kind === "date" ? formatSpan(from, to) : `${value(from)}–${value(to)}`;
    return {equals: "", greaterThan: ">", lessThan: "<"}[model.type] + value(from);
  },
};

const LINE_HINTS = {
  text: "",
  date: "Дата, месяц или год; можно «>01.2024» или «2023–2024»",
  number: "Число; можно «>100» или «100–200»",
};

class LineFilter {
  init(params) {
    this.params = params;
    this.column = params.filterParams.column;
    this.kind = this.column.filter;
    this.model = null;
    this.apply = debounce(() => this.read(), FILTER_DEBOUNCE);
    const hint = LINE_HINTS[this.kind];
    this.input = el("input", {class: "ag-input-field-input ag-text-field-input", type: "text", autocomplete: "off", title: hint,
      "aria-label": `${this.column.label}: фильтр. ${hint}`.trim(), oninput: () => this.apply(), onkeydown: (event) => this.key(event)});
    this.gui = el("div", {class: "ag-floating-filter-input ag-text-field ag-input-field tg-line"}, this.input);
  }
  getGui() { return this.gui; }
  key(event) {
    if (event.key === "Enter") this.apply.flush();
    if (event.key !== "Escape" || this.input.readOnly) return;
    this.input.value = "";
    this.read();
  }
  read() {
    const model = line.read(this.input.value, this.kind, this.model);
    this.input.setAttribute("aria-invalid", String(model === undefined));
    if (model !== undefined) control.setFilter(this.params.column.getColId(), model);
  }
  onParentModelChanged(model) {
    this.model = model ? plainFilter(model) : null;
    this.input.readOnly = Boolean(model && model.conditions);
    const condition = this.model && this.kind === "text" && this.model.type !== "contains" ? LOCALE[this.model.type] : "";
    this.input.placeholder = condition && this.model.filter === undefined ? condition.toLowerCase() : "";
    this.input.title = condition || LINE_HINTS[this.kind];
    // What is being typed is newer than what is shown, unless it is gone for good.
    if (document.activeElement === this.input && (this.model || !this.input.value)) return;
    this.input.value = line.write(this.model, this.kind);
    this.input.setAttribute("aria-invalid", "false");
  }
}

// A list of choices with checkboxes; model {"filterType": "set", "values": […]}, where null stands for an empty value.
class SetFilter {
  init(params) {
    this.params = params;
    this.column = params.filterParams ? params.filterParams.column : params.column;
    this.choices = [...(this.column.choices || []), ...(this.column.required ? [] : [[null, "Не указано"]])];
    this.chosen = null;
    this.boxes = this.choices.map(([value]) => el("input", {type: "checkbox", onchange: (event) => this.toggle(value, event.target.checked)}));
    const find = el("input", {class: "tg-input", type: "search", placeholder: "Найти", "aria-label": "Найти в списке", oninput: (event) => this.narrow(event.target.value)});
    this.lines = this.choices.map(([, label], index) => el("label", {class: "tg-choice"}, this.boxes[index], el("span", {text: label})));
    const reset = button("Сбросить", {onclick: () => this.commit(null)});
    this.gui = el("div", {class: "tg-set"}, this.choices.length > 8 ? find : null, el("div", {class: "tg-set-list"}, ...this.lines), el("div", {class: "tg-set-foot"}, reset));
  }
  getGui() { return this.gui; }
  narrow(text) {
    const wanted = text.trim().toLowerCase();
    this.lines.forEach((node) => { node.hidden = !node.textContent.toLowerCase().includes(wanted); });
  }
  toggle(value, checked) {
    const values = (this.chosen || []).filter((one) => one !== value);
    if (checked) values.push(value);
    this.commit(values.length ? values : null);
  }
  commit(values) {
    this.choose(values);
    this.params.filterChangedCallback();
  }
  choose(values) {
    const known = this.choices.map(([value]) => value).filter((value) => (values || []).includes(value));
    this.chosen = known.length ? known : null;
    this.boxes.forEach((box, index) => { box.checked = known.includes(this.choices[index][0]); });
  }
  isFilterActive() { return this.chosen !== null; }
  doesFilterPass() { return true; }
  getModel() { return this.chosen ? {filterType: "set", values: this.chosen} : null; }
  setModel(model) { this.choose(model ? model.values : null); }
  afterGuiAttached() { const first = this.gui.querySelector("input"); if (first) first.focus({preventScroll: true}); }
}

// What is chosen, under the column's heading; a press opens the list.
class SetSummary {
  init(params) {
    this.column = params.filterParams.column;
    this.text = el("span", {text: ""});
    this.gui = el("button", {type: "button", class: "tg-summary", onclick: () => (invited.isBlank(this.column) ? invited.open() : params.showParentFilter())}, this.text, icon("more"));
    this.onParentModelChanged(null);
  }
  getGui() { return this.gui; }
  onParentModelChanged(model) {
    const labels = model ? model.values.map((value) => (value === null ? "Не указано" : choiceLabel(this.column, value))) : [];
    this.text.textContent = labels.length ? labels.join(", ") : "Все";
    this.gui.classList.toggle("tg-on", labels.length > 0);
    this.gui.title = labels.join(", ");
    this.gui.setAttribute("aria-label", `${this.column.label}: ${labels.length ? labels.join(", ") : "все"}. Выбрать`);
  }
}
