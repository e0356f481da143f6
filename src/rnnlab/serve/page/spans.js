// A text with its spans in colour, and how sure the run is of each.

const COLOURS = 8; // in base.css
const types = []; // seen so far: each keeps its colour
const percent = (share) => `${(100 * share).toFixed(1)} %`;

// Fill a part of the page with a text and its spans, whose places count characters, not UTF-16 units.
export function mark(root, text, spans) {
  const characters = Array.from(text);
  const words = element("p", "words");
  let place = 0;
  for (const span of spans) {
    words.append(characters.slice(place, span.start).join(""));
    const marked = element("mark", kind(span.type), characters.slice(span.start, span.end).join(""));
    marked.append("\u00a0", element("small", "", span.type));
    words.append(marked);
    place = span.end;
  }
  words.append(characters.slice(place).join(""));
  const bars = element("ul", "bars");
  bars.append(...spans.map((span) => line(span)));
  root.replaceChildren(words, spans.length ? bars : element("p", "quiet", "No spans found."));
}

function kind(type) {
  if (!types.includes(type)) types.push(type);
  return `s${types.indexOf(type) % COLOURS}`;
}

function line({ type, text, probability }) {
  const row = element("li", kind(type));
  const name = element("span", "name", `${text} `);
  name.append(element("span", "quiet", type));
  const track = element("span", "track");
  const fill = element("span", "fill");
  fill.style.width = percent(probability).replace(" ", "");
  track.append(fill);
  row.append(name, track, element("span", "number", percent(probability)));
  return row;
}

function element(tag, kind, text = "") {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  made.textContent = text;
  return made;
}
