// The line under the table: rows per page, where we are, and the way to other pages.

const PAGE_SIZES = [20, 30, 50, "all"];

const paging = {
  box: null,

  build() {
    paging.sizes = PAGE_SIZES.map((size) => el("button", {type: "button", class: "tg-size", text: size === "all" ? "все" : String(size),
      "aria-label": size === "all" ? "Показать все" : `По ${size} на странице`, onclick: () => paging.choose(size, true)}));
    paging.range = el("span", {class: "tg-range", role: "status"});
    const step = (label, name, action) => iconButton(label, name, {onclick: action});
    paging.buttons = [
      step("Первая страница", "first", () => paging.go(0)),
      step("Предыдущая страница", "previous", () => paging.go(state.api.paginationGetCurrentPage() - 1)),
      step("Следующая страница", "next", () => paging.go(state.api.paginationGetCurrentPage() + 1)),
      step("Последняя страница", "last", () => paging.go(state.api.paginationGetTotalPages() - 1)),
    ];
    paging.input = el("input", {class: "tg-input tg-page", type: "text", inputmode: "numeric", "aria-label": "Номер страницы",
      onchange: () => paging.go(Number(paging.input.value) - 1)});
    paging.pages = el("span");
    paging.retired = el("button", {type: "button", class: "tg-textlink", hidden: true,
      onclick: () => control.change({retired: !state.query.retired})});
    const [first, previous, next, last] = paging.buttons;
    paging.turn = el("div", {class: "tg-turn"}, first, previous, el("span", {text: "стр."}), paging.input, paging.pages, next, last);
    paging.box = el("div", {class: "tg-paging"},
      el("div", {class: "tg-sizes", role: "group", "aria-label": "Показывать на странице"}, el("span", {class: "tg-quiet", text: "Показывать на стр."}), ...paging.sizes),
      paging.retired,
      el("div", {class: "tg-where"}, paging.range, paging.turn));
    return paging.box;
  },

  first() {
    return state.pageSize === "all" ? 0 : state.api.paginationGetCurrentPage() * state.pageSize;
  },

  page() {
    return state.api && state.pageSize !== "all" ? state.api.paginationGetCurrentPage() : 0;
  },

  // To a page whose rows nobody has counted yet: the table is told that there are so many at least.
  restore(page) {
    if (!page || state.pageSize === "all") return;
    const rowsBefore = (page + 1) * state.pageSize;
    if (state.total === null) state.api.setRowCount(rowsBefore, false);
    else state.api.setRowCount(state.total, true);
    state.api.paginationGoToPage(page);
  },

  go(page) {
    const last = state.api.paginationGetTotalPages() - 1;
    if (Number.isInteger(page)) state.api.paginationGoToPage(Math.max(0, Math.min(page, last)));
    paging.paint();
  },

  // Options for AG Grid; «все» scrolls without end and still fetches a hundred rows at a time.
  options() {
    const all = state.pageSize === "all";
    return {pagination: !all, paginationPageSize: all ? 100 : state.pageSize, cacheBlockSize: rows.blockSize()};
  },

  choose(size, remember) {
    if (size === state.pageSize) return;
    state.pageSize = size;
    state.api.updateGridOptions(paging.options());
    if (remember) layout.save();
    rows.restart();
    state.api.ensureIndexVisible(0, "top");
    paging.paint();
  },

  paint() {
    const all = state.pageSize === "all";
    paging.sizes.forEach((node, index) => node.setAttribute("aria-pressed", String(PAGE_SIZES[index] === state.pageSize)));
    paging.retired.hidden = !state.spec.retirable;
    paging.retired.textContent = state.query.retired ? "Скрыть деактивированные" : "Показать деактивированные";
    const from = paging.first() + 1;
    const known = state.total !== null;
    const to = Math.min(from + (all ? Infinity : state.pageSize) - 1, known ? state.total : Infinity);
    const total = known ? formatCount(state.total) : "…";
    if (state.total === 0) paging.range.textContent = "Нет строк";
    else if (all) paging.range.textContent = `Всего: ${total}`;
    else paging.range.textContent = `${formatCount(from)}–${formatCount(to)} из ${total}`;
    const page = state.api.paginationGetCurrentPage();
    const pages = all ? 1 : Math.max(1, state.api.paginationGetTotalPages());
    paging.turn.hidden = all || pages < 2;
    if (document.activeElement !== paging.input) paging.input.value = String(page + 1);
    paging.pages.textContent = known ? `из ${formatCount(pages)}` : "";
    paging.buttons.forEach((node, index) => { node.disabled = index < 2 ? page <= 0 : page >= pages - 1 || (index === 3 && !known); });
  },
};
