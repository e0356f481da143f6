// What the page knows of the runs, and what its user has chosen; the choices stand in the address.
(() => {
  const SELECTS = ["task", "model", "status", "sweep"];
  const DEFAULT_SORT = "started";
  const state = board.state = {
    runs: new Map(), sweeps: [], base: {}, lower: {}, unread: 0, session: "", version: 0,
    live: false, folder: "", curves: null,
    query: "", task: "", model: "", status: "", sweep: "",
    sort: DEFAULT_SORT, down: true, grouped: false, columns: null, metrics: null, objective: "",
    selected: new Set(), x: "step", smooth: 0,
  };
  board.FACTS = ["task", "model", "status", "seed", "parameters", "seconds", "started", "sweep"];

  // Takes what the server says is new; whether anything is.
  board.take = (changes) => {
    if (changes.whole) state.runs.clear();
    for (const row of changes.runs) state.runs.set(row.id, row);
    for (const id of changes.gone) {
      state.runs.delete(id);
      state.selected.delete(id);
    }
    if (changes.base) state.base = changes.base;
    if (changes.sweeps) state.sweeps = changes.sweeps;
    const isNew = changes.whole || changes.version !== state.version || changes.unread !== state.unread;
    state.lower = changes.lower;
    state.unread = changes.unread;
    state.session = changes.session;
    state.version = changes.version;
    return isNew;
  };

  // A fact, metric or setting of a run by its key; undefined if the run has none.
  board.value = (row, key) => {
    if (key === "id") return row.id;
    if (key in row.metrics) return row.metrics[key];
    if (row.so_far && key in row.so_far) return row.so_far[key];
    if (board.FACTS.includes(key)) return row[key] === null || row[key] === "" ? undefined : row[key];
    const own = row.settings[key];
    if (own !== undefined && own !== null) return own;
    if (own === undefined && row.read && state.base[key] !== undefined) return state.base[key];
    return row.typed[key];
  };

  board.isMetric = (key) => key in state.lower;
  board.lowerIsBetter = (key) => state.lower[key] === true;

  // Whether a run has its value so far, from training, and no result yet.
  board.isSoFar = (row, key) => !(key in row.metrics) && Boolean(row.so_far) && key in row.so_far;

  board.load = (hash) => {
    const found = new URLSearchParams(hash.replace(/^#/, ""));
    for (const name of ["query", "objective", ...SELECTS]) state[name] = found.get(name) || "";
    state.sort = found.get("sort") || DEFAULT_SORT;
    state.down = found.get("order") ? found.get("order") === "down" : state.sort === DEFAULT_SORT;
    state.grouped = found.get("seeds") === "mean";
    state.columns = found.has("columns") ? found.getAll("columns").filter(Boolean) : null;
    state.metrics = found.has("curve") ? found.getAll("curve") : null;
    state.selected = new Set(found.getAll("run"));
    state.x = ["epoch", "minutes"].includes(found.get("x")) ? found.get("x") : "step";
    state.smooth = Math.min(Math.max(Number(found.get("smooth")) || 0, 0), 0.95);
  };

  board.save = () => {
    const kept = new URLSearchParams();
    for (const name of ["query", "objective", ...SELECTS]) if (state[name]) kept.set(name, state[name]);
    if (state.sort !== DEFAULT_SORT || !state.down) {
      kept.set("sort", state.sort);
      kept.set("order", state.down ? "down" : "up");
    }
    if (state.grouped) kept.set("seeds", "mean");
    if (state.columns) for (const key of state.columns.length ? state.columns : [""]) kept.append("columns", key);
    if (state.metrics) for (const name of state.metrics) kept.append("curve", name);
    for (const id of state.selected) kept.append("run", id);
    if (state.x !== "step") kept.set("x", state.x);
    if (state.smooth) kept.set("smooth", state.smooth);
    const hash = kept.toString();
    history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
  };
})();
