"""Lightning's hooks of a step, called only on callbacks and tasks that override them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytorch_lightning as pl
from pytorch_lightning.callbacks import Callback


class Hook:
    """One hook: the callbacks that override it, in their order, then the task if it does.

    Lightning calls every callback for every hook of every step, and most of those calls do nothing.

    Args:
        name: the hook's name, the same in callbacks and tasks.
    """

    def __init__(self, name: str, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        self.name, self.trainer, self.task = name, trainer, task
        callbacks: list[Callback] = trainer.callbacks  # type: ignore[attr-defined]
        self._callbacks = [getattr(one, name) for one in callbacks if answers(one, name, Callback)]
        own: Callable[..., Any] = getattr(task, name)
        self._task = own if answers(task, name, pl.LightningModule) else None
        self._answered = bool(self._callbacks) or self._task is not None

    def __call__(self, *arguments: Any) -> None:
        if not self._answered:
            return
        state, before = self.task.__dict__, self.task._current_fx_name
        state["_current_fx_name"] = self.name  # which `self.log` reads
        for callback in self._callbacks:
            callback(self.trainer, self.task, *arguments)
        if self._task is not None:
            self._task(*arguments)
        state["_current_fx_name"] = before


def answers(thing: object, name: str, base: type) -> bool:
    """Return whether `thing` overrides the empty method of Lightning's class."""
    method = getattr(thing, name)
    return getattr(method, "__func__", method) is not getattr(base, name)
