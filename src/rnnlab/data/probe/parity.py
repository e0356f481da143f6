"""Parity: is the number of ones so far odd?"""

from __future__ import annotations

import torch
from torch import Tensor

from rnnlab.data.probe.base import ProbeRows, ProbeSource, padded


class Parity(ProbeSource):
    """Bits x_1, x_2, ..., drawn with even odds; the target of each step is the parity of the bits up to it.

        y_t = (x_1 + ... + x_t) mod 2

    Hahn 2020 and Delétang et al. 2023 ask at the end; the label at each step is that of Grazzi et al. 2025's
    state tracking. A diagonal linear recurrence with decays in [0, 1] cannot learn it for all lengths.
    """

    name = "parity"
    source = "Delétang et al. 2023, Neural Networks and the Chomsky Hierarchy; Grazzi et al. 2025"
    unit = "bits"
    tokens = ("", "0", "1")
    classes = ("even", "odd")
    min_length = 2

    def draw(self, lengths: Tensor, generator: torch.Generator) -> ProbeRows:
        bits = torch.randint(2, (len(lengths), int(lengths.max())), generator=generator)  # (B, T)
        return padded(bits + 1, lengths, bits.cumsum(1) % 2)

    def chance(self, length: int) -> float:
        return 0.5
