"""Which run `last`, `last:TASK` and `best:SWEEP` took, said in one line: commands work on it unseen."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rnnlab.run.folder import RunFolder
from rnnlab.run.lock import holder_of
from rnnlab.untrusted import read_json

_said: set[str] = set()  # a command may ask for the same run several times


def latest(name: str, runs: Sequence[Path]) -> Path:
    """The run that was started or resumed latest among those that have a checkpoint; which one is said.

    Where none has one, the latest.
    """
    ordered = sorted(runs, key=started, reverse=True)
    trained = [path for path in ordered if RunFolder(path).best.is_file()]
    taken = next(iter(trained), ordered[0])
    notes = []
    if not trained:
        notes.append("no checkpoint yet" + (", and neither has any other" if len(ordered) > 1 else ""))
    elif taken != ordered[0]:
        notes.append(f"passed over: {counted(ordered.index(taken))} later without a checkpoint")
    if is_toy(taken):
        real = next((path for path in trained if not is_toy(path)), None)
        notes.append("a toy run, debug=" + ("" if real is None else f"; the latest real one is {real}"))
    say(name, taken, notes)
    return taken


def say(name: str, taken: Path, notes: Sequence[str] = ()) -> None:
    """One line on stderr, once: the run, when it was started, whether it still trains, and the notes."""
    when = datetime.fromtimestamp(started(taken)[0])
    notes = [*notes, *(["still training"] if is_going(taken) else [])]
    line = f"{name}: {taken}, started {when:%Y-%m-%d %H:%M}" + (f" ({'; '.join(notes)})" if notes else "")
    if line not in _said:
        _said.add(line)
        print(line, file=sys.stderr)


def counted(number: int) -> str:
    return "one run" if number == 1 else f"{number} runs"


def started(run: Path) -> tuple[float, str]:
    """When the run was started, or resumed: each start writes config.yaml."""
    return (run / "config.yaml").stat().st_mtime, run.as_posix()


def is_toy(run: Path) -> bool:
    """Whether it was started with debug=, whose numbers mean nothing."""
    typed = [str(override).lstrip("+") for override in result_of(run).get("overrides") or ()]
    return any(one.startswith("debug=") and one != "debug=null" for one in typed)


def is_going(run: Path) -> bool:
    """Whether a process trains in its folder."""
    return holder_of(run) is not None


def result_of(run: Path) -> Mapping[str, Any]:
    """Its result.json; empty where that is missing or broken."""
    try:
        found = read_json(run / "result.json")
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, Mapping) else {}
