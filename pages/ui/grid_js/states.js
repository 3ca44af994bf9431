// What stands in the body of the grid instead of rows: loading, nothing found, an error with a way on.

const LOADING_DELAY = 150;

const states = {
  box: null,
  pending: 0,
  timer: 0,

  build() {
    states.box = el("div", {class: "tg-state", role: "status", "aria-live": "polite", hidden: true});
    return states.box;
  },

  // Called when rows are asked for; returns what to call when they came. Quick answers show no loading text at all.
  expectRows() {
    states.pending += 1;
    if (!states.timer) states.timer = setTimeout(states.showLoading, LOADING_DELAY);
    let done = false;
    return () => {
      if (done) return;
      done = true;
      states.pending -= 1;
      if (states.pending) return;
      clearTimeout(states.timer);
      states.timer = 0;
      if (states.box.dataset.kind === "loading") states.hide();
    };
  },

  showLoading() {
    if (states.pending) states.show("loading", el("span", {class: "tg-spinner"}), el("span", {text: "Загрузка…"}));
  },

  showRows(total) {
    if (total !== 0) return states.hide();
    if (isFiltered(state.query)) {
      return states.show("empty", el("strong", {text: "Ничего не найдено"}), states.resetButton());
    }
    return states.show("empty", el("strong", {text: "Здесь пока пусто"}));
  },

  showError(error) {
    const retry = button("Повторить", {class: "tg-button tg-primary", onclick: () => { states.hide(); rows.restart(); }});
    const way = error.kind === "refused" ? states.resetButton() : error.kind === "login" ? null : retry;
    states.show("error", el("strong", {text: error.message}), way);
  },

  resetButton() {
    if (!canReset(state.query) && !state.query.sortModel.length) return null;
    return button(state.spec.segment ? "Вернуть условия сегмента" : "Сбросить фильтры", {class: "tg-button tg-primary", onclick: () => control.reset()});
  },

  show(kind, ...content) {
    const header = document.querySelector(".ag-header");
    const body = document.querySelector(".ag-root-wrapper");
    states.box.style.top = `${body.offsetTop + (header ? header.offsetHeight : 0)}px`;
    states.box.dataset.kind = kind;
    states.box.replaceChildren(...content.filter(Boolean));
    states.box.hidden = false;
  },

  hide() {
    states.box.hidden = true;
    states.box.dataset.kind = "";
  },
};
