"""What callbacks and tasks change in Lightning's private parts, where its version is one that we know."""

from __future__ import annotations

from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.loggers import WandbLogger
from torch.optim import Optimizer

from rnnlab.training.loop.covered import VERSIONS


def forget_restart(trainer: pl.Trainer) -> None:
    """Let the loop over epochs take the epoch in hand for one that began in this process."""
    if pl.__version__.startswith(VERSIONS):
        trainer.fit_loop._restarting = False
    else:  # the public setter resets the loops inside as well: a validation that was broken off starts again
        trainer.fit_loop.restarting = False


def leave_signals(trainer: pl.Trainer) -> None:
    """Keep Lightning from handling signals. An unknown version adds its handler of SIGTERM to ours."""
    if pl.__version__.startswith(VERSIONS):
        trainer._signal_connector.register_signal_handlers = lambda: None  # type: ignore[method-assign]


def allow_clipping(optimizer: Optimizer) -> None:
    """Let Lightning clip the gradients of a fused optimizer in mixed precision, where nothing scales them.

    An unknown version may refuse them by its own message.
    """
    if pl.__version__.startswith(VERSIONS):
        fused: Any = optimizer
        fused._step_supports_amp_scaling = False


def forget_anonymous(logger: WandbLogger) -> None:
    """Leave out an argument of `wandb.init` that W&B warns of; an unknown version passes it on."""
    if pl.__version__.startswith(VERSIONS):
        logger._wandb_init.pop("anonymous", None)
