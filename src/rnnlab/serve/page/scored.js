// Points with their scores and alarms: values above, scores and the threshold below.

import { brief, chart, eachTarget, element, isNumber, legend, short, table } from "./plot.js";

const MOST = 200; // rows of the table of alarms

export function scored(root, targets, read, answer) {
  const { scores, alarms, blamed, threshold } = answer, times = brief(read.times);
  const places = alarms.flatMap((alarm, place) => (alarm ? [place] : []));
  const counted = `${places.length} ${places.length === 1 ? "alarm" : "alarms"} in ${scores.length} points`;
  root.append(element("p", "verdict", counted));
  legend(root, [["s1", "values"], ["alarm", "alarm"], ["s0", "score"], ["limit", `threshold ${short(threshold)}`]]);
  const first = Math.max(0, targets.indexOf(blamed[places[0]]));
  eachTarget(root, targets, first, (below, number) => {
    const values = read.history[number], name = targets[number];
    const say = (place) => `${times[place]}: ${short(values[place])}; score ${short(scores[place])}`;
    chart(below, `${name}: ${counted}`, 220, {
      count: times.length,
      values,
      draw: (plot) => {
        plot.axes(times);
        plot.line("s1", values.map((value, place) => [place, value]));
        for (const place of places) plot.dot("alarm", place, values[place]);
      },
      say,
    });
    chart(below, "score", 150, {
      count: times.length,
      values: [...scores, threshold, 0],
      draw: (plot) => {
        plot.axes(times);
        plot.line("limit", [[0, threshold], [times.length - 1, threshold]]);
        plot.line("s0", scores.map((score, place) => [place, score]));
        for (const place of places) plot.dot("alarm", place, scores[place]);
      },
      say,
    });
  });
  if (!places.length) {
    const highest = Math.max(...scores.filter(isNumber));
    root.append(element("p", "quiet", Number.isFinite(highest) ? `The highest score is ${short(highest)}.` : "Nothing was scored yet."));
    return;
  }
  const left = places.length - MOST;
  const rows = places.slice(0, MOST).map((place) => [times[place], short(scores[place]), blamed[place]]);
  table(root, left > 0 ? `The first ${MOST} of ${places.length} alarms` : "Alarms", ["time", "score", "blamed"], rows);
}
