"use strict";
(() => {
  const tip = document.getElementById("tip");
  const made = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    return node;
  };
  const show = (x, y, nodes) => {
    tip.replaceChildren(...nodes);
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - box.width - 6)) + "px";
    tip.style.top = Math.max(4, Math.min(y + 14, innerHeight - box.height - 6)) + "px";
  };
  const line = (tag, words, kind) => {
    const node = document.createElement(tag);
    if (kind) {
      const swatch = document.createElement("i");
      swatch.className = "swatch " + kind;
      node.append(swatch);
    }
    node.append(words);
    return node;
  };
  for (const svg of document.querySelectorAll("svg[data-hover]")) {
    const data = JSON.parse(svg.dataset.hover), box = svg.viewBox.baseVal;
    const cursor = made("line", {class: "cursor", y1: 10, y2: box.height - 38, visibility: "hidden"});
    svg.append(cursor);
    let place = data.at.length - 1;
    const at = (index, x, y) => {
      place = index;
      cursor.setAttribute("x1", data.at[index]);
      cursor.setAttribute("x2", data.at[index]);
      cursor.setAttribute("visibility", "visible");
      const rows = data.series.filter((one) => one[2][index] !== null)
        .map((one) => line("div", one[0] + "  " + one[2][index], one[1]));
      show(x, y, [line("b", (data.name || "step") + " " + data.x[index].toLocaleString("en")), ...rows]);
    };
    const nearest = (x) => {
      let best = 0;
      data.at.forEach((value, index) => { if (Math.abs(value - x) < Math.abs(data.at[best] - x)) best = index; });
      return best;
    };
    const leave = () => { tip.hidden = true; cursor.setAttribute("visibility", "hidden"); };
    svg.addEventListener("pointermove", (event) => {
      const frame = svg.getBoundingClientRect();
      at(nearest((event.clientX - frame.left) * box.width / frame.width), event.clientX, event.clientY);
    });
    svg.addEventListener("pointerleave", leave);
    svg.addEventListener("blur", leave);
    svg.setAttribute("tabindex", "0");
    svg.addEventListener("keydown", (event) => {
      const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (!step) return;
      event.preventDefault();
      const frame = svg.getBoundingClientRect(), next = Math.max(0, Math.min(data.at.length - 1, place + step));
      at(next, frame.left + data.at[next] * frame.width / box.width, frame.top + frame.height / 3);
    });
  }
  // marks that say something: under the pointer, and from the keyboard one after the other by the arrow keys
  const told = new Map();
  for (const node of document.querySelectorAll("svg title")) {
    const words = node.textContent, owner = node.parentNode, svg = owner.closest("svg");
    node.remove();
    told.set(svg, [...(told.get(svg) || []), [owner, words]]);
    owner.addEventListener("pointermove", (event) => {
      event.stopPropagation();
      show(event.clientX, event.clientY, [line("div", words)]);
    });
    owner.addEventListener("pointerleave", () => { tip.hidden = true; });
  }
  for (const [svg, marks] of told) {
    if (svg.dataset.hover) continue; // its values are read out already
    let place = -1;
    const leave = () => {
      tip.hidden = true;
      if (place >= 0) marks[place][0].classList.remove("on");
    };
    svg.setAttribute("tabindex", "0");
    svg.addEventListener("blur", leave);
    svg.addEventListener("keydown", (event) => {
      const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (event.key === "Escape") leave();
      if (!step) return;
      event.preventDefault();
      leave();
      place = Math.max(0, Math.min(marks.length - 1, place + step));
      const [owner, words] = marks[place], box = owner.getBoundingClientRect();
      owner.classList.add("on");
      show(box.left + box.width / 2, box.top + box.height / 2, [line("div", words)]);
    });
  }
  const fit = (frame, most) => {
    const inside = frame.contentDocument;
    if (inside && inside.body) frame.style.height = Math.min(inside.documentElement.offsetHeight + 24, most) + "px";
  };
  const frames = [...document.querySelectorAll("iframe")];
  for (const frame of frames) {
    frame.addEventListener("load", () => fit(frame, 900));
    fit(frame, 900);
  }
  for (const table of document.querySelectorAll("table.sortable")) {
    table.querySelectorAll("thead th").forEach((head) => {
      const column = head.cellIndex;
      const button = document.createElement("button");
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        table.querySelectorAll("thead th").forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (row) => {
          const words = row.cells[column].textContent.replaceAll(",", "").replace("−", "-"), number = parseFloat(words);
          return Number.isNaN(number) ? words : number;
        };
        const body = table.tBodies[0], rows = [...body.rows];
        rows.sort((a, b) => {
          const x = value(a), y = value(b);
          const order = typeof x === typeof y ? (x < y ? -1 : x > y ? 1 : 0) : typeof x === "number" ? 1 : -1;
          return down ? -order : order;
        });
        body.append(...rows);
      });
    });
  }
  // paper has no clicks: everything folded is open while it is printed, and frames are as high as their pages
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((one) => { one.open = true; });
    frames.forEach((frame) => fit(frame, Infinity));
  });
  addEventListener("afterprint", () => {
    closed.forEach((one) => { one.open = false; });
    frames.forEach((frame) => fit(frame, 900));
  });
})();
