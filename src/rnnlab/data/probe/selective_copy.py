"""Selective copy: give back the symbols that are scattered in noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rnnlab.data.probe.base import IGNORED, ProbeRows, ProbeSource, padding
from rnnlab.data.probe.settings import checked
from rnnlab.data.probe.symbols import draw_places, letters

NOISE, ASK, FIRST = 1, 2, 3


class SelectiveCopy(ProbeSource):
    """`count` symbols at random places among one symbol of noise, then `count` steps that ask for them.

    The symbols are asked for in their order. What to keep depends on the input, so a recurrence whose decays
    do not depend on it fails (Gu & Dao 2023); Feng et al. 2024 train minGRU and minLSTM on it.

    Args:
        symbols: size of the alphabet (published: 16). count: symbols to copy (published: 16).
        sizes: see `ProbeSource`.

    Length: steps with symbols and noise (published: 4096); a row has length + count steps.
    """

    name = "selective_copy"
    source = "Gu & Dao 2023, Mamba; Feng et al. 2024, Were RNNs All We Needed?"

    def __init__(
        self, symbols: int = 16, count: int = 16, sizes: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        self.symbols = checked("symbols", symbols)
        self.count = self.min_length = checked("count", count)
        super().__init__(sizes)
        self.classes = letters(symbols)
        self.tokens = ("", ".", "?", *self.classes)

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        count, rows = self.count, len(lengths)
        symbols = torch.randint(len(self.classes), (rows, count), generator=generator)  # (B, count)
        steps = lengths + count
        inputs = torch.full((rows, int(steps.max())), NOISE)  # (B, T)
        inputs.scatter_(1, draw_places(lengths, count, generator), symbols + FIRST)
        asked = lengths[:, None] + torch.arange(count)
        inputs.scatter_(1, asked, ASK).masked_fill_(padding(steps, inputs.shape[1]), 0)
        return ProbeRows(inputs, steps, torch.full_like(inputs, IGNORED).scatter_(1, asked, symbols))

    def chance(self, length: int) -> float:
        return 1 / len(self.classes)
