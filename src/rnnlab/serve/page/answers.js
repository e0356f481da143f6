// A row, a text or JSON, and what any other kind of run answers to it, field by field.

import { ask } from "./ask.js";
import { attention, outputs, preview, writes } from "./outputs.js";
import { mark } from "./spans.js";

export function answerers(runs, problem) {
  if (!runs.length) return;
  document.getElementById("asking").hidden = false;
  for (const run of runs) document.getElementById("questions").append(card(run, problem));
}

function card(run, problem) {
  const content = document.getElementById("question").content.cloneNode(true);
  const root = content.querySelector("article");
  const row = root.querySelector("textarea");
  let asking = null;
  const reads = run.reads === "json" ? "A row as JSON" : "A text";
  content.querySelector("h3").textContent = run.name;
  content.querySelector(".about").textContent = `${run.model} trained on ${run.task}`;
  content.querySelector(".reads").textContent = reads;
  row.value = run.example && (run.reads === "json" ? JSON.stringify(run.example) : run.example);
  content.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    asking?.abort();
    asking = new AbortController();
    try {
      await answered(root, run, row.value, asking.signal);
      problem(null);
    } catch (error) {
      if (error.name !== "AbortError") problem(error);
    }
  });
  return content;
}

// Answers with spans are shown on their text, outputs as texts; any others, and notes, field by field.
async function answered(root, run, typed, signal) {
  const [answer, spans, written] = ["dl", ".spans", ".outputs"].map((one) => root.querySelector(one));
  const given = asked(run, typed);
  if (run.streams) await preview(written, run, given.text, signal);
  const found = (await (await ask("/predict", { run: run.name, ...given }, signal)).json()).predictions[0];
  const marks = Array.isArray(found.spans), texts = writes(found);
  spans.hidden = !marks;
  written.hidden = !texts;
  if (marks) mark(spans, typed.toWellFormed(), found.spans);
  if (texts) outputs(written, found);
  const shown = ([name, value]) => !(marks || texts) || (marks && name === "note" && value);
  answer.replaceChildren(...Object.entries(found).filter(shown).flatMap(field));
  if (texts && run.methods.length) await attention(written, run, given.text, signal);
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
