// Asks the server for what is new, every two seconds while the page is looked at.
(() => {
  const {at} = board;
  const PAUSE = 2000, LONGEST = 6000, SECONDS = 20;
  let failed = 0;

  board.ask = async (path) => {
    let response;
    try {
      response = await fetch(path, {signal: AbortSignal.timeout(SECONDS * 1000)});
    } catch (error) {
      throw new Error("The board does not answer.");
    }
    const found = await response.json();
    if (!response.ok) throw new Error(found.error);
    return found;
  };

  board.problem = (words) => {
    at("problem").textContent = words;
    at("problem").hidden = !words;
  };

  const said = (words, kind) => {
    at("live").textContent = words;
    at("live").className = "status " + kind;
  };

  const poll = async () => {
    const {version, session} = board.state;
    try {
      const changes = await board.ask("/api/runs?" + new URLSearchParams({since: version, session}));
      if (failed) board.problem("");
      failed = 0;
      said("live", "good");
      if (board.take(changes)) board.show();
    } catch (error) {
      failed += 1;
      said("not live", "bad");
      board.problem(`${error.message} The page shows what it knew; it goes on when rnnlab board runs again.`);
    }
    setTimeout(next, failed ? Math.min(PAUSE * 2 ** failed, LONGEST) : PAUSE);
  };

  const next = () => {
    if (document.hidden) document.addEventListener("visibilitychange", next, {once: true});
    else poll();
  };

  board.follow = () => {
    if (!board.state.live) return said("saved", "other");
    said("live", "good");
    setTimeout(next, 50);
  };
})();
