"""Run a composed config as Hydra runs a job; Hydra's own entry would compose it twice more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hydra._internal.callbacks import Callbacks
from hydra._internal.utils import run_and_report
from hydra.core.utils import configure_log, run_job
from hydra.types import HydraContext, RunMode
from omegaconf import DictConfig, read_write


def can_run(of_hydra: DictConfig, flags: list[str]) -> bool:
    """Return whether a config is to be run here: what Hydra's flags ask for, Hydra does itself."""
    return not flags and of_hydra.mode in (None, RunMode.RUN)


def run_composed(cfg: DictConfig, task: Callable[[DictConfig], None]) -> None:
    """Configure logging, call `task` with the config, and end the process if it raised an exception.

    Args:
        cfg: the config with Hydra's part.
    """
    with read_write(cfg.hydra):
        cfg.hydra.mode = RunMode.RUN
    configure_log(cfg.hydra.hydra_logging, cfg.hydra.verbose)
    callbacks = Callbacks(cfg)
    context: Any = HydraContext(config_loader=None, callbacks=callbacks)  # type: ignore[arg-type]

    def run() -> None:
        name = cfg.hydra.job.config_name
        callbacks.on_run_start(config=cfg, config_name=name)
        done = run_job(task, cfg, "hydra.run.dir", None, context)
        callbacks.on_run_end(config=cfg, config_name=name, job_return=done)
        _ = done.return_value  # raises the task's exception

    run_and_report(run)
