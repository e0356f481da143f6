// The table of runs.
(() => {
  const {made} = board;
  const MOST = 200; // lines that are drawn at first
  const KINDS = {finished: "good", failed: "bad", broken: "bad", killed: "bad"};
  const HEADS = {seconds: "time", parameters: "parameters", started: "started"};
  let most = MOST;

  board.reportLink = (row) => {
    if (board.state.live) return "/report?" + new URLSearchParams({run: row.id});
    if (!row.report) return null;
    return [board.state.folder, ...row.id.split("/"), "report.html"].map((part) => part === board.state.folder ? part : encodeURIComponent(part)).join("/");
  };

  board.colourOf = (id) => {
    const place = board.shownRuns().findIndex((row) => row.id === id);
    return place < 0 ? null : "s" + place % 8;
  };

  board.statusBadge = (row) => made("span", {class: "status " + (KINDS[row.status] || "other"), title: row.error || false}, row.status);

  const progressed = (row) => {
    if (row.status === "finished" || row.step === undefined) return "";
    const of = board.numeric(board.value(row, "trainer.max_epochs"));
    return made("span", {class: "dim"}, ` epoch ${row.epoch}${of > 0 ? " of " + of : ""}, step ${row.step.toLocaleString("en")}`);
  };

  const nameCell = (line) => {
    const row = line.runs[0], link = line.runs.length === 1 ? board.reportLink(row) : null;
    const words = line.runs.length === 1 ? row.id : `${line.runs.length} seeds of ${row.task} ${row.model}`;
    const name = link ? made("a", {href: link, target: "_blank", rel: "noopener"}, words) : made("span", {}, words);
    const below = row.error ? made("span", {class: "why"}, row.error) : "";
    return made("th", {scope: "row", class: "word run"}, name, below);
  };

  const metricCell = (line, key) => {
    const row = line.runs[0], value = board.lineValue(line, key);
    const cell = made("td", {class: board.isSoFar(row, key) ? "sofar" : "", title: board.isSoFar(row, key) ? "so far" : false}, board.number(value));
    if (line.runs.length > 1 && board.isNumber(value)) {
      const {half} = board.spread(line.runs.map((one) => board.value(one, key)).filter(board.isNumber));
      if (half !== null) cell.append(made("span", {class: "dim"}, " ± " + board.number(half)));
    }
    return cell;
  };

  const cell = (line, key) => {
    const row = line.runs[0];
    if (key === "status") return made("td", {class: "word"}, board.statusBadge(row), progressed(row));
    if (board.isMetric(key)) return metricCell(line, key);
    const value = board.lineValue(line, key);
    if (key === "seconds") return made("td", {}, board.duration(row.status === "running" ? (Date.now() - row.started) / 1000 : value));
    if (key === "started") return made("td", {}, board.when(value));
    if (key === "parameters") return made("td", {}, value === undefined ? "–" : board.short(value));
    return made("td", {class: "word"}, board.brief(value));
  };

  const checkbox = (line) => {
    const ids = line.runs.map((row) => row.id), look = board.colourOf(line.id);
    const box = made("input", {type: "checkbox", "aria-label": "select " + line.id, "data-focus": "select " + line.id, onchange: () => {
      for (const id of ids) box.checked ? board.state.selected.add(id) : board.state.selected.delete(id);
      board.show();
    }});
    box.checked = ids.every((id) => board.state.selected.has(id));
    const swatch = look ? made("i", {class: "swatch " + look}) : "";
    return made("td", {class: "pick"}, made("label", {}, box, swatch));
  };

  const head = (key) => {
    const {sort, down} = board.state;
    const isWord = !board.isMetric(key) && !["seconds", "started", "parameters"].includes(key);
    return made("th", {scope: "col", class: isWord ? "word" : false, "aria-sort": sort === key ? (down ? "descending" : "ascending") : false},
      made("button", {type: "button", "data-focus": "sort " + key, onclick: () => board.sortBy(key)}, HEADS[key] || key));
  };

  board.sortBy = (key) => {
    const state = board.state, first = key === "started" || (board.isMetric(key) && !board.lowerIsBetter(key));
    state.down = state.sort === key ? !state.down : first;
    state.sort = key;
    board.show();
  };

  const everything = (lines) => {
    const ids = lines.flatMap((line) => line.runs.map((row) => row.id));
    const box = made("input", {type: "checkbox", "aria-label": "select all runs that are shown", "data-focus": "select all", onchange: () => {
      for (const id of ids) box.checked ? board.state.selected.add(id) : board.state.selected.delete(id);
      board.show();
    }});
    const count = ids.filter((id) => board.state.selected.has(id)).length;
    box.checked = count > 0 && count === ids.length;
    box.indeterminate = count > 0 && count < ids.length;
    return box;
  };

  board.drawTable = (lines, columns) => {
    const heads = made("tr", {}, made("th", {scope: "col", class: "pick"}, everything(lines)), head("id"), ...columns.map(head));
    heads.children[1].querySelector("button").textContent = "run";
    const body = lines.slice(0, most).map((line) =>
      made("tr", {class: line.runs.some((row) => board.state.selected.has(row.id)) ? "on" : ""}, checkbox(line), nameCell(line), ...columns.map((key) => cell(line, key))));
    board.at("table").replaceChildren(made("thead", {}, heads), made("tbody", {}, ...body));
    const left = lines.length - most, more = board.at("more");
    more.hidden = left <= 0;
    more.textContent = `Show ${left.toLocaleString("en")} more`;
  };

  board.showMore = () => {
    most += 5 * MOST;
    board.show();
  };
})();
