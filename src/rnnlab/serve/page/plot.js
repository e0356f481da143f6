// A chart as SVG in pixels of its place, drawn again when that grows or shrinks; its colours are the page's.

const SPACE = "http://www.w3.org/2000/svg";
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 14, 12, 26];
export const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
export const short = (value) => (isNumber(value) ? String(Number(value.toPrecision(5))) : "");

// Times without their seconds, where all of them have none.
export function brief(times) {
  const whole = times.every((time) => /\d:\d\d:00$/.test(time));
  return whole ? times.map((time) => time.slice(0, -3)) : times;
}

export class Plot {
  // lows and highs of y are those of all `values`; x counts points from 0.
  constructor(svg, width, height, count, values) {
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren();
    Object.assign(this, { svg, width, height, count });
    const finite = values.filter(isNumber);
    const [low, high] = finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    [this.low, this.high] = [low - room, high + room];
  }

  across(place) {
    return LEFT + (place / Math.max(this.count - 1, 1)) * (this.width - LEFT - RIGHT);
  }

  down(value) {
    return TOP + ((this.high - value) / (this.high - this.low)) * (this.height - TOP - BOTTOM);
  }

  // The point of x that is nearest to a place on the screen.
  nearest(screen) {
    const share = (screen - this.svg.getBoundingClientRect().left - LEFT) / (this.width - LEFT - RIGHT);
    return Math.min(Math.max(Math.round(share * (this.count - 1)), 0), this.count - 1);
  }

  axes(names) {
    for (const value of ticks(this.low, this.high)) {
      this.straight("gridline", LEFT, this.down(value), this.width - RIGHT, this.down(value));
      this.words(LEFT - 7, this.down(value) + 4, short(value), "end");
    }
    const longest = Math.max(...names.map((name) => String(name).length));
    const most = Math.max(2, Math.min(5, Math.floor((this.width - LEFT) / (longest * 7 + 24))));
    const places = [...new Set(Array.from({ length: most }, (_, number) => Math.round((number * (this.count - 1)) / (most - 1))))];
    places.forEach((place, number) => {
      const anchor = number === 0 ? "start" : number === places.length - 1 ? "end" : "middle";
      this.words(this.across(place), this.height - 7, String(names[place]), anchor);
    });
  }

  // A line through points [x, y]; one without a number interrupts it.
  line(kind, points) {
    let path = "", pen = "M";
    for (const [place, value] of points) {
      if (!isNumber(value)) pen = "M";
      else {
        path += `${pen}${this.across(place).toFixed(1)} ${this.down(value).toFixed(1)}`;
        pen = "L";
      }
    }
    this.add("path", { class: kind, d: path });
  }

  band(kind, points) {
    const side = (end) => points.map((one) => `${this.across(one[0]).toFixed(1)},${this.down(one[end]).toFixed(1)}`);
    this.add("polygon", { class: kind, points: [...side(2), ...side(1).reverse()].join(" ") });
  }

  dot(kind, place, value) {
    if (isNumber(value)) this.add("circle", { class: kind, cx: this.across(place), cy: this.down(value), r: 3.5 });
  }

  straight(kind, x1, y1, x2, y2) {
    this.add("line", { class: kind, x1, y1, x2, y2 });
  }

  upright(kind, place) {
    this.straight(kind, this.across(place), TOP, this.across(place), this.height - BOTTOM);
  }

  words(x, y, text, anchor) {
    this.add("text", { x, y, "text-anchor": anchor }).textContent = text;
  }

  add(tag, attributes) {
    const made = document.createElementNS(SPACE, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    this.svg.append(made);
    return made;
  }
}

function ticks(low, high) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((size) => size * power).find((size) => size >= rough * 0.999);
  const first = Math.ceil(low / step), found = [];
  for (let number = first; number * step <= high; number += 1) found.push(Number((number * step).toPrecision(12)));
  return found;
}

// Add a chart: draw(plot) draws it, say(place) is what stands below it for the point under the pointer.
export function chart(root, title, height, { count, values, draw, say }) {
  const figure = element("figure", "plot"), said = element("p", "quiet said");
  const svg = document.createElementNS(SPACE, "svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title);
  figure.append(element("figcaption", "quiet", title), svg, said);
  root.append(figure);
  let plot = null;
  const paint = () => {
    if (!figure.clientWidth || plot?.width === figure.clientWidth) return;
    plot = new Plot(svg, figure.clientWidth, height, count, values);
    svg.style.height = `${height}px`;
    draw(plot);
  };
  svg.addEventListener("pointermove", (event) => (said.textContent = say(plot.nearest(event.clientX))));
  svg.addEventListener("pointerleave", () => (said.textContent = ""));
  new ResizeObserver(paint).observe(figure);
  paint();
}

export function legend(root, names) {
  const line = element("div", "legend");
  for (const [kind, name] of names) {
    const one = element("span");
    one.append(element("i", `swatch ${kind}`), name);
    line.append(one);
  }
  root.append(line);
}

// Add a table that scrolls by itself; `caption` names it.
export function table(root, caption, names, rows) {
  const made = element("table"), wide = element("div", "wide");
  const head = element("tr"), top = element("thead"), body = element("tbody");
  head.append(...names.map((name) => Object.assign(element("th", "", name), { scope: "col" })));
  top.append(head);
  made.append(element("caption", "", caption), top, body);
  for (const cells of rows) {
    const row = element("tr");
    row.append(...cells.map((cell) => element("td", "", cell)));
    body.append(row);
  }
  wide.tabIndex = 0;
  wide.setAttribute("role", "group");
  wide.setAttribute("aria-label", caption);
  wide.append(made);
  root.append(wide);
}

// Add a choice of the target that is drawn, where there are several; draw(number) fills what stands below it.
export function eachTarget(root, targets, first, draw) {
  const below = element("div", "below");
  const redraw = (number) => {
    below.replaceChildren();
    draw(below, number);
  };
  if (targets.length > 1) {
    const label = element("label", "", "Shown "), select = element("select");
    targets.forEach((name, number) => select.add(new Option(name, number)));
    select.value = first;
    select.addEventListener("change", () => redraw(Number(select.value)));
    label.append(select);
    root.append(label);
  }
  root.append(below);
  redraw(first);
}

export function element(tag, kind = "", text = "") {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  made.textContent = text;
  return made;
}
