"""The minLSTM. Shapes: T steps, B rows, H units."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.cells.scan import Scan


class MinLSTM(Scan):
    """Feng et al. (2024), section 3.2, with n of `Scan`.

    i = sigmoid(W_i x);  f = sigmoid(W_f x);  h' = f / (f + i) h + i / (f + i) n
    """

    name = "minlstm"
    num_gates, forgets = 3, True

    def raw_fraction(self, gates: list[Tensor]) -> Tensor:
        """Return s before the sigmoid (T, B, H); safe if i and f both vanish."""
        return F.logsigmoid(gates[0]) - F.logsigmoid(gates[1])
