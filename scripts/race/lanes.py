"""What the race is made of: tasks, the peers that run in them, and what a user of each has to write."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnnlab.errors import SettingError

HERE = Path(__file__).parent
PEERS = HERE / "peers"
OURS = "rnnlab"
TORCH = "torch==2.13.0"
BEGIN, END = re.compile(r"\s*# user: begin\b(.*)"), re.compile(r"\s*# user: end\b")


@dataclass(frozen=True, eq=False)
class Peer:
    """A library as it is run in a task.

    Attributes:
        name: one word; title: as the table shows it; source: where its documentation recommends this use.
        file: the program in peers/.
        requirements: what its own environment holds, all pinned; empty: it runs in the race's own Python.
        neural: whether it is a network; latency is compared among these.
        once_per_mark: whether a training cannot be read at several marks and is run for each one.
        settings: what its program is told beside the task's facts.
        typical: seconds after which it usually has ended by itself, for the plan; None: it uses its budget.
        environment: variables of its process.
        used: whether it answers rows after training (`use` of its program).
    """

    name: str
    title: str
    source: str
    file: str
    requirements: tuple[str, ...] = ()
    neural: bool = True
    once_per_mark: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    typical: float | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    used: bool = True

    @property
    def program(self) -> Path:
        return PEERS / self.file


@dataclass(frozen=True, eq=False)
class Task:
    """A data set, a measure and the peers.

    Attributes:
        marks, quick_marks: seconds after which a score is read.
        in_quick: whether the quick race runs it unless tasks are named.
        prepare: writes the files that all peers read into a folder, `quick` fewer rows; returns them by split
            (`validation` and `test` among them) and facts that peers may know.
        truth: true answers of a split in that folder.
        score: scores by name of predictions and as much of the truth, `measure` among them; other numbers may
            stand beside it.
        measure: the score by which evaluations are chosen on validation; higher: whether more is better.
        answer_seconds: longest time for the predictions of a split at a mark.
        rows: what rows a second are called.
    """

    name: str
    title: str
    measure: str
    peers: tuple[Peer, ...]
    prepare: Callable[[Path, bool], tuple[dict[str, Path], dict[str, Any]]]
    truth: Callable[[Path, str], Any]
    score: Callable[[Any, Any], dict[str, float]]
    marks: tuple[float, ...]
    quick_marks: tuple[float, ...] = (20.0,)
    in_quick: bool = True
    higher: bool = True
    decimals: int = 4
    answer_seconds: float = 30.0
    rows: str = "rows"


def all_tasks() -> dict[str, Task]:
    """Return the tasks of every `task_*.py` beside this file, by name."""
    modules = [importlib.import_module(path.stem) for path in sorted(HERE.glob("task_*.py"))]
    return {task.name: task for module in modules for task in module.TASKS}


def chosen(tasks: Mapping[str, Task], names: Sequence[str], peers: Sequence[str]) -> list[tuple[Task, Peer]]:
    """Return the lanes of some tasks and peers; no peers: all.

    Raises:
        SettingError: a name that no task or peer has.
    """
    for name in names:
        if name not in tasks:
            raise SettingError("--tasks", name, "must be a task of the race", tasks)
    known = {peer.name for task in tasks.values() for peer in task.peers}
    for name in peers:
        if name not in known:
            raise SettingError("--peers", name, "must be a peer of the race", known)
    return [
        (tasks[name], peer) for name in names for peer in tasks[name].peers if peer.name in (peers or known)
    ]


def user_lines(program: Path, task: str) -> int:
    """Count the lines that a user of the library writes for a task.

    They stand between `# user: begin` and `# user: end`; `# user: begin imdb tweets` counts for these tasks
    alone. Blank lines and comments do not count.

    Raises:
        SettingError: the marks do not alternate, or nothing is marked for the task.
    """
    count, inside, counted = 0, False, False
    for number, line in enumerate(program.read_text(encoding="utf-8").splitlines(), 1):
        begin, end = BEGIN.match(line), END.match(line)
        if (begin and inside) or (end and not inside):
            raise SettingError(f"{program.name}:{number}", line.strip(), "begin and end must alternate")
        if begin:
            inside, counted = True, not begin[1].split() or task in begin[1].split()
        elif end:
            inside = False
        elif inside and counted and line.strip() and not line.strip().startswith("#"):
            count += 1
    if inside or not count:
        rule = f"must have lines between `# user: begin` and `# user: end` that count for {task}"
        raise SettingError(program.name, count, rule)
    return count
