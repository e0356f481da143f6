"""A sweep whose frozen code is a worker that only tells how it was started."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnnlab.sweep import child
from rnnlab.sweep.folder import SweepFolder

# Says what it was given; `stay` lets it wait for a signal, `code` is its exit code.
WORKER = """
import json, os, signal, sys, time
folder, slot = sys.argv[1], sys.argv[3]
names = ["PYTHONPATH", "OMP_NUM_THREADS", "RNNLAB_THREADS", "CUDA_VISIBLE_DEVICES", "RNNLAB_SLURM_WORKER"]
seen = {name: os.environ.get(name) for name in names}
seen |= {"pid": os.getpid(), "slot": slot, "cores": sorted(os.sched_getaffinity(0)), "session": os.getsid(0)}
print("worker", slot, "started", flush=True)
stay, code = os.path.join(folder, "stay"), os.path.join(folder, "code_of_exit")
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
place = os.path.join(folder, f"seen{slot}.json")
json.dump(seen, open(place + ".part", "w"))
os.replace(place + ".part", place)
while os.path.exists(stay):
    time.sleep(0.02)
code = int(open(code).read()) if os.path.exists(code) else 0
os.kill(os.getpid(), -code) if code < 0 else sys.exit(code)
"""


class Fake:
    """The folder, what its workers were given, and how they are to behave."""

    def __init__(self, folder: SweepFolder) -> None:
        self.folder = folder
        package = folder.code / "src" / "rnnlab"
        (package / "sweep" / "launch").mkdir(parents=True)
        for room in (package, package / "sweep", package / "sweep" / "launch"):
            (room / "__init__.py").touch()
        (package / "sweep" / "worker.py").write_text(WORKER)
        (package / "sweep" / "child.py").write_text(Path(child.__file__).read_text())
        told = "import sys; print('left by', sys.argv[1])"
        (package / "sweep" / "launch" / "slurm_worker.py").write_text(told)

    def stay(self, stay: bool = True) -> None:
        path = self.folder.path / "stay"
        path.touch() if stay else path.unlink(missing_ok=True)

    def exit_with(self, code: int) -> None:
        (self.folder.path / "code_of_exit").write_text(str(code))

    def seen(self, slot: int, but: int | None = None) -> dict[str, Any]:
        """What the worker of a slot was given, once it is another process than `but`."""
        path = self.folder.path / f"seen{slot}.json"

        def found() -> dict[str, Any] | None:
            told: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {"pid": but}
            return None if told["pid"] == but else told

        return until(found)


def until(what: Callable[[], Any], seconds: float = 30.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


@pytest.fixture
def wait_until() -> Callable[..., Any]:
    return until


@pytest.fixture
def fake(sweep: Any) -> Any:
    made = Fake(sweep().folder)
    yield made
    made.stay(False)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """A function that puts a program of this name, in bash, first on the PATH; it may use $CALLS, a file."""
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))

    def put(name: str, body: str) -> None:
        path = place / name
        path.write_text(f'#!/bin/bash\necho "{name} $*" >> "$CALLS"\n{body}\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return put
