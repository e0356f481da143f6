// Rows of a table as text: pasted from a spreadsheet, or a file of comma-, semicolon- or tab-separated values.

const MARKS = [",", ";", "\t", "|"];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const DECIMAL_COMMA = /^[+-]?\d+,\d+$/;
const MISSING = new Set(["", "na", "n/a", "#n/a", "nan", "null", "none", "?"]);

// Return the names of the columns and the cells of each row; without a heading the columns have no names.
export function parsed(text) {
  const lines = split(text.replace(/^\uFEFF/, ""), markOf(text));
  const rows = lines.filter((cells) => cells.some((cell) => cell.trim()));
  if (!rows.length) throw new Error("There are no rows: paste some, or choose a file.");
  const heading = rows[0].some((cell) => cell.trim() && numberOf(cell) === undefined && !isTime(cell));
  const names = heading ? rows.shift().map((cell) => cell.trim()) : rows[0].map(() => "");
  const wrong = rows.findIndex((cells) => cells.length !== names.length);
  if (wrong >= 0) {
    throw new Error(`Row ${wrong + 1} has ${rows[wrong].length} cells, and the first line ${names.length}.`);
  }
  return { names, rows };
}

// A number, null for a missing value, undefined for anything else.
export function numberOf(cell) {
  const typed = cell.trim();
  if (MISSING.has(typed.toLowerCase())) return null;
  if (NUMBER.test(typed)) return Number(typed);
  return DECIMAL_COMMA.test(typed) ? Number(typed.replace(",", ".")) : undefined;
}

export function isTime(cell) {
  return /^\d{1,4}[-./]\d{1,2}([-./]\d{1,4})?([T ][\d:.]+)?(Z|[+-]\d{2}:?\d{2})?$/.test(cell.trim());
}

function markOf(text) {
  const first = text.split(/\r?\n/, 1)[0];
  const counts = MARKS.map((mark) => first.split(mark).length);
  return MARKS[counts.indexOf(Math.max(...counts))];
}

function split(text, mark) {
  const rows = [[]];
  let cell = "", quoted = false;
  for (let place = 0; place < text.length; place += 1) {
    const sign = text[place];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[place + 1] === '"') cell += text[(place += 1)];
      else quoted = false;
    } else if (sign === '"' && !cell.trim()) {
      [cell, quoted] = ["", true];
    } else if (sign === mark) {
      rows.at(-1).push(cell);
      cell = "";
    } else if (sign === "\n") {
      rows.at(-1).push(cell.replace(/\r$/, ""));
      rows.push([]);
      cell = "";
    } else {
      cell += sign;
    }
  }
  rows.at(-1).push(cell.replace(/\r$/, ""));
  return rows;
}
