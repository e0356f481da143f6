"""Hidden units that follow a visible property of the text (Karpathy, Johnson & Fei-Fei 2015).

Shapes: B texts, T tokens, N tokens of all texts, U units, P predicates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from rnnlab.explain.trace import traces

LEAST = 20  # least tokens with a predicate, and without it, in each half
BATCH = 32  # texts read in parallel


class Unit(NamedTuple):
    """One unit of a layer's state: `layer` is the name of its `Trace`, kind is hidden or memory."""

    layer: str
    kind: str
    number: int

    def __str__(self) -> str:
        return f"{self.layer}, {self.kind} {self.number}"


class Selective(NamedTuple):
    """The unit that correlates most with a predicate.

    Attributes:
        correlation: Pearson's, over tokens of the held-out texts, which the unit was not chosen on.
        chosen_on: the same over the texts that it was chosen on: the largest of all units, biased upward.
        share: fraction of tokens with the predicate; for a number, its mean.
    """

    predicate: str
    unit: Unit
    correlation: float
    chosen_on: float
    share: float


def selective_units(
    network: nn.Module, texts: Sequence[Sequence[int]], facts: Mapping[str, Sequence[np.ndarray]]
) -> list[Selective]:
    """Find the unit that correlates most with each predicate, the strongest correlation first.

    A unit is chosen on every other text and measured on the rest, since the best of many units also fits its
    texts by chance.

    Args:
        texts: ids of at least two, each read from an empty state.
        facts: each predicate's name to its values at the tokens of each text. One that is nearly always or
            nearly never true is left out.
    """
    halves = [Half(), Half()]
    units: list[Unit] = []
    for start in range(0, len(texts), BATCH):
        part = texts[start : start + BATCH]
        units, states = states_of(network, part)
        for place, values in enumerate(states, start):
            known = np.stack([rows[place] for rows in facts.values()])  # (P, T)
            halves[place % 2].add(values[: known.shape[1]], known)
    chosen, other = (half.correlations() for half in halves)  # (P, U)
    found = []
    for row, name in enumerate(facts):
        if all(half.varied(row) for half in halves):
            best = int(np.abs(chosen[row]).argmax())
            numbers = float(other[row, best]), float(chosen[row, best])
            found.append(Selective(name, units[best], *numbers, halves[1].share(row)))
    return sorted(found, key=lambda one: -abs(one.correlation))


def states_of(network: nn.Module, texts: Sequence[Sequence[int]]) -> tuple[list[Unit], np.ndarray]:
    """Return the units and their values after each token (B, T, U), arbitrary past a text's end."""
    lengths = torch.tensor([len(text) for text in texts])
    tokens = torch.zeros(len(texts), int(lengths.max()), dtype=torch.int64)
    for row, text in zip(tokens, texts, strict=True):
        row[: len(text)] = torch.as_tensor(np.asarray(text, dtype=np.int64))
    device = next(network.parameters()).device
    units, parts = [], []
    for trace in traces(network, tokens.to(device), lengths.to(device)):
        for kind, part in (("hidden", trace.hidden), ("memory", trace.memory)):
            if part is not None:
                units += [Unit(trace.name, kind, number) for number in range(part.shape[2])]
                parts.append(part.cpu().numpy())
    return units, np.concatenate(parts, axis=2)


class Half:
    """Sums over tokens from which correlations are computed."""

    def __init__(self) -> None:
        self.number = 0
        self.sums: list[np.ndarray] = []

    def add(self, values: np.ndarray, known: np.ndarray) -> None:
        """Add the units (T, U) and predicates (P, T) of one text."""
        values = values.astype(np.float64)
        now = [
            values.sum(0),
            (values**2).sum(0),
            known.sum(1),
            (known**2).sum(1),
            known @ values,
            (known > 0).sum(1),
        ]
        self.sums = now if not self.sums else [a + b for a, b in zip(self.sums, now, strict=True)]
        self.number += len(values)

    def correlations(self) -> np.ndarray:
        """Return correlations (P, U); 0 if either is constant."""
        x, xx, y, yy, xy, _ = (part / self.number for part in self.sums)
        spread = np.sqrt(np.maximum(xx - x**2, 0) * np.maximum(yy - y**2, 0)[:, None])
        return np.divide(xy - y[:, None] * x, spread, out=np.zeros_like(spread), where=spread > 1e-12)

    def varied(self, row: int) -> bool:
        """Return whether the predicate is both true and false often enough for a meaningful correlation."""
        count = int(self.sums[5][row])
        return LEAST <= count <= self.number - LEAST

    def share(self, row: int) -> float:
        return float(self.sums[2][row] / self.number)
