"""A learning rate scaled for a single step."""

from __future__ import annotations

from typing import Any

from torch.optim import Optimizer


class WindowRate:
    """Scales the learning rates of one optimizer step and puts them back: the schedule sees no change.

    Merity et al. (2018), section 5: a step over a short window must be smaller, or short windows count too
    much.

    Attributes:
        scale: of the next step; 1 leaves it as it is.
    """

    def __init__(self) -> None:
        self.scale = 1.0
        self._before: list[Any] | None = None

    def attach(self, optimizer: Optimizer) -> None:
        """Put the rates back after each step of this optimizer."""
        optimizer.register_step_post_hook(self._restore)

    def apply(self, optimizer: Optimizer) -> None:
        """Scale the rates of the next step."""
        if self.scale == 1:
            return
        self._before = [group["lr"] for group in optimizer.param_groups]
        for group in optimizer.param_groups:
            group["lr"] = group["lr"] * self.scale

    def _restore(self, optimizer: Optimizer, *_: Any) -> None:
        if self._before is None:
            return
        for group, rate in zip(optimizer.param_groups, self._before, strict=True):
            group["lr"] = rate
        self._before = None
