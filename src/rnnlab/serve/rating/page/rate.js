// Two questions of each pair; the answer is sent after the second, and the next pair comes with the reply.
const at = (id) => document.getElementById(id);
const KEYS = { 1: "left", ArrowLeft: "left", 2: "right", ArrowRight: "right", 0: "neither", ArrowDown: "neither" };
let state = null;
let better = null;
let sending = false;

function problem(text) {
  at("problem").textContent = text;
  at("problem").hidden = !text;
}

async function ask(path, options) {
  const response = await fetch(path, options).catch(() => null);
  if (!response) throw new Error("The server does not answer. What was sent before is kept: try again.");
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(`${body.field}: ${body.error}`), body);
  return body;
}

function show(next) {
  state = next;
  better = null;
  at("door").hidden = true;
  at("progress").textContent = `${state.rater}: ${state.done} of ${state.count} done`;
  at("rating").hidden = !state.comparison;
  at("done").hidden = Boolean(state.comparison);
  if (!state.comparison) {
    at("done").querySelector("h2").focus();
    return;
  }
  for (const side of ["left", "right"]) {
    at(side).textContent = state.comparison[side];
    at(side).scrollTop = 0;
  }
  question();
  window.scrollTo(0, 0);
}

function question() {
  at("question").textContent = better ? state.question : "Which reads better?";
  at("rating").dataset.step = better ? "real" : "better";
  at("question").focus({ preventScroll: true });
}

async function choose(side) {
  if (sending || !state || !state.comparison) return;
  if (!better) {
    better = side;
    question();
    return;
  }
  sending = true;
  try {
    const given = { rater: state.rater, comparison: state.comparison.id, better, real: side };
    const next = await ask("/api/answers", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(given),
    });
    problem("");
    show(next);
  } catch (error) {
    problem(error.message);
  } finally {
    sending = false;
  }
}

async function begin(name) {
  const last = encodeURIComponent(localStorage.getItem("rater") ?? "");
  const asked = `/api/session?${name === null ? `last=${last}` : `rater=${encodeURIComponent(name)}`}`;
  try {
    const next = await ask(asked);
    localStorage.setItem("rater", next.rater);
    problem("");
    show(next);
  } catch (error) {
    at("door").hidden = false;
    at("name").focus();
    if (name !== null || error.field !== "rater") problem(error.message);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "INPUT") return;
  if (event.key === "Backspace" && better && !sending) {
    better = null;
    question();
  }
  // A passage that is scrolled by the arrows keeps them.
  if (event.key === "ArrowDown" && event.target.classList.contains("passage")) return;
  if (KEYS[event.key]) {
    event.preventDefault();
    choose(KEYS[event.key]);
  }
});
for (const button of document.querySelectorAll("[data-side]")) {
  button.addEventListener("click", (event) => {
    if (event.detail < 2) choose(button.dataset.side); // the second click of a double one is none
  });
}
at("door").addEventListener("submit", (event) => {
  event.preventDefault();
  begin(at("name").value);
});
begin(new URLSearchParams(location.search).get("rater"));
