"""Check settings of a schedule in combination, by its own class, which imports no torch."""

from __future__ import annotations

from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.rule import WrongValue, shown
from rnnlab.run.config.origin import located

OWN = "rnnlab.training.scheduler."


def check_scheduler(cfg: DictConfig) -> None:
    """Raise SettingError for the first setting that a scheduler of rnnlab refuses."""
    node = cfg.scheduler
    if not str(node._target_).startswith(OWN):
        return
    try:
        located(node._target_)(**{str(name): value for name, value in node.items() if name != "_target_"})
    except WrongValue as error:
        raise SettingError(f"scheduler.{error.name}", shown(error.value), error.rule) from error
