"""The Linear Recurrent Unit. Shapes: T steps, B rows, I input features, H units, as many complex numbers."""

from __future__ import annotations

from math import pi

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cell_options import CellOptions, check_options
from rnnlab.model.cells.linear_recurrence import linear_recurrence
from rnnlab.model.cells.matrix_state import at_least_float32
from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.layer import Layer, LayerOutput, State
from rnnlab.model.sequence import last_step
from rnnlab.model.settings import checked


class LRU(Layer):
    """A linear recurrence of H complex numbers with constant eigenvalues (Orvieto et al. 2023, section 3).

        x' = a x + g (W_b u)      a = exp(-exp(n) + i exp(p))      h = Re(W_c x') + W_d u + b

    The eigenvalues a start uniformly in the ring between `min_radius` and `max_radius` of the complex plane,
    with phases up to `max_phase`, and the gains g at sqrt(1 - |a|^2), so that x starts at the scale of the
    inputs at any memory. No part is nonlinear: the block around the layer has to be.

    The state is (h, x): the output, which no step reads, and the real parts of x followed by its imaginary
    parts, (B, 2 H), at least in float32, also under autocast and with weights in half precision. With weights
    in bfloat16 the phases themselves are rounded, to about 1 %: long memories then differ from float32's.

    Args:
        input_size, hidden_size: features of a step, units.
        options: `min_radius`, `max_radius`, `max_phase`, `input_init`; None for the defaults.

    Raises:
        ValueError: an argument outside its range; a ring without area; an option that the cell does not
            support.
    """

    first_read = 1
    rates = ("log_rate", "log_phase", "log_gain")

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions | None = None) -> None:
        super().__init__()
        options = options or CellOptions()
        check_options("lru", options)
        self.input_size = checked("input_size", input_size)
        self.hidden_size = self.output_size = checked("hidden_size", hidden_size)
        self.state_sizes = (hidden_size, 2 * hidden_size)
        self.weight_ih = nn.Parameter(torch.empty(3 * hidden_size, input_size))  # real, imaginary, W_d
        self.weight_out = nn.Parameter(torch.empty(hidden_size, 2 * hidden_size))
        self.bias_out = nn.Parameter(torch.zeros(hidden_size))
        initialise_matrix(options.input_init, self.weight_ih, 3)
        initialise_matrix("normal", self.weight_out)
        radius = ring(hidden_size, options)
        phase = torch.rand(hidden_size) * min(options.max_phase, 2 * pi)
        self.log_rate = nn.Parameter(torch.log(-torch.log(radius)))
        self.log_phase = nn.Parameter(torch.log(phase.clamp(min=1e-6)))
        self.log_gain = nn.Parameter(0.5 * torch.log1p(-(radius**2)))

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> LayerOutput:
        """Map (T, B, I) to `LayerOutput`."""
        real, imaginary, direct = F.linear(steps, self.weight_ih).chunk(3, -1)  # (T, B, H) each
        gain = at_least_float32(self.log_gain).exp()
        entering = at_least_float32(real) * gain, at_least_float32(imaginary) * gain
        if torch.compiler.is_compiling() and len(steps) == 1 and state is not None:
            pairs = self.next_pairs(*entering, state[1])
        else:
            inputs = torch.complex(*entering)
            start = None if state is None else joined(state[1][0].to(gain.dtype))
            states = linear_recurrence(self.eigenvalues().expand_as(inputs), inputs, start)  # (T, B, H)
            pairs = torch.cat((states.real, states.imag), -1)  # (T, B, 2 H)
        read = F.linear(pairs.to(self.weight_out.dtype), self.weight_out, self.bias_out)
        outputs = (read + direct).to(self.weight_ih.dtype)  # of the layers that follow, also under autocast
        return LayerOutput(outputs, tuple(last_step(part, lengths).unsqueeze(0) for part in (outputs, pairs)))

    def next_pairs(self, real: Tensor, imaginary: Tensor, pairs: Tensor) -> Tensor:
        """Return a single step (1, B, 2 H) without complex numbers, which exported graphs lack."""
        eigenvalues, (a, b) = self.eigenvalues(), pairs.chunk(2, -1)
        turned = a * eigenvalues.real - b * eigenvalues.imag, a * eigenvalues.imag + b * eigenvalues.real
        return torch.cat((turned[0] + real, turned[1] + imaginary), -1)

    def eigenvalues(self) -> Tensor:
        """Return a, (H,), complex; their magnitudes are below 1."""
        rate, phase = (at_least_float32(part).exp() for part in (self.log_rate, self.log_phase))
        return torch.polar(torch.exp(-rate), phase)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}"


def ring(count: int, options: CellOptions) -> Tensor:
    """Draw the magnitudes of eigenvalues that are uniform in a ring, (count,).

    Raises:
        ValueError: a ring without area.
    """
    low, high = options.min_radius, options.max_radius
    if low >= high:
        raise ValueError(f"min_radius={low} must be below max_radius={high}")
    square = torch.empty(count).uniform_(low**2, high**2)
    return square.clamp(min=1e-6, max=1 - 1e-6).sqrt()


def joined(pairs: Tensor) -> Tensor:
    """Map real parts followed by imaginary parts (B, 2 H) to complex numbers (B, H)."""
    real, imaginary = pairs.chunk(2, -1)
    return torch.complex(real, imaginary)
