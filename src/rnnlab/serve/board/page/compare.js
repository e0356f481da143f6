// The selected runs beside each other: settings that differ, metrics with intervals, errors.
(() => {
  const {made, at} = board;
  const MOST = 12;
  const held = new Map(); // id to {row, scores}
  let asking = false;

  const fetchScores = async (rows) => {
    const missing = rows.filter((row) => row.status === "finished" && !(held.has(row.id) && held.get(row.id).row === row));
    if (!missing.length || asking || !board.state.live) return;
    asking = true;
    try {
      for (const row of missing) { // one by one: an interval may take a second
        const found = await board.ask("/api/scores?" + new URLSearchParams({run: row.id}));
        held.set(row.id, {row, scores: found[row.id] || {}});
      }
    } catch (error) {
      return board.problem(error.message);
    } finally {
      asking = false;
    }
    board.drawCompare();
  };

  const interval = (row, name) => {
    const found = (held.get(row.id) || {scores: {}}).scores[name];
    return found ? made("span", {class: "dim"}, ` ${board.number(found[0])} to ${board.number(found[1])}`) : "";
  };

  const heads = (rows, first) => made("thead", {}, made("tr", {}, made("th", {scope: "col", class: "word"}, first), ...rows.map((row, index) =>
    made("th", {scope: "col"}, made("i", {class: "swatch s" + index % 8}), board.nameOf(row)))));

  const tableOf = (rows, first, lines, caption) => made("div", {class: "wide", tabindex: 0, role: "group", "aria-label": caption},
    made("table", {}, made("caption", {}, caption), heads(rows, first), made("tbody", {}, ...lines)));

  const settings = (rows) => board.differing(rows).concat(["seed", "model", "task", "parameters", "seconds"].filter((key) => board.differs(rows, key)))
    .map((key) => made("tr", {}, made("th", {scope: "row", class: "word"}, key), ...rows.map((row) => {
      const value = board.value(row, key);
      return made("td", {}, key === "seconds" ? board.duration(value) : board.brief(value));
    })));

  const byClass = /\/(precision|recall|f1)_/;

  const metricLine = (rows, name) => {
    const values = rows.map((row) => row.metrics[name]), numbers = values.filter(board.isNumber);
    const best = numbers.length > 1 ? (board.lowerIsBetter(name) ? Math.min : Math.max)(...numbers) : null;
    return made("tr", {}, made("th", {scope: "row", class: "word"}, name), ...rows.map((row, index) =>
      made("td", {class: values[index] === best && best !== null ? "best" : ""}, board.number(values[index]), interval(row, name))));
  };

  const metrics = (rows) => {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row.metrics)))];
    const main = new Set(board.mainMetrics(rows));
    return names.filter((name) => !byClass.test(name) || main.has(name)).sort((a, b) => main.has(b) - main.has(a)).map((name) => metricLine(rows, name));
  };

  const links = (rows) => {
    const typed = "rnnlab report " + rows.map((row) => (board.state.folder ? board.state.folder + "/" : "") + row.id).join(" ");
    if (!board.state.live) return made("p", {class: "note"}, "Paired tests and everything else: ", made("code", {}, typed));
    const target = "/compare?" + new URLSearchParams(rows.map((row) => ["run", row.id]));
    return made("p", {class: "note"}, made("a", {href: target, target: "_blank", rel: "noopener"}, `Full comparison of these ${rows.length} runs`), ": means over seeds, paired tests, all charts");
  };

  board.drawCompare = () => {
    const rows = [...board.state.selected].map((id) => board.state.runs.get(id)).filter(Boolean), place = at("compared");
    if (rows.length < 2) return place.replaceChildren(made("p", {class: "note"}, "Select two or more runs in the table, or by a click on their lines."));
    const shown = rows.slice(0, MOST), left = rows.length - shown.length;
    const differ = settings(shown), measured = metrics(shown);
    fetchScores(shown);
    return place.replaceChildren(
      links(rows),
      left > 0 ? made("p", {class: "small"}, `The first ${MOST} of ${rows.length}.`) : "",
      differ.length ? tableOf(shown, "setting", differ, "Settings that differ") : made("p", {}, "No setting differs."),
      measured.length ? tableOf(shown, "metric", measured, "Metrics, with 95 % intervals over the test rows where there are any; the best in bold") : made("p", {}, "Nothing was measured."),
    );
  };
})();
