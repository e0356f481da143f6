// A forecast: the end of the series, its next values, and the intervals around them.

import { brief, chart, eachTarget, legend, short, table } from "./plot.js";

const SEEN = 3; // horizons of history in the chart
const FEWEST = 48; // points of it

export function fan(root, targets, read, answer) {
  eachTarget(root, targets, 0, (below, number) => {
    const name = targets[number], ahead = answer.predicted[name], levels = answer.quantiles[name];
    const shown = Math.min(read.history[number].length, Math.max(SEEN * ahead.length, FEWEST));
    const history = read.history[number].slice(-shown), bands = bandsOf(levels);
    const ending = brief(answer.times), times = brief([...read.times.slice(-shown).map(String), ...answer.times.map(String)]);
    const said = (place) => (place < shown ? short(history[place]) : told(place - shown, ahead, bands));
    legend(below, [["s1", "observed"], ["s0", "forecast"], ...around(bands)]);
    chart(below, title(name, ahead, ending), 280, {
      count: times.length,
      values: [...history, ...ahead, ...bands.flatMap((one) => [...one.low, ...one.high])],
      draw: (plot) => drawn(plot, times, history, ahead, bands),
      say: (place) => `${times[place]}: ${said(place)}`,
    });
    const columns = Object.keys(levels);
    const rows = ending.map((time, step) => [time, short(ahead[step]), ...columns.map((one) => short(levels[one][step]))]);
    table(below, `The next ${ahead.length} values of ${name}`, ["time", "forecast", ...columns.map((one) => `${short(100 * one)} %`)], rows);
  });
}

function around(bands) {
  const percents = bands.map((one) => one.percent).reverse().join(", ");
  return bands.length ? [["soft s0", `${percents} % of the values`]] : [];
}

function title(name, ahead, times) {
  return `${name}: ${ahead.length} values from ${times[0]} to ${times.at(-1)}`;
}

function told(step, ahead, bands) {
  const around = bands.map((one) => `${one.percent} %: ${short(one.low[step])} to ${short(one.high[step])}`);
  return [short(ahead[step]), ...around].join("; ");
}

// Levels as far below a half as above it, the widest first.
function bandsOf(levels) {
  const found = [];
  for (const [level, low] of Object.entries(levels)) {
    const other = Object.keys(levels).find((one) => Math.abs(Number(one) + Number(level) - 1) < 1e-9);
    if (Number(level) < 0.5 && other) {
      found.push({ percent: short(100 * (other - level)), low, high: levels[other] });
    }
  }
  return found;
}

function drawn(plot, times, history, ahead, bands) {
  const before = history.length;
  plot.axes(times);
  for (const { low, high } of bands) plot.band("area s0", ahead.map((_, step) => [before + step, low[step], high[step]]));
  plot.upright("now", before - 0.5);
  plot.line("s1", history.map((value, place) => [place, value]));
  plot.line("main s0", ahead.map((value, step) => [before + step, value]));
}
