// The filter: words, and conditions such as optimizer.lr>=1e-3 or model=gru,lstm.
(() => {
  const CONDITION = /^([^=!<>]+)(>=|<=|!=|=|>|<)(.*)$/;

  board.tokens = (query) => (query.match(/[^\s"]*"[^"]*"|\S+/g) || []).map((token) => token.replaceAll('"', ""));

  // Every key that a run has: facts, then metrics, then settings.
  board.keys = () => {
    const keys = new Set([...board.FACTS, ...Object.keys(board.state.lower)]);
    for (const row of board.state.runs.values()) {
      for (const key in row.typed) keys.add(key);
      for (const key in row.settings) keys.add(key);
    }
    for (const key in board.state.base) keys.add(key);
    return [...keys];
  };

  // The full key for a typed one: itself, or the only or first one that ends with it, such as optimizer.lr for lr.
  board.fullKey = (typed, keys) => {
    if (keys.includes(typed)) return typed;
    const ends = keys.filter((key) => key.endsWith("." + typed) || key.endsWith("/" + typed));
    const depth = (key) => (key.startsWith("test/") ? 0 : 1) + key.split(".").length;
    return ends.sort((a, b) => depth(a) - depth(b))[0];
  };

  const same = (value, wanted) => {
    if (value === undefined) return wanted === "";
    const left = board.numeric(value), right = board.numeric(wanted);
    if (Number.isFinite(left) && Number.isFinite(right)) return left === right;
    return String(value).toLowerCase() === wanted.toLowerCase();
  };
  const COMPARED = {
    "=": (value, wanted) => wanted.split(",").some((one) => same(value, one)) || same(value, wanted),
    "!=": (value, wanted) => !wanted.split(",").some((one) => same(value, one)),
    ">": (value, wanted) => board.numeric(value) > Number(wanted),
    "<": (value, wanted) => board.numeric(value) < Number(wanted),
    ">=": (value, wanted) => board.numeric(value) >= Number(wanted),
    "<=": (value, wanted) => board.numeric(value) <= Number(wanted),
  };

  const words = (row) => [row.id, row.task, row.model, row.status, row.error, ...Object.entries(row.typed).map((pair) => pair.join("="))]
    .join("\n").toLowerCase();

  // The query as {fits, notes, error}: whether a run fits, how short keys were read, what cannot be understood.
  board.parse = (query) => {
    const keys = board.keys(), tests = [], notes = [];
    let error = "";
    for (const token of board.tokens(query)) {
      const found = CONDITION.exec(token);
      if (!found) {
        const not = token.length > 1 && token.startsWith("-");
        const word = token.slice(not ? 1 : 0).toLowerCase();
        tests.push((row) => words(row).includes(word) !== not);
        continue;
      }
      const [, typed, sign, wanted] = found, key = board.fullKey(typed, keys);
      if (key === undefined) {
        error = board.state.unread ? `${typed}: settings are still being read` : `${typed}: no run has this setting or metric`;
        tests.push(() => false);
      } else if (!["=", "!="].includes(sign) && (wanted === "" || Number.isNaN(Number(wanted)))) {
        error = `${token}: ${sign} needs a number`;
      } else {
        if (key !== typed) notes.push(`${typed} is ${key}`);
        tests.push((row) => COMPARED[sign](board.value(row, key), wanted));
      }
    }
    return {fits: (row) => tests.every((test) => test(row)), notes, error};
  };

  // The runs that fit the query and the four lists; the result of parsing is kept for its notes.
  board.filtered = () => {
    const state = board.state, parsed = board.parsed = board.parse(state.query);
    const lists = ["task", "model", "status", "sweep"].filter((name) => state[name]);
    return [...state.runs.values()].filter((row) => lists.every((name) => String(row[name]) === state[name]) && parsed.fits(row));
  };

  // The query with a condition added; an earlier one of the same key and sign is replaced.
  board.withCondition = (query, key, sign, value) => {
    const kept = board.tokens(query).filter((token) => {
      const found = CONDITION.exec(token);
      return !(found && found[1] === key && found[2] === sign);
    });
    return [...kept, `${key}${sign}${value}`].map((token) => (/\s/.test(token) ? `"${token}"` : token)).join(" ");
  };
})();
