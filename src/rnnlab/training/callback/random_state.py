"""The random states of Python, NumPy and torch in the checkpoint, so that a resumed run draws the same
numbers as an uninterrupted one.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Callback

from rnnlab.training.task.gather import gather


class RandomState(Callback):
    """Saves every process's random states as plain tensors and numbers; restores them before the first batch
    after a resume.
    """

    def __init__(self) -> None:
        self._loaded: list[dict[str, Any]] | None = None

    def state_dict(self) -> dict[str, Any]:
        return {"states": gather(random_states())}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._loaded = state_dict["states"]

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        if self._loaded is not None:
            if trainer.global_rank < len(self._loaded):
                set_random_states(self._loaded[trainer.global_rank])
            self._loaded = None


def random_states() -> dict[str, Any]:
    """Return all random states of this process, in a form that `torch.load(weights_only=True)` reads."""
    _, keys, position, has_gauss, gauss = np.random.get_state()
    version, words, next_gauss = random.getstate()
    states: dict[str, Any] = {
        "torch": torch.get_rng_state(),
        "numpy": [
            torch.from_numpy(np.asarray(keys).astype(np.int64)),
            int(position),
            int(has_gauss),
            float(gauss),
        ],
        "python": [version, torch.tensor(words, dtype=torch.int64), next_gauss],
    }
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        states["cuda"] = torch.cuda.get_rng_state()
    if torch.backends.mps.is_available():
        states["mps"] = torch.mps.get_rng_state()
    return states


def set_random_states(states: dict[str, Any]) -> None:
    """Restore states from `random_states`; those of a device that this machine lacks are skipped."""
    torch.set_rng_state(states["torch"].cpu())
    keys, position, has_gauss, gauss = states["numpy"]
    np.random.set_state(("MT19937", keys.cpu().numpy().astype(np.uint32), position, has_gauss, gauss))
    version, words, next_gauss = states["python"]
    random.setstate((version, tuple(words.tolist()), next_gauss))
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"].cpu())
    if "mps" in states and torch.backends.mps.is_available():
        torch.mps.set_rng_state(states["mps"].cpu())
