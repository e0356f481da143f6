"""The minGRU. Shapes: T steps, B rows, H units."""

from __future__ import annotations

from torch import Tensor

from rnnlab.model.cells.scan import Scan


class MinGRU(Scan):
    """Feng et al. (2024), section 3.1: z = sigmoid(W_z x);  h' = (1 - z) h + z n, with n of `Scan`."""

    name = "mingru"
    num_gates = 2

    def raw_fraction(self, gates: list[Tensor]) -> Tensor:
        """Return s before the sigmoid (T, B, H)."""
        return gates[0]
