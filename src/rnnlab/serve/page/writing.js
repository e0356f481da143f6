// A text as a language model writes it.

import { ask } from "./ask.js";

const at = (id) => document.getElementById(id);

export function writers(runs, problem) {
  if (!runs.length) return;
  at("writing").hidden = false;
  at("pick-writer").hidden = runs.length === 1;
  for (const run of runs) at("writer").add(new Option(run.name, run.name));
  follow("temperature", "degrees", (value) => Number(value).toFixed(2));
  follow("length", "amount", (value) => value);
  let stop = null;
  at("pen").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (stop) return stop.abort();
    stop = new AbortController();
    at("write").textContent = "Stop";
    try {
      await write(stop.signal);
      problem(null);
    } catch (error) {
      if (error.name !== "AbortError") problem(error);
    }
    stop = null;
    at("write").textContent = "Write";
    at("page").classList.remove("at-work");
  });
}

function follow(slider, output, shown) {
  const show = () => (at(output).value = shown(at(slider).value));
  at(slider).addEventListener("input", show);
  show();
}

async function write(signal) {
  const page = at("page");
  const prompt = document.createElement("b");
  prompt.textContent = at("prompt").value.toWellFormed();
  page.replaceChildren(prompt);
  page.classList.add("at-work");
  at("pace").textContent = "";
  const begun = performance.now();
  const response = await ask("/generate", {
    run: at("writer").value,
    prompt: prompt.textContent,
    temperature: Number(at("temperature").value),
    length: Number(at("length").value),
  }, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let count = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    page.append(piece.value);
    page.scrollTop = page.scrollHeight;
    count += piece.value.length;
    at("pace").textContent = `${count} characters`;
  }
  const seconds = (performance.now() - begun) / 1000;
  at("pace").textContent = `${count} characters, ${Math.round(count / seconds)} a second`;
}
