(() => {
  // Evaluated by the component while it builds AG Grid, and again at any change of its options it notices.
  if (window.tableGrid) return window.tableGrid.ready;
  const grid = {text: null, shown: null, arrive: null};
  window.tableGrid = grid;

  // Another table comes as a message of the page to its component. The component would set all of AG Grid's options
  // anew, twice loading the table; so the text is taken out for us, and the component finds what it already has.
  window.addEventListener("message", (event) => {
    const ours = event.source === parent && event.data && event.data.type === "streamlit:render";
    const context = ours && event.data.args && event.data.args.gridOptions && event.data.args.gridOptions.context;
    if (!context || context.grid !== "tableGrid") return;
    grid.text = context.text;
    if (grid.shown === null) grid.shown = context.text;
    else context.text = grid.shown;
    if (grid.arrive) grid.arrive(grid.text);
  });

  const loaded = (node) => new Promise((resolve, reject) => {
    node.addEventListener("load", resolve);
    node.addEventListener("error", reject);
    document.head.append(node);
  });
  const parts = FILES.map((address) => {
    const isStyle = address.includes(".css?");
    const node = document.createElement(isStyle ? "link" : "script");
    if (isStyle) Object.assign(node, {rel: "stylesheet", href: address});
    else Object.assign(node, {async: false, src: address});
    return loaded(node);
  });
  grid.ready = (event) => {
    const built = event.api.getGridOption("context").text;
    if (grid.shown === null) grid.shown = built;
    if (grid.text === null) grid.text = built;
    return Promise.all(parts).then(
      () => grid.start(event.api),
      () => { document.body.textContent = "Таблица не загрузилась. Обновите страницу."; },
    );
  };
  return grid.ready;
})()
