// A text on its way through every classifier: label, probabilities, and the words that made them.

import { ask } from "./ask.js";

const PAUSE = 180; // milliseconds without a key before the runs read
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const say = { gradients: "integrated gradients", occlusion: "leaving words out", attention: "attention" };

export function readers(runs, problem) {
  if (!runs.length) return;
  const text = document.getElementById("text");
  document.getElementById("reading").hidden = false;
  const cards = runs.map((run) => new Card(run, text, problem));
  let timer;
  const readAll = () => cards.forEach((card) => card.read());
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(readAll, PAUSE);
  });
  for (const button of document.querySelectorAll(".examples button")) {
    button.addEventListener("click", () => {
      text.value = button.textContent;
      readAll();
    });
  }
  readAll();
}

class Card {
  constructor(run, text, problem) {
    this.run = run;
    this.text = text;
    this.problem = problem;
    const content = document.getElementById("card").content.cloneNode(true);
    this.root = content.querySelector("article");
    this.root.querySelector("h3").textContent = run.name;
    this.root.querySelector(".about").textContent = about(run);
    this.method = this.root.querySelector("select");
    for (const name of run.methods) this.method.add(new Option(say[name] ?? name, name));
    this.method.addEventListener("change", () => this.read());
    this.bars = new Map(run.classes.map((name) => [name, bar(this.root.querySelector(".bars"), name)]));
    document.getElementById("cards").append(content);
  }

  async read() {
    this.reading?.abort();
    this.reading = new AbortController();
    const { signal } = this.reading;
    const asked = { text: this.text.value.toWellFormed(), run: this.run.name };
    try {
      const found = await (await ask("/predict", asked, signal)).json();
      this.show(found.predictions[0]);
      const why = await ask("/explain", { ...asked, method: this.method.value }, signal);
      this.explain(await why.json());
      this.problem(null);
    } catch (error) {
      if (error.name !== "AbortError") this.problem(error);
    }
  }

  show({ label, probability, probabilities, note }) {
    const sure = document.createElement("span");
    sure.textContent = percent(probability) + (note && `, ${note}: nothing was read`);
    this.root.querySelector(".verdict").replaceChildren(`${label} `, sure);
    for (const [name, row] of this.bars) {
      row.root.classList.toggle("best", name === label);
      row.fill.style.width = percent(probabilities[name]).replace(" ", "");
      row.number.textContent = percent(probabilities[name]);
    }
  }

  explain({ text, tokens, scores, spans, signed, label, left_out }) {
    const words = this.root.querySelector(".words");
    const most = Math.max(...scores.map(Math.abs), 1e-9);
    let end = 0;
    words.replaceChildren();
    tokens.forEach((token, i) => {
      words.append(text.slice(end, Math.max(spans[i][0], end)), word(token, scores[i], most));
      end = Math.max(spans[i][1], end);
    });
    if (left_out) words.append(` … ${left_out} more were not read`);
    const key = signed ? [["for", `speaks for ${label}`], ["against", "speaks against"]] : [["for", "was looked at"]];
    this.root.querySelector(".legend").replaceChildren(...key.map(([kind, meaning]) => legend(kind, meaning)));
  }
}

function about(run) {
  const accuracy = run.metrics["test/accuracy"];
  const found = accuracy === undefined ? "" : `, ${percent(accuracy)} correct on its test texts`;
  return `${run.model} trained on ${run.task}${found}`;
}

function bar(list, name) {
  const root = document.createElement("li");
  const [title, track, fill, number] = ["span", "span", "span", "span"].map((tag) => document.createElement(tag));
  [title.className, track.className, fill.className, number.className] = ["name", "track", "fill", "number"];
  title.textContent = name;
  track.append(fill);
  root.append(title, track, number);
  list.append(root);
  return { root, fill, number };
}

function word(token, score, most) {
  const mark = document.createElement("mark");
  mark.className = score < 0 ? "against" : "for";
  mark.textContent = token;
  mark.title = score.toFixed(3);
  mark.style.setProperty("--share", (Math.abs(score) / most).toFixed(3));
  return mark;
}

function legend(kind, meaning) {
  const root = document.createElement("span");
  const swatch = document.createElement("i");
  swatch.className = `swatch full ${kind}`;
  root.append(swatch, meaning);
  return root;
}
