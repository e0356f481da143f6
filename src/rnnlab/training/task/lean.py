"""Lower overhead of Lightning in every step."""

from __future__ import annotations

from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.profilers import PassThroughProfiler

from rnnlab.training.loop.epoch import LeanEpochLoop
from rnnlab.training.loop.profiler import NoProfiler


class LeanModule(pl.LightningModule):
    """A LightningModule for short steps, whose trainer uses the lean loop if it supports the training."""

    def __setattr__(self, name: str, value: Any) -> None:
        # Lightning records the current hook, and torch checks whether what is set is a parameter.
        if name == "_current_fx_name":
            self.__dict__[name] = value
        else:
            super().__setattr__(name, value)

    def setup(self, stage: str) -> None:
        trainer: Any = self.trainer
        if type(trainer.profiler) is PassThroughProfiler:
            trainer.profiler = NoProfiler()
        LeanEpochLoop.put_into(trainer)
