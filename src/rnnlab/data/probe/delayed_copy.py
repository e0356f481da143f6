"""Delayed copy: give back the first symbols after a long pause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from rnnlab.data.probe.base import IGNORED, ProbeRows, ProbeSource, padding
from rnnlab.data.probe.settings import checked
from rnnlab.data.probe.symbols import letters

BLANK, GO, FIRST = 1, 2, 3


class DelayedCopy(ProbeSource):
    """`count` symbols, a delay of blanks that ends with a sign to go, then as many blanks as symbols.

    At the last `count` steps the symbols are asked for in their order. Arjovsky et al. also ask for blanks at
    all other steps, which says nothing of memory and is left out here.

    Args:
        symbols: size of the alphabet (published: 8). count: symbols to copy (published: 10).
        sizes: see `ProbeSource`.

    Length: the delay, the sign included; a row has length + 2 count steps.
    """

    name = "delayed_copy"
    source = "Hochreiter & Schmidhuber 1997; the form of Arjovsky, Shah & Bengio 2016, Unitary Evolution RNNs"
    unit = "steps of delay"

    def __init__(
        self, symbols: int = 8, count: int = 10, sizes: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        self.symbols, self.count = checked("symbols", symbols), checked("count", count)
        super().__init__(sizes)
        self.classes = letters(symbols)
        self.tokens = ("", "_", ">", *self.classes)

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        count, rows = self.count, len(lengths)
        symbols = torch.randint(len(self.classes), (rows, count), generator=generator)  # (B, count)
        steps = lengths + 2 * count
        inputs = torch.full((rows, int(steps.max())), BLANK)  # (B, T)
        inputs[:, :count] = symbols + FIRST
        inputs.scatter_(1, (count + lengths - 1)[:, None], GO)
        inputs.masked_fill_(padding(steps, inputs.shape[1]), 0)
        asked = (count + lengths)[:, None] + torch.arange(count)
        return ProbeRows(inputs, steps, torch.full_like(inputs, IGNORED).scatter_(1, asked, symbols))

    def chance(self, length: int) -> float:
        return 1 / len(self.classes)
