"""Find a run's folder from a typed name: a path, a part of one, `last` or `last:TASK`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from rnnlab.errors import SettingError
from rnnlab.run.folder.last import latest, result_of, started
from rnnlab.run.folder.run_folder import RunFolder

OUTPUTS = Path("outputs")
SHOWN = 5  # runs that an error names


def find_run(name: str, outputs: Path = OUTPUTS, apart: Path | None = None) -> RunFolder:
    """Return the run that `name` means.

    Args:
        name: a run's folder; a folder that holds a single run; a part of the path of one run under `outputs`;
            `last`, the run with a checkpoint that was started or resumed latest; `last:TASK`, that of a task.
            The run that `last` finds is printed on stderr in one line.
        outputs: the folder that holds the runs.
        apart: a run that `last` leaves out: the one that asks.

    Raises:
        SettingError: no run, or several, match; the nearest ones are named.
    """
    if name == "last" or name.startswith("last:"):
        return RunFolder(_last(name, outputs, apart))
    typed = Path(name).expanduser()
    if name and _is_run(typed):
        return RunFolder(typed)
    inside = list(run_folders(typed)) if name and _is_folder(typed) else []
    if inside:
        return RunFolder(_only(name, inside, outputs, []))
    runs = list(run_folders(outputs))
    _need_any(name, runs, outputs)
    part = name.strip("/")
    meant = [path for path in runs if part and part in path.relative_to(outputs).as_posix()]
    return RunFolder(_only(name, meant, outputs, runs))


def run_folders(root: Path) -> Iterator[Path]:
    """Yield every run's folder under `root`; folders inside a run's folder are not searched."""
    for folder, _ in run_files(root):
        yield folder


def run_files(root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield what `run_folders` does, each with the names of the files in it."""
    for folder, below, files in os.walk(root):
        if "config.yaml" in files:
            below.clear()
            yield Path(folder), files
        below.sort()


def _is_run(path: Path) -> bool:
    try:
        return (path / "config.yaml").is_file()
    except (OSError, ValueError):  # a name that is too long, or holds a zero byte, is no path
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _last(name: str, outputs: Path, apart: Path | None) -> Path:
    own = None if apart is None else apart.resolve()
    runs = [path for path in run_folders(outputs) if path.resolve() != own]
    _need_any(name, runs, outputs)
    task = name.removeprefix("last").removeprefix(":")
    meant = [path for path in runs if task_of(path) == task] if ":" in name else runs
    if not meant:
        names = [f"last:{found}" for found in {task_of(path) for path in runs} if found]
        raise SettingError("RUN", name, f"there is no run of this task under {outputs}", names)
    return latest(name, meant)


def task_of(run: Path) -> str:
    """Return the run's task, from its result.json; empty where that is missing or broken."""
    return str(result_of(run).get("task", ""))


def _need_any(name: str, runs: Sequence[Path], outputs: Path) -> None:
    if not runs:
        what = "holds no run yet" if outputs.is_dir() else "is no folder"
        raise SettingError(
            "RUN", name, f"{outputs} {what}; name a run's folder, or its parent with --outputs DIR"
        )


def _only(name: str, meant: Sequence[Path], outputs: Path, runs: Sequence[Path]) -> Path:
    """Return the only run that matches."""
    if not meant:
        near = [path.as_posix() for path in _nearest(name.strip("/"), runs, outputs)]
        raise SettingError("RUN", name, f"is no part of the path of a run under {outputs}", near)
    if len(meant) > 1:
        latest = [path.as_posix() for path in sorted(meant, key=started)[-SHOWN:]]
        which = "" if len(latest) == len(meant) else f", the latest {SHOWN} of which are named"
        raise SettingError("RUN", name, f"this is a part of {len(meant)} runs{which}", latest)
    return meant[0]


def _nearest(part: str, runs: Sequence[Path], outputs: Path) -> list[Path]:
    """Return the runs with a folder's name most like `part`, the latest first among equals."""

    def likeness(run: Path) -> float:
        pieces = [*run.relative_to(outputs).parts, run.relative_to(outputs).as_posix()]
        return max(SequenceMatcher(None, part, piece).ratio() for piece in pieces)

    latest = sorted(runs, key=started, reverse=True)
    return sorted(latest, key=likeness, reverse=True)[:SHOWN]
