"""Hydra plugin for sweepers; ours lives in rnnlab.sweep and is imported when a sweep starts."""

from __future__ import annotations

from typing import Any

from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig


class RnnlabSweeper(Sweeper):
    """Hands a multirun to `rnnlab.sweep.start`; Hydra's own launchers are not used."""

    config: DictConfig

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        self.config = config

    def sweep(self, arguments: list[str]) -> Any:
        from rnnlab.sweep.start import start
        from rnnlab.training.callback.signals import SIGNALS

        SIGNALS.restore()  # the sweep answers signals in its own way
        return start(arguments, self.config)
