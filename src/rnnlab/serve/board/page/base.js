// What all parts of the board share: elements, numbers in words, places on an axis.
const board = {};
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const filled = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  };

  board.at = (id) => document.getElementById(id);
  board.made = (tag, attributes = {}, ...children) =>
    filled(document.createElement(tag), attributes, children);
  board.drawn = (tag, attributes = {}, ...children) =>
    filled(document.createElementNS(SVG, tag), attributes, children);

  board.isNumber = (value) => typeof value === "number" && Number.isFinite(value);

  // The number that a setting or metric stands for; NaN for words, lists and nothing.
  board.numeric = (value) => {
    if (typeof value === "number") return value;
    return typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
  };

  board.number = (value) => {
    if (value === null || value === undefined) return "–";
    if (!board.isNumber(value)) return String(value);
    const size = Math.abs(value);
    if (size >= 1000) return value.toLocaleString("en", {maximumFractionDigits: 0});
    return (size > 0 && size < 0.001 ? value.toExponential(2) : value.toFixed(4)).replace("-", "−");
  };

  // A setting's value: short as typed, a long number with four significant digits.
  board.brief = (value) => {
    if (value === null || value === undefined || value === "") return "–";
    const found = board.numeric(value);
    return String(value).length > 7 && Number.isFinite(found) ? String(Number(found.toPrecision(4))) : String(value);
  };

  board.short = (value) => {
    const size = Math.abs(value);
    if (size >= 1e6) return Number((value / 1e6).toPrecision(3)) + "M";
    if (size >= 1e4) return Number((value / 1e3).toPrecision(3)) + "k";
    if (size > 0 && size < 1e-3) return value.toExponential(0).replace("-", "−");
    return String(Number(value.toPrecision(4))).replace("-", "−");
  };

  board.duration = (seconds) => {
    if (!board.isNumber(seconds)) return "–";
    if (seconds < 60) return seconds.toFixed(1) + " s";
    const minutes = Math.floor(Math.round(seconds) / 60), rest = Math.round(seconds) % 60;
    if (minutes < 60) return `${minutes} min ${String(rest).padStart(2, "0")} s`;
    return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  };

  board.when = (ms) => {
    const at = new Date(ms), two = (part) => String(part).padStart(2, "0");
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  };

  // A scale from low (place 0) to high (place 1) that holds all values, with some room at both ends.
  board.scale = (values, isLog = false, room = 0.05) => {
    const finite = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0));
    const to = isLog ? Math.log10 : (value) => value, back = isLog ? (value) => 10 ** value : (value) => value;
    let low = finite.length ? to(finite.reduce((a, b) => Math.min(a, b))) : 0;
    let high = finite.length ? to(finite.reduce((a, b) => Math.max(a, b))) : 1;
    const spread = high - low || (isLog ? 0.2 : Math.abs(high) || 1);
    low -= room * spread;
    high += room * spread;
    return {low: back(low), high: back(high), isLog, place: (value) => (to(value) - low) / (high - low)};
  };

  board.ticks = (scale, most = 5) => {
    if (scale.isLog && scale.high / scale.low >= 30) {
      const first = Math.ceil(Math.log10(scale.low) - 1e-9), last = Math.floor(Math.log10(scale.high) + 1e-9);
      const every = Math.max(1, Math.ceil((last - first + 1) / most));
      return Array.from({length: last - first + 1}, (_, index) => 10 ** (first + index)).filter((_, i) => i % every === 0);
    }
    const rough = (scale.high - scale.low) / most, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((size) => size * power).find((size) => size >= rough * 0.999);
    const found = [];
    for (let index = Math.ceil(scale.low / step - 1e-9); index * step <= scale.high + 1e-9 * step; index++) {
      found.push(Number((index * step).toPrecision(12)));
    }
    return found;
  };

  // Under the pointer or beside a focused chart: lines of words, hidden by board.tip(null).
  board.tip = (lines, x, y) => {
    const tip = board.at("tip");
    tip.hidden = lines === null;
    if (lines === null) return;
    tip.replaceChildren(...lines);
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - box.width - 6)) + "px";
    tip.style.top = Math.max(4, Math.min(y + 14, innerHeight - box.height - 6)) + "px";
  };
})();
