// What a run writes for a text: token by token, then its best outputs, and where each output token looks.

import { ask } from "./ask.js";

export const writes = (found) => typeof found.predicted === "string" && Array.isArray(found.alternatives);

// Show a text's output piece by piece while it is written greedily; a search may find a better one.
export async function preview(root, run, text, signal) {
  const said = element("p", "written at-work");
  root.replaceChildren(said, element("p", "quiet", "searching …"));
  root.hidden = false;
  const response = await ask(`/${run.route}`, { run: run.name, text, stream: true }, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) said.append(piece.value);
}

export function outputs(root, { predicted, alternatives, note }) {
  const parts = [element("p", "written", predicted)];
  if (note) parts.push(element("p", "quiet", note));
  if (alternatives.length > 1) parts.push(element("p", "quiet", "Best outputs, by score"), ranked(alternatives));
  root.replaceChildren(...parts);
  root.hidden = false;
}

function ranked(alternatives) {
  const list = element("ol", "ranked");
  list.append(...alternatives.map(({ predicted, score }) => {
    const line = element("li");
    line.append(element("span", "", predicted), element("span", "number", score.toFixed(3)));
    return line;
  }));
  return list;
}

// Add a table: source tokens across, output tokens down.
export async function attention(root, run, text, signal) {
  const method = run.methods.includes("attention") ? "attention" : run.methods[0];
  const why = await (await ask("/explain", { run: run.name, text, method }, signal)).json();
  if (!why.outputs.length) return;
  const [table, head, body] = ["table", "thead", "tbody"].map((tag) => element(tag));
  table.className = "grid";
  head.append(line("", why.tokens.map((token) => cell("th", "", token))));
  const most = why.signed ? Math.max(...why.weights.flat().map(Math.abs), 1e-9) : 1;
  why.outputs.forEach((output, row) => {
    const cells = why.weights[row].map((weight, place) => pair(weight, most, `${output} ← ${why.tokens[place]}`));
    body.append(line(output, cells));
  });
  table.append(head, body);
  const wide = element("div", "wide");
  wide.tabIndex = 0;
  wide.setAttribute("role", "group");
  wide.setAttribute("aria-label", "output tokens by source tokens");
  wide.append(table);
  const meaning = why.signed ? "What each output token needs of the text" : "Where each output token looks";
  root.append(element("p", "quiet", meaning), wide);
}

function line(name, cells) {
  const row = element("tr");
  const first = element(name ? "th" : "td", "", name);
  if (name) first.scope = "row";
  row.append(first, ...cells);
  return row;
}

function cell(tag, kind, text) {
  const made = element(tag, kind);
  made.scope = "col";
  made.append(element("span", "", text));
  return made;
}

function pair(weight, most, said) {
  const made = element("td", weight < 0 ? "against" : "for");
  made.title = `${said}: ${weight.toFixed(3)}`;
  made.style.setProperty("--share", (Math.abs(weight) / most).toFixed(3));
  return made;
}

function element(tag, kind = "", text = "") {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  made.textContent = text;
  return made;
}
