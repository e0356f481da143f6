// Starts the page and draws it again whenever something has changed.
(() => {
  const {made, at, state} = board;
  const SELECTS = ["task", "model", "status", "sweep"];

  // A short name of a run: the part of its folder that tells it from others.
  board.nameOf = (row) => (row.sweep ? `${row.sweep.split("/").pop()}/${row.id.split("/").pop()}` : row.id);

  board.shownRuns = () => board.current.chosen;

  board.options = (select, values, chosen, all) => {
    const wanted = (all === null ? [] : [["", all]]).concat(values.map((value) => [value, value]));
    const text = JSON.stringify(wanted);
    if (select.dataset.has !== text) {
      select.dataset.has = text;
      select.replaceChildren(...wanted.map(([value, words]) => made("option", {value}, words)));
    }
    select.value = chosen || "";
  };

  board.focusOn = (name) => {
    const found = [...document.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === name);
    if (found) found.focus({preventScroll: true});
  };

  const drawFilters = () => {
    for (const name of SELECTS) {
      const values = [...new Set([...state.runs.values()].map((row) => String(row[name] || "")))].filter(Boolean).sort();
      if (state[name] && !values.includes(state[name])) values.push(state[name]);
      board.options(at(name), values, state[name], "all");
      at(name).closest("label").hidden = values.length < (name === "sweep" ? 1 : 2) && !state[name];
    }
    if (document.activeElement !== at("query")) at("query").value = state.query;
    at("grouped").checked = state.grouped;
    const {notes, error} = board.parsed;
    at("query-said").textContent = error || notes.join("; ");
    at("query-said").className = error ? "small bad" : "small";
  };

  const drawCounts = () => {
    const counts = {};
    for (const row of state.runs.values()) counts[row.status] = (counts[row.status] || 0) + 1;
    const parts = Object.entries(counts).sort((a, b) => b[1] - a[1]).map(([status, count]) => `${count} ${status}`);
    const reading = state.unread ? `; reading the settings of ${state.unread}` : "";
    at("counts").textContent = `${state.runs.size.toLocaleString("en")} runs: ${parts.join(", ") || "none yet"}${reading}`;
    const {rows} = board.current;
    at("shown").textContent = rows.length === state.runs.size ? "" : `${rows.length} of ${state.runs.size} fit the filter`;
    at("selected").textContent = state.selected.size ? `${state.selected.size} selected` : "";
    at("unselect").hidden = !state.selected.size;
  };

  const drawColumns = () => {
    const {rows, columns} = board.current;
    const keys = [...new Set([...columns, ...board.FACTS, ...Object.keys(state.lower), ...board.differing(rows)])];
    const boxes = keys.map((key) => made("label", {class: "option"}, made("input", {type: "checkbox", checked: columns.includes(key), "data-focus": "column " + key, onchange: (event) => {
      state.columns = event.target.checked ? [...columns, key] : columns.filter((one) => one !== key);
      board.show();
    }}), key));
    at("columns").replaceChildren(...boxes);
  };

  board.show = () => {
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.focus : null;
    const rows = board.filtered(), lines = board.sorted(board.lines(rows)), columns = board.shownColumns(rows);
    board.current = {rows, lines, columns, chosen: board.chosenRuns(lines)};
    drawFilters();
    drawCounts();
    board.drawTable(lines, columns);
    at("empty").hidden = rows.length > 0;
    at("empty").textContent = state.runs.size ? "No run fits the filter." : `No runs under ${board.root} yet; they appear here when a training starts.`;
    if (at("column-fold").open) drawColumns();
    board.drawSweeps();
    board.drawCompare();
    board.drawParallel();
    board.drawCurves();
    board.save();
    if (focused) board.focusOn(focused);
  };

  board.choose = (name, value) => {
    state[name] = value;
    board.show();
  };

  board.filterBy = (conditions) => {
    for (const [key, sign, value] of conditions) state.query = board.withCondition(state.query, key, sign, value);
    at("query").value = state.query;
    board.show();
  };

  const wire = () => {
    let waiting;
    at("query").addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => board.choose("query", at("query").value), 120);
    });
    for (const name of [...SELECTS, "objective"]) at(name).addEventListener("change", (event) => board.choose(name, event.target.value));
    at("filters").addEventListener("submit", (event) => event.preventDefault());
    at("clear").addEventListener("click", () => {
      for (const name of ["query", ...SELECTS]) state[name] = "";
      at("query").value = "";
      board.show();
    });
    at("unselect").addEventListener("click", () => { state.selected.clear(); board.show(); });
    at("grouped").addEventListener("change", (event) => board.choose("grouped", event.target.checked));
    at("more").addEventListener("click", board.showMore);
    at("column-fold").addEventListener("toggle", drawColumns);
    at("usual").addEventListener("click", () => board.choose("columns", null));
    at("x").addEventListener("change", (event) => board.choose("x", event.target.value));
    at("smooth").addEventListener("input", (event) => { state.smooth = Number(event.target.value); board.save(); board.drawCurves(); });
    addEventListener("hashchange", () => { board.load(location.hash); board.show(); });
  };

  const given = JSON.parse(at("data").textContent);
  Object.assign(state, {live: given.live, curves: given.curves || null, folder: given.folder || ""});
  board.root = given.root;
  board.take(given);
  board.load(location.hash);
  for (const id of state.selected) if (!state.runs.has(id)) state.selected.delete(id);
  at("x").value = state.x;
  at("smooth").value = state.smooth;
  wire();
  board.show();
  board.follow();
})();
