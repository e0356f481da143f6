"""Layer-wise learning rates and weight decays, for any optimizer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer

from rnnlab.model.layer import Layer
from rnnlab.model.norm import MaskedBatchNorm
from rnnlab.training.settings import checked

NORMS = (nn.LayerNorm, MaskedBatchNorm)
STACK = re.compile(r"((?:sentence_)?encoder)\.(?:(?:forward|backward)_layers|depth\.blocks)\.(\d+)\.")
STACKS = ("sentence_encoder", "encoder")  # from the head down


def grouped(
    make: Callable[[Iterable[tuple[str, Tensor]]], Optimizer],
    network: nn.Module,
    no_decay: Sequence[str],
    layer_decay: float | None,
    named: Iterable[tuple[str, Tensor]],
) -> Optimizer:
    """Return an optimizer of the network's named parameters, its groups split by `regroup`."""
    optimizer = make(named)
    regroup(optimizer, network, no_decay, layer_decay)
    return optimizer


def regroup(
    optimizer: Optimizer, network: nn.Module, no_decay: Sequence[str] = (), layer_decay: float | None = None
) -> None:
    """Split the optimizer's groups, before its first step; without settings it changes nothing.

    Args:
        no_decay: kinds of parameters without weight decay: bias, norm (gains and biases of normalisations),
            embedding (word vectors), rate (decay rates, phases and gains of cells, `Layer.rates`).
        layer_decay: >= 1; each layer's rate is that of the layer above divided by it (Howard & Ruder 2018,
            who use 2.6). The head, with pooling and everything else above the layers, has the full rate; the
            word vectors have the lowest.

    Raises:
        ValueError: an unknown kind, a `layer_decay` below 1.
    """
    checked("no_decay", list(no_decay))
    checked("layer_decay", layer_decay)
    if not no_decay and layer_decay in (None, 1):
        return
    kinds, depths = kinds_of(network), depths_of(network)
    groups: list[dict[str, Any]] = []
    for group in optimizer.param_groups:
        parts: dict[tuple[bool, int], dict[str, Any]] = {}
        for place, parameter in enumerate(group["params"]):
            decays = not kinds[id(parameter)] & set(no_decay)
            depth = 0 if layer_decay is None else depths[id(parameter)]
            fresh = {**group, "params": [], **({"param_names": []} if "param_names" in group else {})}
            part = parts.setdefault((decays, depth), fresh)
            part["params"].append(parameter)
            if "param_names" in group:
                part["param_names"].append(group["param_names"][place])
        for (decays, depth), part in parts.items():
            part["weight_decay"] = part.get("weight_decay", 0.0) if decays else 0.0
            part["lr"] = part["lr"] / (layer_decay or 1.0) ** depth
            groups.append(part)
    optimizer.param_groups[:] = groups
    if hasattr(optimizer, "share"):
        optimizer.share()


def kinds_of(network: nn.Module) -> dict[int, set[str]]:
    """Return the kinds, of `DECAYED`, of each parameter, by its id."""
    kinds: dict[int, set[str]] = {id(parameter): set() for parameter in network.parameters()}
    for module in network.modules():
        for name, parameter in module.named_parameters(recurse=False):
            kinds[id(parameter)] |= {"bias"} if "bias" in name else set()
            kinds[id(parameter)] |= {"norm"} if isinstance(module, NORMS) or "gain" in name else set()
            kinds[id(parameter)] |= {"embedding"} if isinstance(module, nn.Embedding) else set()
            kinds[id(parameter)] |= {"rate"} if isinstance(module, Layer) and name in module.rates else set()
    return kinds


def depths_of(network: nn.Module) -> dict[int, int]:
    """Return the number of layers above each parameter, by its id: 0 for the head, most for the vectors."""
    named = list(network.named_parameters())
    layers = {found.groups() for name, _ in named if (found := STACK.search(name))}
    order = sorted(layers, key=lambda layer: (STACKS.index(layer[0]), -int(layer[1])))
    below = {layer: depth for depth, layer in enumerate(order, start=1)}
    depths = {}
    for name, parameter in named:
        found = STACK.search(name)
        lowest = len(order) + 1 if re.search(r"(^|\.)embedding\.", name) else 0
        depths[id(parameter)] = below[found.groups()] if found else lowest
    return depths
