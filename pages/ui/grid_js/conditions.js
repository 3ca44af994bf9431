// Conditions on what rows are tied to, as chips above the grid: the server says them in words, a press on × drops one.

const conditions = {
  words: new Map(),

  build() {
    conditions.box = el("div", {class: "tg-conditions", role: "group", "aria-label": "Условия", hidden: true});
    return conditions.box;
  },

  paint() {
    const {related} = state.query;
    const key = JSON.stringify([state.spec.name, related]);
    if (conditions.shown === key) return;
    conditions.shown = key;
    conditions.box.hidden = !related.length;
    conditions.draw(related);
    if (related.some((one) => !conditions.words.has(JSON.stringify(one)))) conditions.ask(key, related);
  },

  draw(related) {
    conditions.box.replaceChildren(...related.map((one) => {
      const text = conditions.words.get(JSON.stringify(one)) || "…";
      const drop = iconButton(`Убрать условие «${text}»`, "close", {class: "tg-button tg-square tg-drop",
        onclick: () => control.change({related: state.query.related.filter((other) => JSON.stringify(other) !== JSON.stringify(one))})});
      return el("span", {class: "tg-condition"}, el("span", {text, title: text}), drop);
    }));
  },

  async ask(key, related) {
    const url = `/api/tables/${encodeURIComponent(state.spec.name)}/related?q=${encodeURIComponent(JSON.stringify({related}))}`;
    let captions = [];
    try {
      captions = (await request(url)).captions;
    } catch (error) {
      // The rows say what is wrong; the chip stays, so that the condition can be dropped.
      captions = related.map(() => "условие не разобрано");
    }
    related.forEach((one, index) => conditions.words.set(JSON.stringify(one), captions[index]));
    if (conditions.shown === key) conditions.draw(related);
  },
};

// Anything may stand in an address: what has the right shape goes to the server, which knows what it means.
function cleanRelated(raw) {
  return (Array.isArray(raw) ? raw : []).filter((one) => one && typeof one.relation === "string").slice(0, 10).map((one) => {
    const clean = {relation: one.relation};
    if (one.not === true) clean.not = true;
    if (one.values && typeof one.values === "object" && Object.keys(one.values).length) clean.values = one.values;
    return clean;
  });
}
