import { ask, keep } from "./ask.js";
import { answerers } from "./answers.js";
import { readers } from "./reading.js";
import { seriesAnswerers } from "./series.js";
import { writers } from "./writing.js";

const at = (id) => document.getElementById(id);

function problem(error) {
  at("problem").textContent = error ? error.message : "";
  at("problem").hidden = !error;
}

async function open() {
  let runs;
  try {
    runs = (await (await ask("/runs")).json()).runs;
  } catch (error) {
    const closed = error.status === 401;
    at("door").hidden = !closed;
    if (closed) at("token").focus();
    return problem(closed && !at("token").value ? null : error);
  }
  at("door").hidden = true;
  problem(null);
  const classifies = (run) => run.reads === "text" && run.classes.length > 0;
  readers(runs.filter(classifies), problem);
  const others = runs.filter((run) => run.reads !== null && !classifies(run));
  seriesAnswerers(others.filter((run) => run.series), problem);
  answerers(others.filter((run) => !run.series), problem);
  writers(runs.filter((run) => run.reads === null), problem);
}

at("door").addEventListener("submit", (event) => {
  event.preventDefault();
  keep(at("token").value);
  open();
});
open();
