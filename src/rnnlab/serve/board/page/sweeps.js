// The sweeps: state, jobs and the best result so far; a button shows the runs of one.
(() => {
  const {made, at} = board;

  const jobs = (sweep) => Object.entries(sweep.counts).map(([state, count]) => `${count} ${state}`).join(", ") || "–";
  const best = (sweep) => sweep.best.map((value, index) => `${sweep.metrics[index]} ${board.number(value)}`).join(", ") || "–";

  const name = (sweep, has) => {
    if (!has || !board.state.live) return sweep.name;
    return made("a", {href: "/report?" + new URLSearchParams({sweep: sweep.id}), target: "_blank", rel: "noopener"}, sweep.name);
  };

  const line = (sweep) => {
    const has = [...board.state.runs.values()].some((row) => row.sweep === sweep.id);
    const kind = {finished: "good", broken: "bad"}[sweep.state] || "other";
    const show = made("button", {type: "button", "data-focus": "sweep " + sweep.id, disabled: !has, onclick: () => board.choose("sweep", sweep.id)}, "Show its runs");
    return made("tr", {},
      made("th", {scope: "row", class: "word run"}, name(sweep, has), sweep.note ? made("span", {class: "why"}, sweep.note) : ""),
      made("td", {class: "word"}, made("span", {class: "status " + kind}, sweep.state)),
      made("td", {class: "word"}, jobs(sweep)), made("td", {class: "word"}, best(sweep)), made("td", {class: "word"}, sweep.keys.join(", ") || "–"), made("td", {}, show));
  };

  board.drawSweeps = () => {
    const {sweeps} = board.state;
    at("sweeps").hidden = !sweeps.length;
    const heads = ["sweep", "state", "jobs", "best so far", "searched", ""].map((head) => (head ? made("th", {scope: "col", class: "word"}, head) : made("td", {})));
    at("sweep-table").replaceChildren(made("thead", {}, made("tr", {}, ...heads)), made("tbody", {}, ...sweeps.map(line)));
  };
})();
