// A row, a text or JSON, and what any other kind of run answers to it, field by field.

import { ask } from "./ask.js";
import { mark } from "./spans.js";

export function answerers(runs, problem) {
  if (!runs.length) return;
  document.getElementById("asking").hidden = false;
  for (const run of runs) document.getElementById("questions").append(card(run, problem));
}

function card(run, problem) {
  const content = document.getElementById("question").content.cloneNode(true);
  const [row, answer, spans] = ["textarea", "dl", ".spans"].map((one) => content.querySelector(one));
  const reads = run.reads === "json" ? "A row as JSON" : "A text";
  content.querySelector("h3").textContent = run.name;
  content.querySelector(".about").textContent = `${run.model} trained on ${run.task}`;
  content.querySelector(".reads").textContent = reads;
  row.value = run.example && (run.reads === "json" ? JSON.stringify(run.example) : run.example);
  content.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const found = await (await ask("/predict", { run: run.name, ...asked(run, row.value) })).json();
      show(found.predictions[0], row.value.toWellFormed(), answer, spans);
      problem(null);
    } catch (error) {
      problem(error);
    }
  });
  return content;
}

// Answers with spans are shown on their text; any others, and their notes, field by field.
function show(found, text, answer, spans) {
  const marks = Array.isArray(found.spans);
  spans.hidden = !marks;
  if (marks) mark(spans, text, found.spans);
  const fields = Object.entries(found).filter(([name, value]) => !marks || (name === "note" && value));
  answer.replaceChildren(...fields.flatMap(field));
}

function asked(run, typed) {
  if (run.reads === "text") return { text: typed.toWellFormed() };
  try {
    return { values: [JSON.parse(typed)] };
  } catch (error) {
    throw new Error(`The row is not JSON: ${error.message}`);
  }
}

function field([name, value]) {
  const [title, content] = ["dt", "dd"].map((tag) => document.createElement(tag));
  title.textContent = name.replaceAll("_", " ");
  const short = typeof value === "number" && !Number.isInteger(value);
  content.textContent = short ? value.toPrecision(5) : typeof value === "object" ? JSON.stringify(value) : value;
  return [title, content];
}
