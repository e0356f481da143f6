// A line chart with the values of all curves under the pointer and the arrow keys.
(() => {
  const {made, drawn} = board;
  const WIDTH = 380, HEIGHT = 240, LEFT = 52, RIGHT = 12, TOP = 10, BOTTOM = 38;
  const FLOOR = HEIGHT - BOTTOM;

  const words = (x, y, said, anchor = "middle") => drawn("text", {x, y, "text-anchor": anchor}, said);

  // Values above zero whose largest is far above most of them are shown by ratios.
  const isWide = (values) => {
    const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
    return sorted.length > 1 && sorted[0] > 0 && sorted[sorted.length - 1] > 50 * sorted[Math.floor(sorted.length / 2)];
  };

  const axes = (x, y, across, down, name) => {
    const parts = [drawn("line", {class: "axis", x1: LEFT, y1: FLOOR, x2: WIDTH - RIGHT, y2: FLOOR})];
    for (const value of board.ticks(y)) {
      const place = down(value).toFixed(1);
      parts.push(drawn("line", {class: "grid", x1: LEFT, y1: place, x2: WIDTH - RIGHT, y2: place}));
      parts.push(words(LEFT - 6, Number(place) + 3.5, board.short(value), "end"));
    }
    for (const value of board.ticks(x)) parts.push(words(across(value).toFixed(1), FLOOR + 15, board.short(value)));
    return [...parts, words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, name)];
  };

  const path = (points, across, down) => {
    let pen = "M", found = "";
    for (const [x, y] of points) {
      if (y === null) pen = "M";
      else {
        found += `${pen}${across(x).toFixed(1)} ${down(y).toFixed(1)}`;
        pen = "L";
      }
    }
    return found;
  };

  // The last value of a curve at or before x; null before its first.
  const valueAt = (points, x) => {
    let found = null;
    for (const [at, value] of points) {
      if (at > x) break;
      found = value;
    }
    return found;
  };

  const listen = (svg, series, name, across) => {
    const at = [...new Set(series.flatMap((one) => one.points.map((point) => point[0])))].sort((a, b) => a - b);
    const cursor = drawn("line", {class: "cursor", y1: TOP, y2: FLOOR, visibility: "hidden"});
    svg.append(cursor);
    let place = at.length - 1;
    const show = (index, x, y) => {
      place = index;
      const left = across(at[index]).toFixed(1);
      for (const end of ["x1", "x2"]) cursor.setAttribute(end, left);
      cursor.setAttribute("visibility", "visible");
      const found = series.map((one) => [one, valueAt(one.points, at[index])]).filter((pair) => pair[1] !== null);
      const lines = found.map(([one, value]) => made("div", {}, made("i", {class: "swatch " + one.look}), `${one.name}  ${board.number(value)}`));
      board.tip([made("b", {}, `${name} ${board.short(at[index])}`), ...lines.slice(0, 24)], x, y);
    };
    const hide = () => {
      board.tip(null);
      cursor.setAttribute("visibility", "hidden");
    };
    svg.addEventListener("pointermove", (event) => {
      const frame = svg.getBoundingClientRect(), x = (event.clientX - frame.left) * WIDTH / frame.width;
      let best = 0;
      at.forEach((value, index) => { if (Math.abs(across(value) - x) < Math.abs(across(at[best]) - x)) best = index; });
      show(best, event.clientX, event.clientY);
    });
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("blur", hide);
    svg.addEventListener("keydown", (event) => {
      const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (!step) return;
      event.preventDefault();
      const frame = svg.getBoundingClientRect(), next = Math.max(0, Math.min(at.length - 1, place + step));
      show(next, frame.left + across(at[next]) * frame.width / WIDTH, frame.top + frame.height / 3);
    });
  };

  // A figure of several curves: [{name, look, points: [[x, y], ...]}] with x rising; y may be null.
  board.lineChart = (title, series, name) => {
    const values = series.flatMap((one) => one.points.map((point) => point[1]).filter((value) => value !== null));
    const wide = isWide(values), last = Math.max(...series.map((one) => one.points[one.points.length - 1][0]), 1e-9);
    const x = {low: 0, high: last * 1.02, isLog: false, place: (value) => value / (last * 1.02)}, y = board.scale(values, wide);
    const across = (value) => LEFT + x.place(value) * (WIDTH - LEFT - RIGHT);
    const down = (value) => FLOOR - Math.min(Math.max(y.place(value), -0.02), 1.02) * (FLOOR - TOP);
    const said = title + (wide ? " (log scale)" : "");
    const svg = drawn("svg", {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", tabindex: 0, "aria-label": `${said} of ${series.length} runs`, "data-focus": "chart " + title},
      ...axes(x, y, across, down, name));
    for (const one of series) {
      if (one.points.length > 1) svg.append(drawn("path", {class: "line " + one.look, d: path(one.points, across, down)}));
      if (one.points.length > 24) continue;
      for (const [at, value] of one.points) {
        if (value !== null) svg.append(drawn("circle", {class: "dot " + one.look, cx: across(at).toFixed(1), cy: down(value).toFixed(1), r: one.points.length > 1 ? 2.4 : 4}));
      }
    }
    listen(svg, series, name, across);
    return made("figure", {class: "chart"}, made("figcaption", {}, said), svg);
  };
})();
