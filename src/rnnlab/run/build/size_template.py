"""The sizes in a config that are solved for, and a config in which they change quickly."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import getitem
from typing import Any

from omegaconf import DictConfig, OmegaConf, open_dict

from rnnlab.model.settings import mlp_width

Sizes = dict[str, int | float]
"""Values of `hidden_size`, and of `mlp_ratio` and `embedding_size` where they are solved for."""
MARKS: Sizes = {"hidden_size": 999_983, "embedding_size": 999_979, "mlp_ratio": 0.999_983}
"""Values that no other setting has."""


class Template:
    """A config whose sizes change quickly: its interpolations, which take longest, are resolved once."""

    def __init__(self, cfg: DictConfig, sizes: Sizes) -> None:
        self.cfg = cfg.copy()
        set_sizes(self.cfg, {name: MARKS[name] for name in sizes})
        plain = [OmegaConf.to_container(cfg_part, resolve=True) for cfg_part in self.parts()]
        with open_dict(self.cfg):
            self.cfg.model, self.cfg.task.network = plain
        names = {mark: name for name, mark in MARKS.items()}
        self.places = [
            (node, place, names[value])
            for node, part in zip(self.parts(), plain, strict=True)
            for place, value in numbers(part)
            if value in names
        ]

    def parts(self) -> tuple[Any, Any]:
        return self.cfg.model, self.cfg.task.network

    def filled(self, sizes: Sizes) -> DictConfig:
        """Return the config with these sizes, which the next call changes."""
        for node, (*above, key), name in self.places:
            reduce(getitem, above, node)[key] = sizes[name]
        return self.cfg


def numbers(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], int | float]]:
    """Yield every number in plain containers, and its keys."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield from numbers(value, (*place, key))
    if isinstance(node, int | float):
        yield place, node


def starting_sizes(cfg: DictConfig) -> Sizes:
    """Return the sizes that are solved for, as the config has them."""
    model = cfg.model
    sizes: Sizes = {"hidden_size": int(model.hidden_size)}
    if model.get("block", "none") == "residual" and model.mlp_ratio:
        return sizes | {"mlp_ratio": float(model.mlp_ratio)}
    if not OmegaConf.is_interpolation(model, "embedding_size") and not is_tied(cfg):
        return sizes | {"embedding_size": int(model.embedding_size)}
    return sizes


def set_sizes(cfg: DictConfig, sizes: Sizes) -> None:
    """Change the sizes of a config; tied vectors stay as wide as the layers."""
    with open_dict(cfg):
        for name, value in sizes.items():
            cfg.model[name] = value
        own = OmegaConf.is_interpolation(cfg.model, "embedding_size") or cfg.model.get("projection_size")
        if is_tied(cfg) and not own:
            cfg.model.embedding_size = cfg.model.hidden_size


def is_tied(cfg: DictConfig) -> bool:
    """Return whether the vectors are the rows of the output layer, and so as wide as the layers."""
    return cfg.task.get("network", {}).get("tie_weights") is True


def in_words(sizes: Sizes) -> str:
    """Return the sizes in words: `hidden_size 52, mlp 118`."""
    hidden = int(sizes["hidden_size"])
    parts = [f"hidden_size {hidden}"]
    if "mlp_ratio" in sizes:
        parts.append(f"mlp {mlp_width(float(sizes['mlp_ratio']), hidden)}")
    if "embedding_size" in sizes:
        parts.append(f"embedding_size {sizes['embedding_size']}")
    return ", ".join(parts)
