// Rows come from the server page by page; what is superseded is aborted, what fails is said in the grid.

const rows = {
  fetches: new AbortController(),
  running: "",
  asked: new Map(),
  source: null,
  totals: new Map(),
  counting: "",

  url(verb, question) {
    const name = encodeURIComponent(state.spec.name);
    return `/api/tables/${name}/${verb}?q=${encodeURIComponent(JSON.stringify(question))}`;
  },

  question(query, startRow, endRow) {
    return {startRow, endRow, ...compact(query), total: "later"};
  },

  // The page to be shown, before AG Grid asks: it then finds the answer, or the request under way. What fails is told when it asks.
  async askEarly(query, first = 0) {
    rows.supersede(`${state.spec.name} ${queryKey(query)}`);
    const calm = states.expectRows();
    await rows.fetch(rows.url("rows", rows.question(query, first, first + rows.blockSize()))).catch(() => {});
    calm();
  },

  blockSize() {
    return state.pageSize === "all" ? 100 : state.pageSize;
  },

  // Another question makes answers to the last one useless.
  supersede(key) {
    if (rows.running === key) return;
    rows.running = key;
    rows.counting = "";
    rows.asked.clear();
    rows.fetches.abort();
    rows.fetches = new AbortController();
  },

  // AG Grid may ask twice while filters and sort settle, and we ask before it does: one request serves all.
  fetch(url) {
    if (!rows.asked.has(url)) rows.asked.set(url, request(url, {signal: rows.fetches.signal}));
    return rows.asked.get(url);
  },

  // Only the newest source answers, so the steps of a change of table ask for nothing.
  makeSource() {
    const source = {getRows: (asked) => (rows.source === source ? rows.load(asked) : rows.decline(asked))};
    rows.source = source;
    return source;
  },

  // Later, because AG Grid asks while it draws and would draw again at once.
  decline(asked) {
    queueMicrotask(() => asked.failCallback());
  },

  async load(asked) {
    control.absorb();
    const {query, spec} = state;
    rows.supersede(`${spec.name} ${queryKey(query)}`);
    const {signal} = rows.fetches;
    const calm = states.expectRows();
    const url = rows.url("rows", rows.question(query, asked.startRow, asked.endRow));
    try {
      const data = await rows.fetch(url);
      if (signal.aborted) return asked.failCallback();
      rows.accept(asked, data, query, spec.name);
    } catch (error) {
      asked.failCallback();
      if (error.name === "AbortError" || signal.aborted) return undefined;
      states.showError(error.kind ? error : failure("server", "Ответ сервера не удалось показать."));
      if (!error.kind) console.error(error);
    } finally {
      if (!signal.aborted) rows.asked.delete(url);
      calm();
    }
    return undefined;
  },

  accept(asked, data, query, name) {
    const key = `${name} ${filterKey(query)}`;
    if (rows.totals.size > 200) rows.totals.clear();
    if (typeof data.total === "number") rows.totals.set(key, data.total);
    else if (data.rows.length && data.rows.length < asked.endRow - asked.startRow) rows.totals.set(key, asked.startRow + data.rows.length);
    else if (!data.rows.length && asked.startRow === 0) rows.totals.set(key, 0);
    const total = rows.totals.has(key) ? rows.totals.get(key) : null;
    asked.successCallback(data.rows, total === null ? -1 : total);
    rows.settle(total);
    if (total === null) rows.count(key, query);
  },

  settle(total) {
    state.total = total;
    states.showRows(total);
    paging.paint();
    selection.paint();
    toolbar.paintCount();
  },

  async count(key, query) {
    if (rows.counting === key) return;
    rows.counting = key;
    const {sortModel, ...found} = compact(query);
    try {
      const {total} = await request(rows.url("count", found), {signal: rows.fetches.signal});
      rows.totals.set(key, total);
      if (rows.counting !== key) return;
      state.api.setRowCount(total, true);
      rows.settle(total);
    } catch (error) {
      // The rows are there; without the number the table still pages forward.
      if (rows.counting === key) rows.counting = "";
    }
  },

  // Ask again for what is on the screen, keeping it there until the answer comes.
  refresh() {
    rows.totals.clear();
    rows.counting = "";
    rows.asked.clear();
    state.api.refreshInfiniteCache();
  },

  // A new question: back to the first page.
  restart() {
    state.total = rows.totals.has(`${state.spec.name} ${filterKey(state.query)}`) ? state.total : null;
    state.api.setGridOption("datasource", rows.makeSource());
  },
};

// Resolves to the answer's JSON; otherwise throws an Error whose `kind` is "refused" (with the server's sentence), "login", "server" or "network".
async function request(url, options) {
  let answer;
  try {
    answer = await fetch(url, {credentials: "same-origin", ...options});
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw failure("network", "Нет связи с сервером.");
  }
  const login = answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === "/login");
  if (login) {
    navigate.leave(`/login?next=${encodeURIComponent(parent.location.pathname + parent.location.search)}`);
    throw failure("login", "Время сеанса истекло, открываем страницу входа.");
  }
  let data = null;
  try {
    data = answer.status === 204 ? {} : await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
  }
  if (answer.ok && data) return data;
  if (data && typeof data.error === "string") throw failure("refused", data.error);
  throw failure("server", `Сервер не смог ответить (код ${answer.status}).`);
}

// Browsers and proxies accept a change only as same-origin JSON.
function send(method, url, body, options) {
  return request(url, {method, headers: {"content-type": "application/json"}, body: JSON.stringify(body), ...options});
}

function failure(kind, message) {
  return Object.assign(new Error(message), {kind});
}
