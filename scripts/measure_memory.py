"""Measure the peak memory of a training by stage: imports, data, vectors, network, training, evaluation.

    python scripts/measure_memory.py experiment=race_tweets callback.whole_time.seconds=60
    python scripts/measure_memory.py task=imdb model=bilstm trainer.max_epochs=1 --every 0.005

It trains as `python train.py` does, in this process; a thread looks at the process 50 times a second, and
the kernel keeps the peak between two looks, which counts for the stage of the later one. A stage is the
function of rnnlab.run.train.train_run that is at work. Of each stage the table has its peak, how much of that
is the process's own (the rest are pages of files, mostly libraries), what is held at its end, and where the
peak was. Linux only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from rnnlab.report.tables import render

ROOT = Path(__file__).parents[1]
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
RESET_PEAK = "5"  # see proc_pid_clear_refs(5)
STAGES = "rnnlab.run.train.train_run"
START = "start and imports"


@dataclass
class Stage:
    """What was seen of a stage, in MiB, and where its peak was."""

    peak: float = 0
    own: float = 0
    end: float = 0
    place: str = ""


@dataclass
class Watch:
    """Looks at this process while its main thread trains.

    Attributes:
        every: seconds between two looks.
        stages: by name, in the order in which they came first.
        grown: MiB by which the process grew, by place and by the module that was imported then, if any.
        held: MiB at the last look.
    """

    every: float
    stages: dict[str, Stage] = field(default_factory=dict)
    grown: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    held: float = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        main = threading.main_thread().ident or 0
        while not self.ended.wait(self.every):
            self.look(sys._current_frames().get(main))

    def look(self, frame: FrameType | None) -> None:
        """Take the memory down under the stage that is at work, and begin a new peak."""
        memory = status()
        name, place = where(frame)
        stage = self.stages.setdefault(name, Stage())
        stage.end = memory["VmRSS"]
        self.grown[place, imported(frame)] += memory["VmRSS"] - self.held
        self.held = memory["VmRSS"]
        if memory["VmHWM"] > stage.peak:
            stage.peak, stage.own, stage.place = memory["VmHWM"], memory["RssAnon"], place
        CLEAR.write_text(RESET_PEAK)

    def rows(self) -> list[list[str]]:
        return [
            [name, f"{one.peak:,.0f}", f"{one.own:,.0f}", f"{one.end:,.0f}", one.place]
            for name, one in self.stages.items()
        ]

    def places(self, count: int) -> list[list[str]]:
        """Return the places where the process grew most, as rows of a table."""
        most = sorted(self.grown.items(), key=lambda item: -item[1])[:count]
        return [[place, module, f"{grown:,.0f}"] for (place, module), grown in most]


def status() -> dict[str, float]:
    """Return the sizes in /proc/self/status in MiB, by their names there."""
    lines = [line.split() for line in STATUS.read_text().splitlines()]
    return {line[0].rstrip(":"): int(line[1]) / 1024 for line in lines if line[-1] == "kB"}


def where(frame: FrameType | None) -> tuple[str, str]:
    """Return the stage that a stack is in, and its innermost function of rnnlab."""
    ours = []
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("rnnlab."):
            ours.append((module, frame.f_code.co_name, frame.f_lineno))
        frame = frame.f_back
    if not ours:
        return START, ""
    module, name, line = ours[0]
    place = f"{module.removeprefix('rnnlab.')}:{line} {name}"
    ours.reverse()  # outermost first
    inside = [number for number, one in enumerate(ours) if one[0] == STAGES and one[1] != "<module>"]
    if not inside:
        return START, place
    last = inside[-1]
    below = ours[last + 1][1] if last + 1 < len(ours) else ""
    stage = ours[last][1]
    return (f"{stage}: {below}" if stage == "assemble" and below else stage), place


def imported(frame: FrameType | None) -> str:
    """Return the outermost module of another package that a stack is importing, by its first two names."""
    found = ""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith("rnnlab."):
            return found
        if frame.f_code.co_name == "<module>":
            found = ".".join(name.split(".")[:2])
        frame = frame.f_back
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=float, default=0.02, help="seconds between two looks (default 0.02)")
    parser.add_argument("--places", type=int, default=12, help="places where it grew most (default 12)")
    arguments, overrides = parser.parse_known_args()
    if not STATUS.is_file():
        parser.error("this needs Linux: it reads /proc/self/status")
    watch = Watch(arguments.every)
    thread = threading.Thread(target=watch.run, daemon=True)
    thread.start()
    code: object = 0
    with tempfile.TemporaryDirectory() as folder:
        from rnnlab.commands.train import train

        try:
            train(ROOT / "conf", [f"hydra.run.dir={folder}/run", *overrides])
        except SystemExit as left:
            code = left.code
        watch.ended.set()
        thread.join()
    heads = ["stage", "peak MiB", "own at the peak", "held at the end", "where the peak was"]
    print(render(heads, watch.rows()))
    print(render(["it grew at", "importing", "MiB"], watch.places(arguments.places)))
    sys.exit(code)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
