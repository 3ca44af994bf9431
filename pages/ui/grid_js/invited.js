// «Приглашён»: for the event chosen above the table, what has become of each row's invitation. The address carries it.

const INVITED = "invited";
const LIST = "Мероприятия и курсы";

const invited = {
  names: new Map(),
  shown: null,
  events: null,

  build() {
    invited.button = el("button", {type: "button", class: "tg-button", "aria-haspopup": "dialog", "aria-expanded": "false",
      onclick: () => popups.toggle(invited.button, invited.list, LIST)}, icon("invite"), el("span"), icon("more"));
    invited.drop = iconButton("Не показывать приглашения", "close", {class: "tg-button tg-square", onclick: () => invited.choose(null)});
    invited.box = el("div", {class: "tg-event", role: "group", "aria-label": "Приглашения на мероприятие", hidden: true}, invited.button, invited.drop);
    return invited.box;
  },

  // A view of invitations always has the column, another table while an event is chosen.
  isShown() {
    return state.spec.events === "always" || (state.spec.events === "asked" && state.query.event !== null);
  },

  isHidden(column) {
    return column.key === INVITED && state.spec.events ? !invited.isShown() : column.hidden;
  },

  // The columns that can be shown or exported now.
  columns() {
    return state.spec.columns.filter(({key}) => key !== INVITED || !state.spec.events || invited.isShown());
  },

  // Before an event is chosen there is nothing to filter or sort by.
  isBlank(column) {
    return column.key === INVITED && Boolean(state.spec && state.spec.events) && state.query.event === null;
  },

  open() {
    popups.close();
    popups.toggle(invited.button, invited.list, LIST);
  },

  heading(column) {
    return invited.isBlank(column) ? "Выберите мероприятие" : column.label;
  },

  hint(column) {
    const name = column.key === INVITED && state.query && state.query.event !== null ? invited.names.get(state.query.event) : "";
    return name ? `${column.label}: ${name}` : invited.heading(column);
  },

  paint() {
    const {spec, query} = state;
    invited.box.hidden = !spec.events;
    if (!spec.events) return;
    const {event} = query;
    const name = event === null ? "" : invited.names.get(event) || "…";
    const empty = spec.events === "always" ? "Выберите мероприятие" : "Приглашения на…";
    invited.button.querySelector("span").textContent = name ? `Приглашения на: ${name}` : empty;
    invited.button.title = name ? `Приглашения на: ${name}` : "Показать, кто приглашён на мероприятие или курс";
    invited.button.setAttribute("aria-label", name ? `Приглашения на: ${name}. Выбрать другое` : empty);
    invited.button.classList.toggle("tg-accent", event !== null);
    invited.drop.hidden = event === null;
    if (event !== null && !invited.names.has(event)) invited.ask(event);
    const key = JSON.stringify([spec.name, spec.segment, event]);
    if (invited.shown === key) return;
    invited.shown = key;
    if (spec.events === "asked" || event !== null) state.api.setColumnsVisible([INVITED], invited.isShown());
    state.api.refreshHeader();
  },

  choose(event) {
    popups.close(true);
    if (event !== null) return control.change({event});
    control.setFilter(INVITED, null);
    return control.change({event, sortModel: state.query.sortModel.filter(({colId}) => colId !== INVITED)});
  },

  async ask(event) {
    const chosen = event === null ? "" : `?chosen=${event}`;
    const {events} = await request(`/api/events${chosen}`);
    for (const one of events) invited.names.set(one.id, one.name);
    if (event !== null && state.spec && state.query.event === event) {
      invited.shown = null;
      invited.paint();
    }
    return events;
  },

  // Asked for whenever it is opened: events come and go.
  list() {
    const find = el("input", {class: "tg-input tg-event-find", type: "search", placeholder: "Найти", "aria-label": "Найти мероприятие", oninput: () => invited.narrow(box, find.value)});
    const lines = el("div", {class: "tg-set-list tg-events"}, el("span", {class: "tg-quiet", text: "Загрузка…"}));
    const box = el("div", {class: "tg-columns"}, find, lines);
    invited.ask(state.query.event).then((events) => {
      lines.replaceChildren(...invited.lines(events));
      if (!events.length) lines.append(el("span", {class: "tg-quiet", text: "Мероприятий и курсов пока нет"}));
      if (popups.open && popups.open.box.contains(box)) popups.place();
    }, (error) => lines.replaceChildren(el("span", {class: "tg-quiet", text: error.message})));
    return box;
  },

  lines(events) {
    const made = [];
    let group = null;
    for (const one of events) {
      if (one.group !== group) {
        group = one.group;
        made.push(el("div", {class: "tg-menu-group", text: group}));
      }
      made.push(el("button", {type: "button", class: "tg-event-line", "aria-pressed": String(one.id === state.query.event), onclick: () => invited.choose(one.id)},
        el("span", {text: one.name}), el("span", {class: "tg-quiet", text: one.note})));
    }
    return made;
  },

  narrow(box, text) {
    const wanted = text.trim().toLowerCase();
    for (const line of box.querySelectorAll(".tg-event-line")) line.hidden = !line.textContent.toLowerCase().includes(wanted);
  },
};

// Anything may stand in an address.
function cleanEvent(raw, spec) {
  return spec.events && Number.isSafeInteger(raw) && raw > 0 ? raw : null;
}
