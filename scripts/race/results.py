"""The steps of a race and their results: a JSON file each, written whole, so that a stopped race goes on."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environment
from lanes import OURS, PEERS, Peer, Task, user_lines
from machine import machine_lines
from run_lane import Ran, last_lines, start_and_wait
from scores import evaluations

from rnnlab.atomic import write_whole

Result = dict[str, Any]
ROOM = 240.0  # seconds beyond its budget and its predictions before a training is ended
USE_LIMIT = 300.0  # seconds for answering rows
FOLDERS = re.compile(r"/\S*/(?=site-packages/|peers/)")  # of this machine, which say nothing to others


@dataclass(frozen=True)
class Race:
    """Where a race is kept and how it runs: quick or full, the longest budget in minutes, cores."""

    folder: Path
    quick: bool
    threads: int
    minutes: float | None = None
    seed: int = 1
    cap: float | None = None  # seconds that no budget exceeds, so that all of a race fits into its time

    def marks(self, task: Task) -> tuple[float, ...]:
        """Return a task's marks in seconds; `minutes` is always the last one, `cap` where it cuts some."""
        marks = task.quick_marks if self.quick else task.marks
        if self.minutes is None:
            cut = self.cap is not None and marks[-1] > self.cap
            return (*(m for m in marks if m <= 0.75 * self.cap), self.cap) if cut and self.cap else marks
        return (*(mark for mark in marks if mark < 60 * self.minutes), 60 * self.minutes)

    @property
    def answer_part(self) -> float:
        return 0.25 if self.quick else 1.0


@dataclass(frozen=True)
class Step:
    """One thing to run: `train` or `use`, of a peer in a task, in a round from 1."""

    action: str
    task: Task
    peer: Peer
    round: int

    def __str__(self) -> str:
        return f"{self.task.name} {self.peer.name} {self.action} {self.round}"


def steps(lanes: Sequence[tuple[Task, Peer]], trainings: int, rounds: int) -> list[Step]:
    """Return all steps in order: rounds of a task's peers in turn, each round begins one peer later."""
    found = []
    for action, count in (("train", trainings), ("use", rounds)):
        for number in range(1, count + 1):
            for task in dict.fromkeys(task for task, _ in lanes):
                peers = [peer for own, peer in lanes if own is task and (action == "train" or peer.used)]
                first = (number - 1) % max(1, len(peers))
                found += [Step(action, task, peer, number) for peer in peers[first:] + peers[:first]]
    return found


def file_of(race: Race, step: Step) -> Path:
    return race.folder / "lanes" / step.task.name / step.peer.name / f"{step.action}_{step.round}.json"


def key_of(race: Race, step: Step) -> str:
    """Return what a result depends on, as a digest: programs, requirements, settings, marks, threads."""
    parts: list[Any] = [step.action, race.marks(step.task), race.quick, race.threads, race.seed]
    parts += [step.peer.requirements, dict(step.peer.settings), dict(step.peer.environment)]
    texts = [path.read_text(encoding="utf-8") for path in (step.peer.program, PEERS / "protocol.py")]
    return hashlib.sha256(json.dumps([*parts, *texts]).encode()).hexdigest()[:16]


def result_of(race: Race, step: Step) -> Result | None:
    """Return the result of a step that was run as it would be run now; None if there is none."""
    path = file_of(race, step)
    if not path.is_file():
        return None
    found: Result = json.loads(path.read_text(encoding="utf-8"))
    if "error" in found:
        found["error"] = FOLDERS.sub("", found["error"])
    return found if found["key"] == key_of(race, step) else None


def prepared(race: Race, task: Task) -> tuple[dict[str, Path], dict[str, Any]]:
    """Return a task's files and facts, which are made once for all peers."""
    folder = race.folder / "data" / task.name
    done = folder / "prepared.json"
    if not done.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        files, facts = task.prepare(folder, race.quick)
        named = {split: str(path.resolve()) for split, path in files.items()}
        write_whole(done, json.dumps({"files": named, "facts": facts}))
    found = json.loads(done.read_text(encoding="utf-8"))
    return {split: Path(path) for split, path in found["files"].items()}, found["facts"]


def run_step(race: Race, step: Step) -> Result:
    """Run a step and write its result, whether it went well or not."""
    result: Result = {"task": step.task.name, "peer": step.peer.name, "action": step.action}
    result |= {"round": step.round, "key": key_of(race, step), "started": time.strftime("%Y-%m-%d %H:%M:%S")}
    result |= {
        "machine": machine_lines(race.threads),
        "status": "ok",
        "user_lines": user_lines(step.peer.program, step.task.name),
    }
    try:
        python = environment.python_of(step.peer.requirements)
        result["versions"] = versions(step.peer)
        result |= train(race, step, python) if step.action == "train" else use(race, step, python)
    except environment.InstallError as error:
        result |= {"status": "not installed", "error": str(error)}
    except (ValueError, OSError, KeyError, TypeError) as error:  # predictions that nobody can read
        result |= {"status": "no predictions", "error": f"{type(error).__name__}: {error}"}
    path = file_of(race, step)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(result, indent=1))
    return result


def versions(peer: Peer) -> dict[str, str]:
    """Return the version of each package that a peer's list names; of ours, of what it stands on."""
    from importlib.metadata import version

    if not peer.requirements:
        return {name: version(name) for name in (OURS, "torch", "pytorch-lightning", "scikit-learn")}
    installed = {name.lower(): number for name, number in environment.versions_of(peer.requirements).items()}
    names = [line.partition("==")[0].partition("[")[0].lower() for line in peer.requirements]
    return {name: installed[name] for name in names if name in installed}


def train(race: Race, step: Step, python: Path) -> Result:
    """Train once, or once for each mark; return evaluations, seconds and peak memory."""
    marks = race.marks(step.task)
    parts = [(mark,) for mark in marks] if step.peer.once_per_mark else [marks]
    found: list[dict[str, Any]] = []
    seconds, memory = 0.0, 0
    extra: dict[str, float] = {}
    for part in parts:
        folder = fresh_folder(race, step, part)
        ran = start(race, step, python, "train", folder, part)
        seconds, memory = seconds + ran.seconds, max(memory, ran.memory)
        problem = problem_of(ran, folder)
        if problem:
            return problem | {"seconds": seconds, "memory": memory, "evaluations": found}
        found += evaluations(step.task, folder, race.folder / "data" / step.task.name)
        path = folder / "extra.json"
        extra |= json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {"seconds": seconds, "memory": memory, "evaluations": found, "extra": extra}


def use(race: Race, step: Step, python: Path) -> Result:
    """Answer rows with the model of the last training; return start-up, latencies and throughput."""
    folder = kept_folder(race, step)
    if folder is None:
        return {"status": "not trained", "error": "its training failed"}
    (folder / "use.json").unlink(missing_ok=True)
    ran = start(race, step, python, "use", folder, race.marks(step.task))
    problem = problem_of(ran, folder)
    if problem:
        return problem
    found: Result = json.loads((folder / "use.json").read_text(encoding="utf-8"))
    return {**found, "seconds": ran.seconds, "memory": ran.memory}


def kept_folder(race: Race, step: Step) -> Path | None:
    """Return the folder of a peer's newest training that went well, of its last mark."""
    found = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in file_of(race, step).parent.glob("train_*.json")
    ]
    rounds = [one["round"] for one in found if one["status"] == "ok"]
    name = f"{race.marks(step.task)[-1]:g}"
    return file_of(race, step).parent / f"round_{max(rounds)}" / name if rounds else None


def fresh_folder(race: Race, step: Step, marks: Sequence[float]) -> Path:
    """Return an empty folder for a training, named by its last mark."""
    folder = file_of(race, step).parent / f"round_{step.round}" / f"{marks[-1]:g}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder.resolve()


def start(race: Race, step: Step, python: Path, command: str, folder: Path, marks: Sequence[float]) -> Ran:
    """Write the job and run the peer's program on it."""
    files, facts = prepared(race, step.task)
    answering = step.task.answer_seconds * race.answer_part
    job: dict[str, Any] = {
        "task": step.task.name,
        "files": {split: str(path) for split, path in files.items()},
    }
    job |= {"settings": {**facts, **step.peer.settings}, "marks": list(marks), "answer_seconds": answering}
    job |= {"threads": race.threads, "seed": race.seed + step.round - 1, "folder": str(folder.resolve())}
    job |= {"many_seconds": 1.0 if race.quick else 5.0, "quick": race.quick}
    path = folder / f"{command}.job.json"
    path.write_text(json.dumps(job, indent=1), encoding="utf-8")
    limit = USE_LIMIT
    if command == "train":
        limit = marks[-1] * 1.2 + len(marks) * answering * 4 + ROOM
    line = [str(python), str(step.peer.program), command, str(path)]
    variables = {"RNNLAB_CACHE_DIR": str(folder / "cache")}
    if not step.peer.requirements and "PYTHONPATH" in os.environ:  # the race's own Python finds what it finds
        variables["PYTHONPATH"] = os.environ["PYTHONPATH"]
    variables |= step.peer.environment
    return start_and_wait(line, folder / f"{command}.log", limit, race.threads, variables, folder)


def problem_of(ran: Ran, folder: Path) -> Result:
    """Return status and error of a process that did not end well; empty for one that did."""
    log = max(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, default=folder / "none")
    if ran.late:
        return {"status": "too late", "error": f"ended after {ran.seconds:.0f} s\n{last_lines(log)}"}
    if ran.code:
        return {"status": "crashed", "error": f"exit code {ran.code}\n{last_lines(log)}"}
    return {}
