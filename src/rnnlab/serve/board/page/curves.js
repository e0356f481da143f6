// Learning curves of the selected runs, or of the first ones in the table.
(() => {
  const {made, at} = board;
  const FIRST = 8, MOST = 24, MOST_CHARTS = 3;
  const held = new Map(); // id to {row, curves}: curves as they were when the run had this row
  let asking = false;

  // The runs that charts and comparison are about.
  board.chosenRuns = (lines) => {
    const selected = [...board.state.selected].map((id) => board.state.runs.get(id)).filter(Boolean);
    if (selected.length) return selected.slice(0, MOST);
    return lines.slice(0, FIRST).flatMap((line) => line.runs).slice(0, FIRST);
  };

  const fresh = (row) => held.has(row.id) && held.get(row.id).row === row;

  const fetchMissing = async (rows) => {
    const missing = rows.filter((row) => !fresh(row));
    if (!missing.length || asking || !board.state.live) return;
    asking = true;
    try {
      const found = await board.ask("/api/curves?" + new URLSearchParams(missing.map((row) => ["run", row.id])));
      for (const row of missing) held.set(row.id, {row, curves: found[row.id] || {}});
    } catch (error) {
      return board.problem(error.message); // the next change asks again
    } finally {
      asking = false;
    }
    board.drawCurves();
  };

  const curvesOf = (row) => (board.state.live ? (held.get(row.id) || {curves: {}}).curves : board.state.curves[row.id] || {});

  // How far along the axis a step is: itself, its epoch or the minutes of training, where they are known.
  const along = (row, last) => {
    if (board.state.x === "epoch") return last ? (row.epochs || row.epoch || 0) / last : 0;
    if (board.state.x === "minutes") return row.training_seconds && row.steps ? row.training_seconds / row.steps / 60 : 0;
    return 1;
  };

  const smoothed = (values) => {
    const keep = board.state.smooth;
    let mean = null;
    return values.map((value) => {
      if (value === null || !keep) return value;
      mean = mean === null ? value : keep * mean + (1 - keep) * value;
      return mean;
    });
  };

  const series = (rows, name) => rows.flatMap((row, index) => {
    const curves = curvesOf(row), curve = curves[name];
    if (!curve || !curve[0].length) return [];
    const last = Math.max(...Object.values(curves).map((one) => one[0][one[0].length - 1] || 0));
    const factor = along(row, last);
    if (!factor) return [];
    const values = smoothed(curve[1]);
    return [{name: board.nameOf(row), look: "s" + index % 8 + (index >= 8 ? " dashed" : ""), points: curve[0].map((step, i) => [step * factor, values[i]])}];
  });

  const order = (name) => (name.startsWith("val/") ? 0 : name.startsWith("train/") ? 1 : 2);

  const available = (rows) => {
    const names = new Set(rows.flatMap((row) => Object.keys(curvesOf(row))));
    const main = new Set(board.mainMetrics(rows).concat("val/loss", "train/loss"));
    const rank = (name) => (main.has(name) ? 0 : 4) + order(name);
    return [...names].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  };

  const choice = (names, shown) => names.map((name) => made("label", {class: "option"},
    made("input", {type: "checkbox", "data-focus": "curve " + name, checked: shown.includes(name), onchange: (event) => {
      const kept = shown.filter((one) => one !== name);
      board.state.metrics = event.target.checked ? [...kept, name] : kept;
      board.save();
      board.drawCurves();
      board.focusOn("curve " + name);
    }}), name));

  const legend = (rows) => made("div", {class: "legend"}, ...rows.map((row, index) =>
    made("span", {}, made("i", {class: "swatch s" + index % 8 + (index >= 8 ? " dashed" : "")}), board.nameOf(row))));

  board.drawCurves = () => {
    const rows = board.current.chosen, names = available(rows);
    const shown = board.state.metrics ? board.state.metrics.filter((name) => names.includes(name)) : names.slice(0, MOST_CHARTS);
    const label = {step: "step", epoch: "epoch", minutes: "minutes"}[board.state.x];
    const charts = shown.map((name) => [name, series(rows, name)]).filter((pair) => pair[1].length).map(([name, found]) => board.lineChart(name, found, label));
    const isReading = board.state.live && rows.some((row) => !fresh(row));
    at("curve-note").textContent = board.state.selected.size ? "of the selected runs" : `of the first ${rows.length} runs; select runs in the table to choose`;
    at("curve-legend").replaceChildren(legend(rows));
    at("curve-charts").replaceChildren(...(charts.length ? charts : [made("p", {class: "note"}, isReading ? "Reading …" : "Nothing has been logged that these axes can show.")]));
    at("curve-names").replaceChildren(...choice(names, shown));
    fetchMissing(rows);
  };
})();
