// The tables of /api/results.
const HEADS = ["", "wins", "of", "rate", "95 % interval", "strength", "95 % interval"];
const share = (value) => (value === null ? "–" : (100 * value).toFixed(1));
const log = (value) => (value === null ? "–" : value.toFixed(2));

function add(parent, tag, text, attributes = {}) {
  const made = parent.appendChild(document.createElement(tag));
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function cells(row) {
  return [
    row.wins, row.comparisons, row.win_rate === null ? "–" : `${share(row.win_rate)} %`,
    `${share(row.low)} to ${share(row.high)}`, log(row.strength),
    row.strength_low === null ? "–" : `${log(row.strength_low)} to ${log(row.strength_high)}`,
  ];
}

function table(question) {
  const label = { tabindex: "0", role: "region", "aria-label": question.title };
  const around = add(document.getElementById("tables"), "div", undefined, { class: "wide", ...label });
  const made = add(around, "table");
  add(made, "caption", question.title);
  const head = add(add(made, "thead"), "tr");
  HEADS.forEach((text, place) => (place ? add(head, "th", text, { scope: "col" }) : add(head, "td")));
  const body = add(made, "tbody");
  for (const row of question.rows) {
    const line = add(body, "tr");
    add(line, "th", row.name, { scope: "row" });
    for (const cell of cells(row)) add(line, "td", cell);
  }
  const alpha = question.agreement === null ? "not defined (it needs two raters)" : question.agreement.toFixed(3);
  add(around, "p", `Agreement between raters: ${alpha}`, { class: "quiet" });
}

try {
  const found = await (await fetch("/api/results")).json();
  const raters = Object.entries(found.raters).map(([name, count]) => `${name} ${count}`);
  document.getElementById("raters").textContent =
    `Answers of ${found.count} comparisons: ${raters.join(", ") || "none yet"}`;
  found.questions.forEach(table);
} catch (error) {
  const problem = document.getElementById("problem");
  problem.textContent = "The server does not answer.";
  problem.hidden = false;
}
