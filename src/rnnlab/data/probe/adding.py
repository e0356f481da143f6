"""Adding: the sum of two marked numbers, far apart."""

from __future__ import annotations

import torch
from torch import Tensor

from rnnlab.data.probe.base import ProbeRows, ProbeSource, padding


class Adding(ProbeSource):
    """Each step has a number, uniform in [0, 1), and a mark; the last asks for the sum of the two marked.

    One mark, 1 instead of 0, lies in the first half of the row and one in the second. The range [0, 1) is
    that of Le et al. 2015; Hochreiter & Schmidhuber's is [-1, 1). A row is solved within 0.04, as in 1997.

    Length: steps.
    """

    name = "adding"
    source = "Hochreiter & Schmidhuber 1997, Long Short-Term Memory; the form of Le, Jaitly & Hinton 2015"
    input_size = 2
    tolerance = 0.04
    min_length = 2

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        rows, steps = len(lengths), int(lengths.max())
        numbers = torch.rand((rows, steps), generator=generator)  # (B, T)
        numbers.masked_fill_(padding(lengths, steps), 0)
        half = lengths // 2
        spans = torch.stack((half, lengths - half), 1)  # (B, 2)
        places = (torch.rand((rows, 2), generator=generator) * spans).long()
        places[:, 1] += half
        marks = torch.zeros_like(numbers).scatter_(1, places, 1.0)
        sums = numbers.gather(1, places).sum(1, keepdim=True)  # (B, 1)
        targets = torch.full_like(numbers, float("nan")).scatter_(1, (lengths - 1)[:, None], sums)
        return ProbeRows(torch.stack((numbers, marks), 2), lengths, targets)

    def chance(self, length: int) -> float:
        return 1 / 6  # the variance of the sum of two
