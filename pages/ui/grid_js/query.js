// What the table shows (filters, sort, search, picker) and its copy in the address of the top window.

const state = {
  api: null,
  spec: null,
  path: "",
  query: null,
  pageSize: 20,
  total: null,
};

function emptyQuery() {
  return {filterModel: {}, sortModel: [], search: "", picker: {}, related: [], ids: null, remarked: false, retired: false, event: null};
}

// AG Grid writes "2024-01-10 00:00:00" and null ends; the server and the address get days and no nulls.
function plainFilter(filter) {
  if (filter.conditions) {
    return {filterType: filter.filterType, operator: filter.operator, conditions: filter.conditions.map(plainFilter)};
  }
  const plain = {};
  for (const [name, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue;
    plain[name] = name === "dateFrom" || name === "dateTo" ? String(value).slice(0, 10) : value;
  }
  return plain;
}

function plainFilters(model) {
  const plain = {};
  for (const key of Object.keys(model || {}).sort()) plain[key] = plainFilter(model[key]);
  return plain;
}

function sortOf(api) {
  return api.getColumnState()
    .filter((column) => column.sort)
    .sort((one, other) => one.sortIndex - other.sortIndex)
    .map((column) => ({colId: column.colId, sort: column.sort}));
}

// Only what differs from the defaults, for the address and for events.
function compact(query) {
  const short = {};
  if (Object.keys(query.filterModel).length) short.filterModel = query.filterModel;
  if (query.sortModel.length) short.sortModel = query.sortModel;
  if (query.search) short.search = query.search;
  const picker = Object.fromEntries(Object.entries(query.picker).filter(([, value]) => value !== null));
  if (Object.keys(picker).length) short.picker = picker;
  if (query.related.length) short.related = query.related;
  if (query.ids) short.ids = query.ids;
  if (query.remarked) short.remarked = true;
  if (query.retired) short.retired = true;
  if (query.event !== null) short.event = query.event;
  return short;
}

// Two queries with one filter key find the same rows, in whatever order. An event narrows only through its column.
function filterKey(query) {
  const {sortModel, event, ...found} = compact(query);
  return JSON.stringify(query.filterModel[INVITED] ? {...found, event} : found);
}

function queryKey(query) {
  return JSON.stringify([filterKey(query), query.sortModel, query.event]);
}

function isFiltered(query) {
  return Object.keys(query.filterModel).length > 0 || query.search !== "" || query.related.length > 0 || query.ids !== null || query.remarked || query.retired;
}

// What resetting leads back to: nothing, on the page of a segment its own filter.
function plainQuery() {
  const {spec} = state;
  if (spec.segment) return cleanQuery(spec.initial, spec);
  return {...emptyQuery(), sortModel: state.query.sortModel, picker: state.query.picker, event: state.query.event};
}

function canReset(query) {
  return state.spec.segment ? queryKey(query) !== queryKey(plainQuery()) : isFiltered(query);
}

// True when every row `inner` finds is surely among the rows `outer` finds.
function isNarrower(inner, outer) {
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const filters = Object.entries(outer.filterModel).every(([key, filter]) => same(inner.filterModel[key], filter));
  const picker = Object.entries(compact(outer).picker || {}).every(([key, value]) => inner.picker[key] === value);
  const rest = (!outer.ids || same(inner.ids, outer.ids)) && (!outer.remarked || Boolean(inner.remarked)) && inner.retired === outer.retired;
  const related = outer.related.every((one) => inner.related.some((other) => same(one, other)));
  const event = !outer.filterModel[INVITED] || inner.event === outer.event;
  return filters && picker && related && rest && event && (outer.search === "" || outer.search === inner.search);
}

// Anything may stand in an address: keep what has the right shape and a known column, drop the rest.
function cleanQuery(raw, spec) {
  const query = emptyQuery();
  if (!raw || typeof raw !== "object") return query;
  query.event = cleanEvent(raw.event, spec);
  const known = spec.columns.filter(({key}) => key !== INVITED || !spec.events || query.event !== null);
  const kinds = new Map(known.map((column) => [column.key, column.filter]));
  for (const [key, filter] of Object.entries(raw.filterModel || {})) {
    if (filter && typeof filter === "object" && kinds.get(key) === filter.filterType) query.filterModel[key] = plainFilter(filter);
  }
  query.filterModel = plainFilters(query.filterModel);
  for (const sort of Array.isArray(raw.sortModel) ? raw.sortModel : []) {
    if (sort && kinds.has(sort.colId) && (sort.sort === "asc" || sort.sort === "desc")) {
      query.sortModel.push({colId: sort.colId, sort: sort.sort});
    }
  }
  if (typeof raw.search === "string") query.search = raw.search.slice(0, 200);
  const isIds = Array.isArray(raw.ids) && raw.ids.length <= 1000 && raw.ids.every(Number.isSafeInteger);
  if (isIds) query.ids = raw.ids;
  query.remarked = raw.remarked === true;
  query.retired = raw.retired === true && spec.retirable;
  query.related = cleanRelated(raw.related);
  const picker = spec.picker;
  const picked = picker && raw.picker ? raw.picker[picker.key] : null;
  if (picker && picker.options.some(([id]) => id === picked)) query.picker = {[picker.key]: picked};
  return query;
}

const address = {
  // What each page's table showed last in this tab, for the way back from a card («?back=1»).
  left: new Map(),
  // The page of the table the address names, from 0.
  page: 0,

  read(spec) {
    const params = new URLSearchParams(parent.location.search);
    const raw = params.get("back") === "1" ? address.left.get(parent.location.pathname) : address.parse(params.get("q"));
    const number = raw && Number.isSafeInteger(raw.page) ? raw.page : 1;
    address.page = Math.max(0, Math.min(number, 1e6) - 1);
    const asked = raw || spec.initial;
    const own = raw && params.get("back") === "1" ? null : params.get("event");
    return cleanQuery(own === null ? asked : {...asked, event: Number(own)}, spec);
  },

  parse(text) {
    if (text === null) return null;
    try {
      return JSON.parse(text);
    } catch (error) {
      return null;
    }
  },

  // What a dialog set, told once by a number of its own; else what the address says.
  wanted(spec) {
    const {asked} = spec;
    if (!asked || asked.nonce === address.told) return address.read(spec);
    address.told = asked.nonce;
    // An event without a query: beside what the address says.
    if (!asked.query) return cleanQuery({...compact(address.read(spec)), event: asked.event}, spec);
    address.page = 0;
    return cleanQuery(asked.query, spec);
  },

  // The link to what is shown; an emptied query is written down where the page itself would begin with a filter.
  link() {
    const url = new URL(parent.location.href);
    const shown = {...compact(state.query), ...(paging.page() ? {page: paging.page() + 1} : {})};
    address.left.set(state.path, shown);
    url.searchParams.delete("back");
    const plain = ({event, ...rest}) => JSON.stringify(rest);
    const usual = cleanQuery(state.spec.initial, state.spec);
    if (plain(shown) === plain(compact(usual))) url.searchParams.delete("q");
    else url.searchParams.set("q", plain(shown));
    // Beside the rest, to be read and written by hand; 0 where the page itself would begin with an event.
    if (state.query.event === usual.event) url.searchParams.delete("event");
    else url.searchParams.set("event", String(state.query.event || 0));
    return url;
  },

  // Browsers refuse more than about 200 changes in 30 seconds, so typing is gathered.
  write: debounce(() => {
    if (!state.spec || parent.location.pathname !== state.path) return;
    const url = address.link();
    if (url.href !== parent.location.href) parent.history.replaceState(parent.history.state, "", url.href);
  }, 200),
};
