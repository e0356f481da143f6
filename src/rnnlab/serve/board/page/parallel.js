// Parallel coordinates: a line a run through its settings to its result, stronger in colour for better results.
(() => {
  const {made, drawn, at} = board;
  const TOP = 40, FLOOR = 290, SIDE = 66, LEAST = 120, MOST_AXES = 8, MOST_LINES = 1000, MOST_CHOICES = 14;

  // An axis: the place of a value, 0 to 1, its ticks [[place, words, value]], and a number's scale for brushing.
  const axisOf = (key, values) => {
    const numbers = values.map(board.numeric), distinct = [...new Set(values.filter((value) => value !== undefined).map(String))];
    const known = numbers.filter(Number.isFinite);
    if (known.length === values.filter((value) => value !== undefined).length && (distinct.length > 2 || board.isMetric(key))) {
      const low = Math.min(...known), high = Math.max(...known);
      const scale = board.scale(known, low > 0 && high / low > 20);
      const ticks = board.ticks(scale).map((value) => [scale.place(value), board.short(value), null]);
      return {key, scale, ticks, place: (value) => (Number.isFinite(board.numeric(value)) ? scale.place(board.numeric(value)) : null)};
    }
    const order = distinct.sort((a, b) => a.localeCompare(b, "en", {numeric: true}));
    const places = new Map(order.map((value, index) => [value, (index + 0.5) / order.length]));
    const ticks = order.length > MOST_CHOICES ? [] : order.map((value) => [places.get(value), value.length > 16 ? value.slice(0, 15) + "…" : value, value]);
    return {key, scale: null, ticks, place: (value) => (value === undefined ? null : places.get(String(value)))};
  };

  const down = (place) => FLOOR - place * (FLOOR - TOP);

  // Dragging along a number's axis writes its range into the filter; a click on a choice writes that choice.
  const brush = (svg, axis, x) => {
    const zone = drawn("rect", {class: "zone", x: x - 14, y: TOP - 6, width: 28, height: FLOOR - TOP + 12});
    const mark = drawn("rect", {class: "brush", x: x - 7, width: 14, visibility: "hidden"});
    const box = svg.viewBox.baseVal;
    const placeOf = (event) => {
      const frame = svg.getBoundingClientRect(), y = (event.clientY - frame.top) * box.height / frame.height;
      return Math.min(Math.max((FLOOR - y) / (FLOOR - TOP), 0), 1);
    };
    let start = null;
    zone.addEventListener("pointerdown", (event) => {
      start = placeOf(event);
      zone.setPointerCapture(event.pointerId);
    });
    zone.addEventListener("pointermove", (event) => {
      if (start === null) return;
      const [low, high] = [start, placeOf(event)].sort((a, b) => a - b);
      mark.setAttribute("visibility", "visible");
      mark.setAttribute("y", down(high));
      mark.setAttribute("height", Math.max(down(low) - down(high), 1));
    });
    zone.addEventListener("pointerup", (event) => {
      const ends = [start, placeOf(event)].sort((a, b) => a - b);
      start = null;
      if (ends[1] - ends[0] < 0.02) return mark.setAttribute("visibility", "hidden");
      const {low, high, isLog} = axis.scale;
      const value = (place) => Number((isLog ? low * (high / low) ** place : low + place * (high - low)).toPrecision(4));
      board.filterBy([[axis.key, ">=", value(ends[0])], [axis.key, "<=", value(ends[1])]]);
    });
    svg.append(mark, zone);
  };

  const drawAxis = (svg, axis, x) => {
    const name = axis.key.length < 22 ? axis.key : "…" + axis.key.slice(-20);
    svg.append(drawn("line", {class: "axis", x1: x, y1: TOP, x2: x, y2: FLOOR}), drawn("text", {x, y: 18, "text-anchor": "middle"}, name));
    if (axis.scale) brush(svg, axis, x);
    for (const [place, words, value] of axis.ticks) {
      const pick = value === null ? {} : {class: "halo choose", onclick: () => board.filterBy([[axis.key, "=", value]])};
      svg.append(drawn("text", {class: "halo", x: x + 6, y: down(place) + 3.5, ...pick}, words));
    }
  };

  const polyline = (row, axes, gap, share) => {
    const points = axes.map((axis, index) => [SIDE + gap * index, axis.place(board.value(row, axis.key))]).filter((point) => point[1] !== null);
    return drawn("polyline", {
      class: "through" + (board.state.selected.has(row.id) ? " on" : ""), "data-run": row.id, opacity: (0.15 + 0.8 * share ** 2).toFixed(2),
      "stroke-width": (1 + 1.4 * share ** 3).toFixed(2), points: points.map(([x, place]) => `${x.toFixed(0)},${down(place).toFixed(1)}`).join(" "),
    });
  };

  const tipOf = (row, axes) => [made("b", {}, board.nameOf(row)), ...axes.map((axis) => {
    const value = board.value(row, axis.key);
    return made("div", {}, `${axis.key}  ${board.isMetric(axis.key) ? board.number(value) : board.brief(value)}`);
  })];

  const toggle = (id) => {
    const {selected} = board.state;
    selected.has(id) ? selected.delete(id) : selected.add(id);
    board.show();
  };

  // The pointer and the arrow keys show a run's values; a click and Enter select it. rows: the best first.
  const listen = (svg, rows, axes) => {
    const byId = new Map(rows.map((row) => [row.id, row]));
    let place = -1;
    const mark = (id) => svg.querySelectorAll("polyline").forEach((line) => line.classList.toggle("at", line.dataset.run === id));
    svg.addEventListener("pointermove", (event) => {
      const id = event.target.dataset && event.target.dataset.run;
      board.tip(id ? tipOf(byId.get(id), axes) : null, event.clientX, event.clientY);
    });
    svg.addEventListener("pointerleave", () => board.tip(null));
    svg.addEventListener("click", (event) => { if (event.target.dataset.run) toggle(event.target.dataset.run); });
    svg.addEventListener("blur", () => { board.tip(null); mark(null); });
    svg.addEventListener("keydown", (event) => {
      const step = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1}[event.key];
      if (!step && !(event.key === "Enter" && place >= 0)) return;
      event.preventDefault();
      if (!step) return toggle(rows[place].id);
      place = Math.max(0, Math.min(rows.length - 1, place + step));
      const frame = svg.getBoundingClientRect();
      mark(rows[place].id);
      board.tip(tipOf(rows[place], axes), frame.left + 20, frame.top + 40);
    });
  };

  const objectives = (rows) => Object.keys(board.state.lower).filter((key) => rows.some((row) => board.isNumber(row.metrics[key])));

  board.objective = (rows) => {
    const names = objectives(rows);
    return names.includes(board.state.objective) ? board.state.objective : board.mainMetrics(rows).find((name) => names.includes(name)) || names[0];
  };

  board.drawParallel = () => {
    const {rows, columns} = board.current, key = board.objective(rows), place = at("parallel");
    board.options(at("objective"), objectives(rows), key, null);
    const done = rows.filter((row) => board.isNumber(board.value(row, key))).slice(0, MOST_LINES);
    const chosen = columns.filter((name) => !board.isMetric(name) && !["status", "seconds", "started", "seed", "sweep"].includes(name));
    const keys = done.length > 1 ? chosen.filter((name) => board.varies(done, name)).slice(0, MOST_AXES - 1) : [];
    if (!key || !keys.length) return place.replaceChildren(made("p", {class: "note"}, "Two or more runs with a result and with different settings are needed."));
    const axes = [...keys, key].map((name) => axisOf(name, done.map((row) => board.value(row, name))));
    const gap = Math.max(LEAST, 860 / keys.length), width = 2 * SIDE + gap * keys.length;
    const sign = board.lowerIsBetter(key) ? -1 : 1, values = done.map((row) => sign * board.value(row, key));
    const low = Math.min(...values), high = Math.max(...values);
    const best = done.map((row, index) => [row, high > low ? (values[index] - low) / (high - low) : 1]).sort((a, b) => b[1] - a[1]);
    const svg = drawn("svg", {viewBox: `0 0 ${width} ${FLOOR + 14}`, role: "img", tabindex: 0, "aria-label": `${key} of ${done.length} runs by ${keys.join(", ")}`, "data-focus": "parallel"});
    axes.forEach((axis, index) => drawAxis(svg, axis, SIDE + gap * index));
    svg.prepend(...[...best].reverse().map(([row, share]) => polyline(row, axes, gap, share)));
    listen(svg, best.map((pair) => pair[0]), axes);
    svg.style.minWidth = Math.min(width, 130 * keys.length + 120) + "px";
    return place.replaceChildren(made("div", {class: "wide"}, svg));
  };
})();
