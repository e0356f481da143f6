"""The function that Hydra calls: one run, whose every end is recorded in its folder."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from rnnlab.errors import UserError
from rnnlab.run.config.config_dir import FIELD
from rnnlab.run.config.debug_keys import fit_debug
from rnnlab.run.config.run_references import settle
from rnnlab.run.folder.code import packages
from rnnlab.run.folder.lock import FolderLock, Held
from rnnlab.run.folder.result import Result
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.folder.same_data import OtherData
from rnnlab.run.train.command import without_hydra
from rnnlab.run.train.ending import broken_beside, failed, stopped, wrong_input
from rnnlab.run.train.slurm import follows, go_back, stand_alone
from rnnlab.run.train.sweep_job import sweep_job
from rnnlab.training.callback.signals import INTERRUPTED, PREEMPTED, SIGNALS, Interrupted

log = logging.getLogger("rnnlab")


@contextmanager
def orderly() -> Iterator[None]:
    """End the process inside on a signal with its exit code, from the first import on.

    A Slurm job that was preempted goes back into the queue.
    """
    logging.raiseExceptions = False  # a log file on a full disk must not print a traceback for each line
    SIGNALS.install()
    try:
        yield
    except Interrupted as stop:
        code: Any = stop.code
    except KeyboardInterrupt:
        code = INTERRUPTED
    except SystemExit as left:
        code = left.code
    else:
        code = 0
    SIGNALS.leaving = True
    if code == PREEMPTED:
        go_back()
    sys.exit(code)


def job(cfg: DictConfig) -> None:
    """Run, and end the process with an exit code that is not 0 where the run did not end well."""
    hydra: Any = HydraConfig.get()
    code = run(
        without_hydra(cfg),
        RunFolder(Path(hydra.runtime.output_dir)),
        list(hydra.overrides.task),
        hydra.runtime.choices.model,
        config_dir_of(hydra.runtime.config_sources),
    )
    if code:
        sys.exit(code)


def config_dir_of(sources: Iterable[Any]) -> Path | None:
    """Return the folder of --config-dir among Hydra's sources of configs."""
    return next((Path(one.path).absolute() for one in sources if one.provider == "command-line"), None)


def run(
    cfg: DictConfig, folder: RunFolder, overrides: list[str], model: str, config_dir: Path | None = None
) -> int:
    """Train into the folder.

    Args:
        overrides: as typed; model: the name that was chosen with model=.
        config_dir: the folder of --config-dir.

    Returns:
        The exit code: 0 finished or pruned, 1 failed, 2 a wrong setting, 130 interrupted by Ctrl-C, 143
        preempted.
    """
    installed = SIGNALS.install()
    try:
        return _run(cfg, folder, overrides, model, config_dir)
    except Interrupted as stop:  # before the first line or after the last
        return stop.code
    finally:
        if installed:
            SIGNALS.restore()


def _run(
    cfg: DictConfig, folder: RunFolder, overrides: list[str], model: str, config_dir: Path | None
) -> int:
    overrides = [o for o in overrides if not o.startswith("resume=")]
    fields = {"task": cfg.task.name, "model": {"name": model}, "seed": cfg.seed, "overrides": overrides}
    if config_dir is not None:
        fields[FIELD] = str(config_dir)
    sweep = sweep_job()
    if sweep is not None:
        fields["sweep"] = sweep.fields()
    if sweep is not None or has_one_process(cfg.trainer):
        stand_alone()
    result = Result(folder.path, fields, primary=not follows())
    log.setLevel(logging.INFO if result.primary else logging.WARNING)  # the log of one process is enough
    lock = FolderLock()
    try:
        if result.primary:
            folder.path.mkdir(parents=True, exist_ok=True)
            lock.acquire(folder.path, "this run is being trained")
        fit_debug(cfg, overrides)
        settle(cfg)
        begin = partial(begin_in, folder, cfg, overrides, result)
        fresh = not folder.last.is_file()
        if fresh:
            begin()
        with SIGNALS.importing():
            from rnnlab.run.train.train_run import train

        train(cfg, folder, result, begun if fresh else begin)
    except (Held, OtherData) as error:  # nothing is written: another process or other data own the folder
        print(f"error: {error}", file=sys.stderr)
        return 2
    except UserError as error:
        return wrong_input(error, result)
    except (Interrupted, KeyboardInterrupt, SystemExit) as stop:
        return stopped(stop, result, folder)
    except Exception as error:
        if SIGNALS.raised or broken_beside(error):
            return stopped(error, result, folder)
        return failed(error, result, folder)
    finally:
        SIGNALS.leaving = True
        finish_wandb()
        lock.release()
    return 0


def begun() -> None:
    """Do nothing: config and code are in the folder."""


def begin_in(folder: RunFolder, cfg: DictConfig, overrides: list[str], result: Result) -> None:
    """Write config, code and status to the folder; a resumed run does so once its data have been compared."""
    if result.primary:
        folder.write_choices(cfg, overrides)
        folder.write_code(result.patch, packages())
        result.update()


def has_one_process(trainer: DictConfig) -> bool:
    return trainer.get("strategy") in (None, "auto") and str(trainer.get("devices")) == "1"


def finish_wandb() -> None:
    """Finish the W&B run, if there is one; without it, nothing of Lightning is imported."""
    if "wandb" in sys.modules:
        from rnnlab.training.logger.wandb import finish

        finish()
