"""Brackets of several kinds with a bounded depth: which one may be closed next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rnnlab.data.probe.base import ProbeRows, ProbeSource, padded
from rnnlab.data.probe.settings import checked

PAIRS = ("()", "[]", "{}", "<>")


class Dyck(ProbeSource):
    """Prefixes of well-nested brackets; the target of each step is the closing bracket that may come next.

    It is that of the innermost open bracket, or none where nothing is open. Each symbol opens or closes with
    even odds, except at depth 0 and at the greatest depth, where only one of them is possible.

    Args:
        kinds: kinds of brackets, 1 to 4. max_depth: brackets that may be open at once.
        sizes: see `ProbeSource`.

    Length: symbols.
    """

    name = "dyck"
    source = "Hewitt et al. 2020, RNNs can generate bounded hierarchical languages with optimal memory"
    unit = "symbols"
    min_length = 2

    def __init__(
        self, kinds: int = 2, max_depth: int = 4, sizes: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        self.kinds, self.max_depth = checked("kinds", kinds), checked("max_depth", max_depth)
        super().__init__(sizes)
        pairs = PAIRS[:kinds]
        self.tokens = ("", *(pair[0] for pair in pairs), *(pair[1] for pair in pairs))
        self.classes = ("none", *(pair[1] for pair in pairs))

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        shape = (len(lengths), int(lengths.max()))
        moves = 2 * torch.randint(2, shape, generator=generator) - 1  # (B, T)
        depth = self.folded(moves.cumsum(1))
        before = torch.nn.functional.pad(depth[:, :-1], (1, 0))  # (B, T), 0 at the start
        opens = depth > before
        kinds = torch.randint(1, self.kinds + 1, shape, generator=generator)
        innermost = innermost_open(kinds, opens, depth, self.max_depth)  # (B, levels, T)
        closed = innermost.gather(1, before[:, None]).squeeze(1)  # (B, T)
        targets = innermost.gather(1, depth[:, None]).squeeze(1)
        return padded(torch.where(opens, kinds, closed + self.kinds), lengths, targets)

    def folded(self, walk: Tensor) -> Tensor:
        """Fold a walk of single moves into 0 to `max_depth`: it turns at both ends."""
        return ((walk + self.max_depth) % (2 * self.max_depth) - self.max_depth).abs()

    def chance(self, length: int) -> float:
        depths = torch.zeros(self.max_depth + 1, dtype=torch.float64)
        depths[0], empty = 1.0, 0.0
        for _ in range(length):
            moved = torch.zeros_like(depths)
            for depth, odds in enumerate(depths):
                ends = [end for end in (depth - 1, depth + 1) if 0 <= end <= self.max_depth]
                for end in ends:
                    moved[end] += odds / len(ends)
            depths, empty = moved, empty + float(moved[0])
        nothing = empty / length
        return max(nothing, (1 - nothing) / self.kinds)


def innermost_open(kinds: Tensor, opens: Tensor, depth: Tensor, max_depth: int) -> Tensor:
    """Return (B, max_depth + 1, T), the kind last opened at each depth up to a step; 0 at depth 0.

    Args:
        kinds: (B, T), the kind that a step would open. opens: (B, T) bool. depth: (B, T), after the step.
    """
    levels = torch.arange(max_depth + 1)[:, None]  # (levels, 1)
    at = opens[:, None] & (depth[:, None] == levels)  # (B, levels, T)
    last = torch.where(at, torch.arange(kinds.shape[1]), -1).cummax(2).values
    found = kinds[:, None].expand_as(last).gather(2, last.clamp(min=0))
    return found.masked_fill(last < 0, 0)
