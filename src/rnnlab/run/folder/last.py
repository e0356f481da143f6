"""Find the latest run, for `last` and `last:TASK`, and print on stderr which run a command works on."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rnnlab.run.folder.lock import holder_of
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.untrusted import read_json

_said: set[str] = set()  # a command may ask for the same run several times


def latest(name: str, runs: Sequence[Path]) -> Path:
    """Return the latest started or resumed run that has a checkpoint, and print which one it is.

    If none has a checkpoint, the latest of all.
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
    """Print one line on stderr, once: the run, its start, whether it is still training, and the notes."""
    when = datetime.fromtimestamp(started(taken)[0])
    notes = [*notes, *(["still training"] if is_going(taken) else [])]
    line = f"{name}: {taken}, started {when:%Y-%m-%d %H:%M}" + (f" ({'; '.join(notes)})" if notes else "")
    if line not in _said:
        _said.add(line)
        print(line, file=sys.stderr)


def counted(number: int) -> str:
    return "one run" if number == 1 else f"{number} runs"


def started(run: Path) -> tuple[float, str]:
    """Return a sort key: the time of the latest start, which writes config.yaml, and the path for ties."""
    return (run / "config.yaml").stat().st_mtime, run.as_posix()


def is_toy(run: Path) -> bool:
    """Return whether the run was started with debug=, so that its metrics mean nothing."""
    typed = [str(override).lstrip("+") for override in result_of(run).get("overrides") or ()]
    return any(one.startswith("debug=") and one != "debug=null" for one in typed)


def is_going(run: Path) -> bool:
    """Return whether a process is training in the run's folder."""
    return holder_of(run) is not None


def result_of(run: Path) -> Mapping[str, Any]:
    """Return the run's result.json; empty where that is missing or broken."""
    try:
        found = read_json(run / "result.json")
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, Mapping) else {}
