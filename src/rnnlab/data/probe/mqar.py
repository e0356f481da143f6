"""Multi-query associative recall: the value that was paired with a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rnnlab.data.probe.base import IGNORED, ProbeRows, ProbeSource, padding
from rnnlab.data.probe.settings import checked
from rnnlab.data.probe.symbols import numbered

FILLER, FIRST = 1, 2


class Mqar(ProbeSource):
    """Pairs k_1 v_1 k_2 v_2 ... of different keys, then each key once more, in random order and places.

    The target of a key's second time is its value. Arora et al. draw the places of queries by a power law;
    here they are uniform among `spread` steps a pair, and the other steps hold one filler.

    Args:
        keys, values: number of keys and of values. spread: steps for queries, for each pair (published: 6,
            of 64 pairs in 512 steps); 1 leaves no filler.
        sizes: see `ProbeSource`.

    Length: pairs, at most `keys`; a row has (2 + spread) length steps.
    """

    name = "mqar"
    source = "Arora et al. 2024, Zoology: Measuring and Improving Recall in Efficient Language Models"
    unit = "pairs"
    min_length = 1

    def __init__(
        self,
        keys: int = 16,
        values: int = 16,
        spread: int = 1,
        sizes: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.keys = self.max_length = checked("keys", keys)
        self.values, self.spread = checked("values", values), checked("spread", spread)
        super().__init__(sizes)
        self.classes = numbered("v", values)
        self.tokens = ("", ".", *numbered("k", keys), *self.classes)

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        rows, most = len(lengths), int(lengths.max())
        keys = torch.rand((rows, self.keys), generator=generator).topk(most).indices  # (B, pairs)
        values = torch.randint(len(self.classes), (rows, most), generator=generator)
        steps = lengths * (2 + self.spread)
        inputs = torch.full((rows, int(steps.max()) + 1), FILLER)  # (B, T + 1): the last takes what is left
        left, none = inputs.shape[1] - 1, torch.arange(most) >= lengths[:, None]  # (B, pairs) without a pair
        pairs = torch.stack((keys + FIRST, values + FIRST + self.keys), 2).flatten(1)  # (B, 2 pairs)
        inputs[:, : 2 * most] = pairs
        asked = (2 * lengths)[:, None] + self.places(lengths, generator)  # (B, pairs)
        asked.masked_fill_(none, left)
        inputs[:, : 2 * most].masked_fill_(none.repeat_interleave(2, 1), FILLER)
        inputs.scatter_(1, asked, keys + FIRST)
        targets = torch.full_like(inputs, IGNORED).scatter_(1, asked, values)[:, :left]
        inputs = inputs[:, :left].masked_fill(padding(steps, left), 0)
        return ProbeRows(inputs, steps, targets)

    def places(self, lengths: Tensor, generator: torch.Generator) -> Tensor:
        """Draw for each pair the place of its query among the steps for queries: (B, pairs), different."""
        within = lengths * self.spread  # (B,)
        order = torch.rand((len(lengths), int(within.max())), generator=generator)
        order.masked_fill_(padding(within, order.shape[1]), 2)  # places past the end come last
        return order.argsort(1)[:, : int(lengths.max())]

    def chance(self, length: int) -> float:
        return 1 / len(self.classes)
