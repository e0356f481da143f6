"""What of styles cannot go together, as far as a config can show it."""

from __future__ import annotations

from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.run.config.styles import styles_of_data


def check_styles(cfg: DictConfig) -> None:
    """Raise SettingError for the first clash; texts of styles may train a model without, to compare with."""
    styled, size = cfg.data._target_.endswith(".StyledData"), cfg.model.get("style_size", 0)
    if styled:
        styles_of_data(cfg)
    if not size:
        return
    if not cfg.task._target_.endswith(".LanguageModeling"):
        rule = f"is of language models, and task={cfg.task.name} reads no styles: choose 0"
        raise SettingError("model.style_size", size, rule)
    if cfg.data._target_.startswith("rnnlab.") and not styled:
        rule = (
            f"needs texts of several styles, and data={cfg.data.name} has none: "
            "add data=styles data.paths=[a.txt,b.txt], or choose 0"
        )
        raise SettingError("model.style_size", size, rule)
