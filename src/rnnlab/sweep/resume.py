"""Resume a sweep: ended jobs stay, all others are taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError, UserError
from rnnlab.run.folder.lock import FolderLock
from rnnlab.sweep.beat import living
from rnnlab.sweep.check_sweep import seconds_in
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.job_broker import JobBroker
from rnnlab.sweep.known import check_known, remember_sweep
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.ledger.rebuild import rebuild
from rnnlab.sweep.ledger.restudy import restudy
from rnnlab.sweep.ledger.trouble import trouble
from rnnlab.sweep.spec import Spec

KEY = "sweep.resume"
NEW = ("timeout", "stall_limit", "max_failure_rate", "kill_after")  # settings of `sweep` that may change
FREE = ("sweep.resume", "sweep.retry_failed", "sweep.dry_run", *(f"sweep.{name}" for name in NEW))
LONGER = "sweep.trials"  # may grow, but for a grid


def go_on(
    arguments: Sequence[str], config: DictConfig, lock: FolderLock
) -> tuple[SweepFolder, dict[str, Any]]:
    """Return the folder of the sweep, ready for workers, and the launcher's settings.

    Args:
        lock: acquired for the folder, so that no other process resumes the sweep.

    Raises:
        SettingError: the folder is no sweep, or in use, or the choices are not the sweep's.
    """
    folder = SweepFolder(Path(str(config.sweep.resume)).expanduser().absolute())
    try:
        spec = Spec.load(folder)
    except UserError as error:
        near = [str(path.parent) for path in folder.path.parent.glob("*/sweep.yaml")]
        raise SettingError(
            KEY, config.sweep.resume, f"must be the folder of a sweep; {error}", near
        ) from error
    same_sweep(arguments, spec)
    check_known(folder, KEY)
    lock.acquire(folder.path, "this sweep is being led")
    alive = living(folder, spec.heartbeat_timeout)
    if alive:
        who = ", ".join(f"process {beat['pid']} on {beat['host']}" for beat in alive[:3])
        rule = f"that sweep is being worked on by {who}; stop it with: rnnlab sweep cancel {folder.path}"
        raise SettingError(KEY, config.sweep.resume, rule)
    wrong = trouble(folder, spec)
    if isinstance(wrong, str):
        print(f"note: {folder.ledger} {wrong}\nit was {rebuild(folder, spec)}")
    spec = renewed(arguments, spec, config)
    spec.save(folder)
    remember_sweep(folder)
    take_up(folder, spec, retry_failed=bool(config.sweep.retry_failed))
    return folder, spec.launcher


def take_up(folder: SweepFolder, spec: Spec, retry_failed: bool) -> None:
    """Release what dead workers had, bring the study up to date, and restart the clock."""
    ledger = Ledger(folder).sync()
    for path in folder.workers.glob("*.json*"):
        path.unlink(missing_ok=True)
    ledger.release(ledger.holders())
    if retry_failed:
        ledger.retry([row.number for row in ledger.rows if row.state == "failed"])
    ledger.go()
    lost = restudy(folder, spec, ledger)
    if lost is not None:
        print(f"note: {lost}")
    JobBroker(folder, spec, "resume").take_over()


def same_sweep(arguments: Sequence[str], spec: Spec) -> None:
    """Refuse choices that differ from those the sweep was started with; show the difference."""
    for argument in arguments:
        key, _, value = argument.partition("=")
        if key in FREE or key == LONGER or key.startswith("launcher") or argument in spec.overrides:
            continue
        before = [o for o in spec.overrides if o.partition("=")[0] == key]
        before += [f"{key} searched" for d in spec.space.dimensions if d.key == key]
        had = before[0] if before else f"no {key}"
        rule = f"sweep.resume goes on with the choices of its sweep, which has {had}"
        raise SettingError(key, value, rule)


def renewed(arguments: Sequence[str], spec: Spec, config: DictConfig) -> Spec:
    """Return the spec with the changes that resuming allows."""
    typed = {argument.partition("=")[0] for argument in arguments}
    changes: dict[str, Any] = {}
    for name in NEW:
        if f"sweep.{name}" in typed:
            is_span = name in ("timeout", "stall_limit")
            changes[name] = seconds_in(config.sweep, name) if is_span else float(config.sweep[name])
    if LONGER in typed:
        if spec.sampler == "grid" or config.sweep.trials < (spec.trials or 0):
            raise SettingError(
                LONGER, config.sweep.trials, f"the sweep has {spec.trials}, which can only grow"
            )
        changes["trials"] = config.sweep.trials
    if any(key.startswith("launcher") for key in typed):
        changes["launcher"] = OmegaConf.to_container(config.launcher, resolve=True)
    return replace(spec, **changes)
