"""What of styles cannot go together, as far as a config can show it."""

from __future__ import annotations

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.styles import styles_of_data


def check_styles(cfg: DictConfig) -> None:
    """Raise SettingError for the first clash; texts of styles may train a model without, to compare with."""
    styled, size = cfg.data._target_.endswith(".StyledData"), cfg.model.get("style_size", 0)
    if styled:
        check_texts(cfg)
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


def check_texts(cfg: DictConfig) -> None:
    """The texts and their names."""
    for name in ("paths", "names"):
        value = cfg.data.get(name)
        if not (OmegaConf.is_list(value) or (value is None and name == "names")):
            example = "[a.txt,b.txt,c.txt]" if name == "paths" else "[a,b,c] or null"
            raise SettingError(f"data.{name}", value, f"must be a list such as {example}")
    styles_of_data(cfg)
