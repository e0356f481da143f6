"""The closed-form continuous-time cell. Shapes: B rows, T steps, I input features, H units."""

from __future__ import annotations

import torch
from torch import Tensor

from rnnlab.model.cells.base import Cell
from rnnlab.model.layer import LayerOutput, State


class CfC(Cell):
    """Units that move from one target to another as time passes (Hasani et al. 2022, equation 10).

        h' = (1 - s) tanh(W_g x + U_g h) + s tanh(W_k x + U_k h)
        s = sigmoid((W_a x + U_a h) t + W_b x + U_b h)

    t is the time since the step before, in usual steps; 1 where it is not given. The four products read x and
    h themselves, without the layers that the paper may put before them.
    """

    name = "cfc"
    num_gates, adds_products = 4, True
    reads_elapsed = True

    def forward(
        self,
        steps: Tensor,
        lengths: Tensor | None = None,
        state: State | None = None,
        elapsed: Tensor | None = None,
    ) -> LayerOutput:
        """Map (T, B, I), and the time since the step before (T, B), to `LayerOutput`."""
        return self.run(steps, self.inputs(steps, elapsed), lengths, state)

    def inputs(self, steps: Tensor, elapsed: Tensor | None = None) -> Tensor:
        """Return the inputs' part of every step after its time, (T, B, 1 + 4 H)."""
        products = super().inputs(steps)  # (T, B, 4 H)
        times = torch.ones_like(products[..., :1]) if elapsed is None else elapsed.unsqueeze(-1)
        return torch.cat((times.to(products.dtype), products), -1)

    def weights(self) -> Tensor:
        return self.recurrent().t()

    @staticmethod
    def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Tensor) -> list[Tensor]:
        time, read = x.split([1, weights.size(1)], 1)
        first, second, slope, level = torch.addmm(read, h, weights).chunk(4, 1)
        share = torch.sigmoid(slope * time + level)
        return [torch.lerp(torch.tanh(first), torch.tanh(second), share)]
