"""Styles of a run's texts, from its config."""

from __future__ import annotations

from typing import Any

from omegaconf import DictConfig, OmegaConf

from rnnlab.data.styles import style_names


def styles_of_data(cfg: DictConfig) -> tuple[str, ...]:
    """Return the names of the texts' styles, in the order of their numbers; none of a single text."""
    data: Any = OmegaConf.to_container(cfg.data, resolve=False)
    return style_names(data["paths"], data.get("names")) if data.get("paths") else ()
