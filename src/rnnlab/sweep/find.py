"""Find a sweep's folder by its path, its name, a part of that, or `last`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from rnnlab.errors import SettingError
from rnnlab.sweep.folder import SweepFolder

SETTING = "SWEEP"
SHOWN = 5  # sweeps that an error names


def find_sweep(name: str, outputs: Path) -> SweepFolder:
    """Return the sweep that `name` refers to.

    Args:
        name: a sweep's folder; its name, or a unique part of that, under `outputs`/sweeps; `last`, the sweep
            that was started or resumed last.
        outputs: the folder that holds `sweeps`.

    Raises:
        SettingError: no sweep, or several, match; the error names the most similar ones.
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
    """Return whether it has a ledger or, from an older version, numbered job folders, unlike a run."""
    try:
        if not path.is_dir() or (path / "config.yaml").is_file():
            return False
        if any((path / name).is_file() for name in ("ledger.jsonl", "sweep.yaml")):
            return True
        return any(below.name.isdecimal() and below.is_dir() for below in path.iterdir())
    except (OSError, ValueError):  # a name that is too long or has a zero byte is not a path
        return False


def _started(path: Path) -> tuple[float, str]:
    """Return when the sweep was started or resumed: each start writes sweep.yaml."""
    spec = path / "sweep.yaml"
    return (spec if spec.is_file() else path).stat().st_mtime, path.name
