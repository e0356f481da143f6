import { ask, keep } from "./ask.js";
import { readers } from "./reading.js";
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
  readers(runs.filter((run) => run.kind === "classification"), problem);
  writers(runs.filter((run) => run.kind === "language_modeling"), problem);
}

at("door").addEventListener("submit", (event) => {
  event.preventDefault();
  keep(at("token").value);
  open();
});
open();
