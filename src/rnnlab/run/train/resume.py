"""Resume a run: reuse the overrides in its folder, and refuse a config that differs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.model.settings import SOLVED
from rnnlab.run.config.check import leaves
from rnnlab.run.config.later import BEFORE, FREE, as_before
from rnnlab.run.config.moved_files import found_again, rooted
from rnnlab.run.config.run_references import overrides as settled
from rnnlab.run.config.run_references import written
from rnnlab.run.config.saved import config_of, naming, overrides_of, saved_config
from rnnlab.run.folder.lock import holder_of, words
from rnnlab.run.folder.process import lives
from rnnlab.run.folder.result import ENDED, read
from rnnlab.run.train.slurm import follows


def is_resume(override: str) -> bool:
    return override.startswith("resume=") and override != "resume=null"


def take_up(overrides: list[str]) -> tuple[list[str], Path | None]:
    """Return the overrides to compose with and, if `resume=FOLDER` is among them, that run's folder.

    The run's saved overrides come first, what is typed now replaces those of the same key.
    """
    named = [o for o in overrides if is_resume(o)]
    if not named:
        return overrides, None
    value = named[-1].partition("=")[2].strip("'\"")
    if not value:
        raise SettingError("resume", "", "must be the folder of a run: resume=outputs/imdb/bilstm/...")
    folder = Path(value).expanduser().absolute()
    result = read_result(folder, value)
    if not follows():  # the process running there is the leader of this one
        check_open(folder, result, value)
    with naming("resume"):
        saved, config = overrides_of(folder / "overrides.yaml"), config_of(folder / "config.yaml")
    check_checkpoint(folder)
    typed = [o for o in overrides if o not in named]
    keys = {"resume", *(o.split("=", 1)[0] for o in typed)}
    moved = found_again(config, result.get("cwd"), keys)
    found = [*settled(config), *as_before(config), *solved(config)]
    found += [f"{key}={written(value)}" for key, value in moved.items()]
    kept = [o for o in (*saved, *found) if o.split("=", 1)[0] not in keys]
    return [*kept, *typed, f"resume='{folder}'", f"hydra.run.dir='{folder}'"], folder


def solved(config: dict[str, Any]) -> list[str]:
    """Return overrides with the sizes that were solved for in a run with matched sizes."""
    model = config.get("model") or {}
    if not model.get("parameters") and not model.get("state_size"):
        return []
    return [f"model.{name}={model[name]}" for name in SOLVED if name in model]


def check_checkpoint(folder: Path) -> None:
    """Refuse a truncated last.ckpt, which is not a zip archive. A run without one starts from step 0."""
    last = folder / "checkpoints" / "last.ckpt"
    if last.is_file() and not is_zipfile(last):
        rule = (
            "its checkpoints/last.ckpt is cut off or no checkpoint; "
            "delete that file and the run starts again from its first step"
        )
        raise SettingError("resume", folder, rule)


def read_result(folder: Path, value: str) -> dict[str, Any]:
    missing = [
        name for name in ("config.yaml", "overrides.yaml", "result.json") if not (folder / name).is_file()
    ]
    if missing:
        what = "has no " + ", ".join(missing) if folder.is_dir() else "does not exist"
        near = [str(p.parent) for p in folder.parent.glob("*/result.json")] if folder.parent.is_dir() else []
        raise SettingError("resume", value, f"must be the folder of a run; {folder} {what}", near)
    return read(folder / "result.json")


def check_open(folder: Path, result: dict[str, Any], value: str) -> None:
    """Refuse a run that has ended, or that another process is training."""
    status = result.get("status")  # none where a full disk broke the file
    if status in ENDED:
        why = "" if status == "finished" else " by its sweep, as others did better"
        raise SettingError("resume", value, f"that run is {status}{why}; there is nothing to go on with")
    holder = holder_of(folder)
    if holder is not None and holder.get("pid") != os.getpid():
        raise SettingError("resume", value, f"that run is still being trained by {words(holder)}")
    if status == "running" and is_alive(result):
        raise SettingError("resume", value, f"that run is still running as process {result['pid']}")


def is_alive(result: dict[str, Any]) -> bool:
    """Return whether the process that wrote the result is alive on this machine."""
    if result.get("host") != os.uname().nodename or result.get("pid") in (None, os.getpid()):
        return False
    return lives(int(result["pid"]), result.get("pid_started"))


def same_choices(cfg: DictConfig, folder: Path) -> None:
    """Refuse to resume where a choice differs from the run's config.yaml; the first difference is named.

    Paths are free to differ: a folder of runs may be moved between machines. A setting that is newer than
    the run has to keep the value that the run behaved by.
    """
    saved, then = saved_config(folder / "config.yaml"), read(folder / "result.json").get("cwd")
    differing = {}
    for key, value in leaves(cfg):
        if key in FREE:
            continue
        node = OmegaConf.select(saved, key, default=BEFORE.get(key, "absent"))
        before = OmegaConf.to_container(node) if OmegaConf.is_config(node) else node
        if rooted(key, before, then) != rooted(key, value, then):
            differing[key] = (before, value)
    if differing:
        key, (before, value) = next(iter(differing.items()))
        more = f" (and {len(differing) - 1} more)" if len(differing) > 1 else ""
        rule = f"resume= goes on with the choices of its run, which has {key}={before}{more}"
        raise SettingError(key, value, rule)
