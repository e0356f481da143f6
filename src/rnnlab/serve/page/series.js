// A series as rows of a table, and what a run says of it: a forecast as a fan chart, or scores and alarms.

import { ask } from "./ask.js";
import { isTime, numberOf, parsed } from "./csv.js";
import { fan } from "./fan.js";
import { scored } from "./scored.js";

const TIMES = /^(time|date|datetime|timestamp|step|ds|t)$/i; // names of a column of times
const MOST = 5000; // rows that are sent: a forecast needs the last ones

export function seriesAnswerers(runs, problem) {
  if (!runs.length) return;
  document.getElementById("asking").hidden = false;
  for (const run of runs) document.getElementById("questions").append(card(run, problem));
}

function card(run, problem) {
  const content = document.getElementById("series").content.cloneNode(true);
  const find = (selector) => content.querySelector(selector);
  const root = find("article"), table = find("textarea"), file = find("input[type=file]");
  const ahead = find(".ahead"), which = find(".which");
  find("h3").textContent = run.name;
  find(".about").textContent = `${run.model} trained on ${run.task}`;
  find(".columns").textContent = wanted(run.series);
  table.value = run.series.example;
  ahead.hidden = !run.series.horizon;
  const { horizon } = run.series; // 0: a field that is hidden must not stop the form
  Object.assign(ahead.querySelector("input"), { value: horizon, max: horizon, disabled: !horizon });
  which.hidden = !run.series.names.length;
  for (const name of run.series.names) which.querySelector("select").add(new Option(name));
  file.addEventListener("change", async () => {
    if (file.files.length) table.value = await file.files[0].text();
  });
  let asking = null;
  find("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    asking?.abort();
    asking = new AbortController();
    try {
      const read = rowOf(parsed(table.value), run.series, which.querySelector("select").value);
      if (run.series.horizon) read.row.horizon = Number(ahead.querySelector("input").value);
      const asked = { run: run.name, values: [read.row] };
      const answer = (await (await ask("/predict", asked, asking.signal)).json()).predictions[0];
      show(root.querySelector(".drawn"), run, read, answer);
      problem(null);
    } catch (error) {
      if (error.name !== "AbortError") problem(error);
    }
  });
  return content;
}

function wanted({ targets, past, known, statics, dated }) {
  const more = [...past, ...known, ...statics];
  const columns = `Columns: ${[...targets, ...more].join(", ")}${dated ? "; a time before them, where there is one" : ""}.`;
  const ahead = known.length ? ` Rows of the future hold ${known.join(", ")} alone.` : "";
  return columns + ahead;
}

// Return the row for the service, and what the chart shows of it: times and values by target.
export function rowOf({ names, rows: all }, series, chosen) {
  const own = chosen ? all.filter((cells) => cells.includes(chosen)) : [];
  const rows = own.length ? own : all, used = rows.slice(-MOST), place = placesOf(names, used, series);
  const column = (name) => used.map((cells, row) => cellOf(cells[place[name]], name, rows.length - used.length + row));
  const values = series.targets.map(column);
  let count = used.length;
  while (count && series.known.length && values.every((one) => one[count - 1] === null)) count -= 1;
  const history = values.map((one) => one.slice(0, count));
  const row = { values: series.targets.length > 1 ? history[0].map((_, at) => history.map((one) => one[at])) : history[0] };
  if (series.past.length) row.past = Object.fromEntries(series.past.map((name) => [name, column(name).slice(0, count)]));
  if (series.known.length) row.known = Object.fromEntries(series.known.map((name) => [name, column(name)]));
  const statics = series.statics.filter((name) => names.includes(name)).map((name) => [name, used[0][names.indexOf(name)]]);
  if (statics.length) row.static = Object.fromEntries(statics.map(([name, cell]) => [name, numberOf(cell) ?? cell]));
  if (chosen) row.series = chosen;
  const times = place[""] === undefined ? null : used.map((cells) => timeOf(cells[place[""]], series.dated));
  if (times) row.times = times;
  const left = rows.length - used.length;
  return { row, times: times?.slice(0, count) ?? history[0].map((_, at) => at + 1), history, left };
}

// Return the place of each column by its name, and of the time by "".
function placesOf(names, rows, { targets, past, known, statics }) {
  const needed = [...targets, ...past, ...known];
  const found = {};
  for (const name of needed) if (names.includes(name)) found[name] = names.indexOf(name);
  const taken = (place) => Object.values(found).includes(place) || statics.includes(names[place]);
  const free = names.map((_, place) => place).filter((place) => !taken(place));
  const numeric = free.filter((place) => rows.every((cells) => numberOf(cells[place]) !== undefined));
  const lacking = needed.filter((name) => found[name] === undefined);
  const dates = (place) => !numeric.includes(place) && isTime(rows[0][place]);
  const time = free.find(dates) ?? free.find((place) => TIMES.test(names[place]));
  const spare = numeric.filter((place) => place !== time);
  if (lacking.length && spare.length !== lacking.length) {
    const there = names.some((name) => name) ? `: there are ${names.join(", ")}` : "";
    throw new Error(`The table has no column ${lacking.join(", ")}${there}.`);
  }
  lacking.forEach((name, number) => (found[name] = spare[number])); // columns of other names, in their order
  if (time !== undefined) found[""] = time;
  return found;
}

function cellOf(cell, name, row) {
  const found = numberOf(cell);
  if (found === undefined) throw new Error(`Row ${row + 1}: ${name} is ${cell.slice(0, 40)}, which is no number.`);
  return found;
}

function timeOf(cell, dated) {
  return dated ? cell.trim() : Number(cell);
}

// The form of the answer decides what is drawn.
function show(root, run, read, answer) {
  const notes = [];
  if (read.left) notes.push(`The last ${MOST} of ${read.left + MOST} rows were read.`);
  if (answer.note) notes.push(answer.note);
  const drawing = answer.quantiles ? fan : scored;
  root.replaceChildren(...notes.map((note) => Object.assign(document.createElement("p"), { className: "quiet", textContent: note })));
  root.hidden = false;
  drawing(root, run.series.targets, read, answer);
}
