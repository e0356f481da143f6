"""A sweep's folder from what a person types: a path, its name, a part of that, or `last`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from rnnlab.errors import SettingError
from rnnlab.sweep.folder import SweepFolder

SETTING = "SWEEP"
SHOWN = 5  # sweeps that an error names


def find_sweep(name: str, outputs: Path) -> SweepFolder:
    """The sweep that `name` means.

    Args:
        name: a sweep's folder; its name, or a unique part of that, under `outputs`/sweeps; `last`, the sweep
            that was started or gone on with latest.
        outputs: the folder that holds `sweeps`.

    Raises:
        SettingError: no sweep, or several, are meant; the nearest ones are named.
    """
    typed = Path(name).expanduser()
    if name and _is_sweep(typed):
        return SweepFolder(typed.absolute())
    root = outputs / "sweeps"
    sweeps = [path for path in sorted(root.iterdir()) if _is_sweep(path)] if root.is_dir() else []
    if not sweeps:
        raise SettingError(SETTING, name, f"{root} holds no sweep; name a sweep's folder, or --outputs DIR")
    if name == "last":
        return SweepFolder(max(sweeps, key=_started).absolute())
    return SweepFolder(_meant(name, sweeps, root).absolute())


def _meant(name: str, sweeps: list[Path], root: Path) -> Path:
    part = name.strip("/").removeprefix(f"{root.as_posix()}/")
    found = [path for path in sweeps if path.name == part] or [
        path for path in sweeps if part and part in path.name
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        names = [path.name for path in sweeps]
        near = get_close_matches(part, names, n=SHOWN, cutoff=0.3) or names[-SHOWN:]
        rule = f"is no sweep's folder, nor a part of the name of one in {root}"
        raise SettingError(SETTING, name, rule, near)
    latest = [path.name for path in sorted(found, key=_started)[-SHOWN:]]
    which = "" if len(latest) == len(found) else f", the latest {SHOWN} of which are named"
    raise SettingError(SETTING, name, f"this is a part of {len(found)} sweeps{which}", latest)


def _is_sweep(path: Path) -> bool:
    """Whether it has a ledger or, of an older version, numbered folders of jobs; a run's folder is none."""
    try:
        if not path.is_dir() or (path / "config.yaml").is_file():
            return False
        if any((path / name).is_file() for name in ("ledger.jsonl", "sweep.yaml")):
            return True
        return any(below.name.isdecimal() and below.is_dir() for below in path.iterdir())
    except (OSError, ValueError):  # a name that is too long, or holds a zero byte, is no path
        return False


def _started(path: Path) -> tuple[float, str]:
    """When it was started or gone on with: each start writes sweep.yaml."""
    spec = path / "sweep.yaml"
    return (spec if spec.is_file() else path).stat().st_mtime, path.name
