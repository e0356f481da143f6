// Rows and columns of the table: runs, or settings with the mean over their seeds; what is shown of them.
(() => {
  const MOST_SETTINGS = 5;
  // Of Student's t, for 95 %, by degrees of freedom from 1.
  const T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
    2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042];

  // Mean and half of the 95 % interval of the mean; the half is null for one value.
  board.spread = (values) => {
    const count = values.length, mean = values.reduce((a, b) => a + b, 0) / count;
    if (count < 2) return {mean, half: null, count};
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
    return {mean, half: (T[count - 2] || 1.96) * Math.sqrt(variance / count), count};
  };

  const settingOf = (row) => JSON.stringify([row.task, row.model, Object.entries(row.settings).sort(), row.read ? "" : Object.entries(row.typed).sort()]);

  // The lines of the table: [{id, runs}], a run each, or the finished runs that differ in their seed alone.
  board.lines = (rows) => {
    if (!board.state.grouped) return rows.map((row) => ({id: row.id, runs: [row]}));
    const groups = new Map();
    for (const row of rows) {
      const key = row.status === "finished" ? settingOf(row) : row.id;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(row);
    }
    return [...groups.values()].map((runs) => ({id: runs[0].id, runs}));
  };

  // A line's value: that of its run, or the mean of several runs' numbers.
  board.lineValue = (line, key) => {
    if (line.runs.length === 1) return board.value(line.runs[0], key);
    const values = line.runs.map((row) => board.value(row, key));
    if (key === "seed") return values.join(", ");
    if (!board.isMetric(key) && key !== "seconds") return values[0];
    const numbers = values.filter(board.isNumber);
    return numbers.length ? board.spread(numbers).mean : undefined;
  };

  board.sorted = (lines) => {
    const {sort, down} = board.state, sign = down ? -1 : 1;
    const keyed = lines.map((line) => {
      const value = board.lineValue(line, sort), number = board.numeric(value);
      return {line, number: Number.isNaN(number) ? null : number, word: value === undefined ? "" : String(value)};
    });
    keyed.sort((a, b) => {
      if (a.number !== null && b.number !== null) return sign * (a.number - b.number) || a.line.id.localeCompare(b.line.id);
      if (a.number !== null || b.number !== null) return a.number === null ? 1 : -1;
      if (!a.word !== !b.word) return a.word ? -1 : 1;
      return sign * a.word.localeCompare(b.word, "en", {numeric: true}) || a.line.id.localeCompare(b.line.id);
    });
    return keyed.map((one) => one.line);
  };

  board.differs = (rows, key) => {
    const first = String(board.value(rows[0], key));
    return rows.some((row) => String(board.value(row, key)) !== first);
  };

  // Whether runs have at least two values of a setting: not that some lack it, as those of another task do.
  board.varies = (rows, key) => new Set(rows.map((row) => board.value(row, key)).filter((value) => value !== undefined).map(String)).size > 1;

  // Settings in which rows differ: those typed most often first, then the others, shallow ones first; of settings
  // that always change together the first.
  board.differing = (rows, most = Infinity, test = board.differs) => {
    if (rows.length < 2) return [];
    const counts = new Map();
    for (const row of rows) for (const key in row.typed) counts.set(key, (counts.get(key) || 0) + 1);
    const typed = new Set([...counts].sort((a, b) => b[1] - a[1]).map((pair) => pair[0]));
    const others = new Set(rows.flatMap((row) => Object.keys(row.settings)));
    const deep = (key) => key.split(".").length;
    const keys = [...typed, ...[...others].filter((key) => !typed.has(key)).sort((a, b) => deep(a) - deep(b))];
    const patterns = new Set(), found = [];
    for (const key of keys) {
      if (found.length >= most) break;
      if (board.FACTS.includes(key) || !test(rows, key)) continue;
      const ids = new Map();
      const pattern = rows.map((row) => {
        const value = String(board.value(row, key));
        if (!ids.has(value)) ids.set(value, ids.size);
        return ids.get(value);
      }).join();
      if (!patterns.has(pattern)) found.push(key);
      patterns.add(pattern);
    }
    return found;
  };

  // Metrics to show without being asked: the validation metric that most runs have first, and its test.
  board.mainMetrics = (rows) => {
    const counts = new Map();
    for (const row of rows) {
      const name = Object.keys(row.metrics).concat(Object.keys(row.so_far || {})).find((key) => key.startsWith("val/"));
      if (name) counts.set(name, (counts.get(name) || 0) + 1);
    }
    const names = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 2).map((pair) => pair[0]);
    const both = names.flatMap((name) => [name, name.replace("val/", "test/")]);
    const found = both.filter((name) => rows.some((row) => name in row.metrics || (row.so_far && name in row.so_far)));
    return found.length ? found : Object.keys(board.state.lower).filter((key) => rows.some((row) => key in row.metrics)).slice(0, 2);
  };

  board.shownColumns = (rows) => {
    if (board.state.columns) return board.state.columns;
    const those = (keys) => keys.filter((key) => rows.length > 1 && board.differs(rows, key));
    const settings = rows.length ? board.differing(rows, MOST_SETTINGS, board.varies) : [];
    return ["status", ...those(["task", "model"]), ...board.mainMetrics(rows), ...those(["seed"]), ...settings, "seconds", "started"];
  };
})();
