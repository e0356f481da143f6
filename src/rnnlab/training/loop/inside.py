"""Changes to Lightning's private parts by callbacks and tasks, for the versions known to support them."""

from __future__ import annotations

from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.loggers import WandbLogger
from torch.optim import Optimizer

from rnnlab.training.loop.covered import VERSIONS


def forget_restart(trainer: pl.Trainer) -> None:
    """Let the loop over epochs treat the current epoch as one that began in this process."""
    if pl.__version__.startswith(VERSIONS):
        trainer.fit_loop._restarting = False
    else:  # the public setter also resets the inner loops: an interrupted validation starts again
        trainer.fit_loop.restarting = False


def leave_signals(trainer: pl.Trainer) -> None:
    """Stop Lightning from handling signals. An unknown version adds its SIGTERM handler to ours."""
    if pl.__version__.startswith(VERSIONS):
        trainer._signal_connector.register_signal_handlers = lambda: None  # type: ignore[method-assign]


def allow_clipping(optimizer: Optimizer) -> None:
    """Let Lightning clip the gradients of a fused optimizer in mixed precision when nothing scales them.

    An unknown version may raise its own error.
    """
    if pl.__version__.startswith(VERSIONS):
        fused: Any = optimizer
        fused._step_supports_amp_scaling = False


def forget_anonymous(logger: WandbLogger) -> None:
    """Remove an argument of `wandb.init` that W&B warns about; an unknown version passes it on."""
    if pl.__version__.startswith(VERSIONS):
        logger._wandb_init.pop("anonymous", None)
