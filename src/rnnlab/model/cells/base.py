"""A recurrent layer defined by its cell, which computes one step.

Shapes: B rows, T steps, I input features, H units, O output features, G gates; steps are time-major.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnnlab.model.cell_options import RECURRENT, CellOptions, check_options
from rnnlab.model.cells.matrix_gradient import MatrixGradient, fits_matrix_gradient
from rnnlab.model.dropout import drop_entries
from rnnlab.model.initialise import initialise_matrix
from rnnlab.model.layer import Layer, LayerOutput, State
from rnnlab.model.scripted_steps import python_loop, scripted_loop
from rnnlab.model.sequence import last_step
from rnnlab.model.settings import checked


class Cell(Layer):
    """A cell and its weights, run over all steps by a compiled loop.

    A custom cell is a subclass with `step` and `weights`; docs/adding.md shows one. Every cell inherits:

    variational dropout (Gal & Ghahramani 2016): features of the hidden state are dropped before the recurrent
        product, one mask (B, O) for all steps of a row, and the rest is scaled by 1 / (1 - p).
    weight_drop (Merity et al. 2018): entries of the recurrent matrix, one mask a batch, scaled likewise.
    zoneout (Krueger et al. 2017): in training a unit keeps its old value with the probability z, drawn anew
        at each step; evaluation uses the expectation z old + (1 - z) new.

    Args:
        input_size, hidden_size: features of a step, units.
        options: the cell's options besides its sizes; None for the defaults.

    Raises:
        ValueError: a size that is not a whole number of at least 1; an option that the cell does not support.
    """

    name: ClassVar[str] = ""
    """The name in `CELLS`; empty for an external cell."""
    num_gates: ClassVar[int] = 1
    num_parts: ClassVar[int] = 1
    """Number of parts of the state; all but the first, the hidden state, have H features."""
    forgets: ClassVar[bool] = False
    """Whether the third gate from the end is a forget gate, whose bias starts at `forget_bias`."""
    adds_products: ClassVar[bool] = False
    """Whether `step` does nothing with h but to add its product with the matrix of `weights`, the tensor or
    its field `recurrent`, to the last columns of x. The matrix's gradient is then made at once."""
    has: ClassVar[frozenset[str]] = RECURRENT
    """Names of the `CellOptions` that an external cell supports."""

    def __init__(self, input_size: int, hidden_size: int, options: CellOptions | None = None) -> None:
        super().__init__()
        self.options = options = options or CellOptions()
        check_options(self.name or type(self).__name__, options, None if self.name else self.has)
        self.input_size = checked("input_size", input_size)
        self.hidden_size = checked("hidden_size", hidden_size)
        self.output_size = options.projection_size or hidden_size
        self.state_sizes = (self.output_size, *[hidden_size] * (self.num_parts - 1))
        rows = self.gates() * hidden_size
        self.weight_ih_l0 = nn.Parameter(torch.empty(rows, input_size))
        initialise_matrix(options.input_init, self.weight_ih_l0, self.gates())
        self.make_recurrent()
        self.bias_ih_l0 = nn.Parameter(torch.zeros(rows))
        if self.forgets:
            nn.init.constant_(self.bias_ih_l0.data.chunk(self.gates())[-3], options.forget_bias)

    @staticmethod
    def step(x: Tensor, h: Tensor, state: list[Tensor], weights: Any) -> list[Tensor]:
        """Return the parts of the state (B, F) after one step; the first of them is the output.

        TorchScript compiles it: every argument needs a type, and an optional part a name before its test.

        Args:
            x: (B, G H), one step of the result of `inputs`.
            h: (B, O), the hidden state as the recurrent product reads it: with dropped features under
                variational dropout.
            state: the parts (B, F) before the step; the first is the whole hidden state.
            weights: the result of `weights`: a tensor, or the cell's own NamedTuple.
        """
        raise NotImplementedError

    def weights(self) -> Any:
        """Return the weights that every step reads, made once per pass."""
        raise NotImplementedError

    def inputs(self, steps: Tensor) -> Tensor:
        """Return the inputs' part of every step, from (T, B, I) in one product: W x + b, (T, B, G H)."""
        return F.linear(steps, self.weight_ih_l0, self.bias_ih_l0)

    def gates(self) -> int:
        return self.num_gates

    def make_recurrent(self) -> None:
        """Create the recurrent weights, (G H, O) unless a cell has others."""
        self.weight_hh_l0 = nn.Parameter(torch.empty(self.gates() * self.hidden_size, self.output_size))
        initialise_matrix(self.options.recurrent_init, self.weight_hh_l0, self.gates())

    def forward(
        self, steps: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> LayerOutput:
        """Map (T, B, I) to `LayerOutput`; the state after uneven rows is exact."""
        return self.run(steps, self.inputs(steps), lengths, state)

    def run(self, steps: Tensor, inputs: Tensor, lengths: Tensor | None, state: State | None) -> LayerOutput:
        """Run the loop over the result of `inputs`."""
        batch = steps.shape[1]
        parts = (
            [steps.new_zeros(batch, size) for size in self.state_sizes]
            if state is None
            else [part[0] for part in state]
        )
        looped = python_loop if torch.compiler.is_compiling() else scripted_loop
        run = looped(type(self).step)
        weights, mask = self.weights(), self.mask(steps)
        inputs, weights, gradient = self.with_gradient(inputs, weights)
        over_time = run(inputs, parts, weights, mask, *self.keeps(steps))
        if gradient is not None:
            gradient.reads(parts[0], over_time[0], mask)
        reached = tuple(last_step(part, lengths).unsqueeze(0) for part in over_time)
        return LayerOutput(over_time[0], reached)

    def with_gradient(self, inputs: Tensor, weights: Any) -> tuple[Tensor, Any, MatrixGradient | None]:
        """Return inputs and weights to run with, and what makes the recurrent matrix's gradient; None where
        the steps make it.
        """
        matrix = weights if isinstance(weights, Tensor) else getattr(weights, "recurrent", None)
        if not self.adds_products or matrix is None or not fits_matrix_gradient(matrix):
            return inputs, weights, None
        columns = self.gates() * self.hidden_size
        gradient, plain = MatrixGradient(self.matrix_gradient, columns), matrix.detach()
        weights = plain if weights is matrix else weights._replace(recurrent=plain)
        return gradient.attach(inputs, matrix), weights, gradient

    def matrix_gradient(self, hidden: Tensor, gradients: Tensor) -> Tensor:
        """Return the gradient of the matrix (O, C) from the states that steps read (T, B, O) and the
        gradients of their products with it (T, B, C).
        """
        return hidden.flatten(0, 1).t() @ gradients.flatten(0, 1)

    def recurrent(self) -> Tensor:
        """Return the recurrent weights, in training with dropped entries if the options ask for it."""
        return self.dropped(self.weight_hh_l0)

    def dropped(self, weight: Tensor) -> Tensor:
        """Return the weight, in training with dropped entries if the options ask for it."""
        kind, dropped = self.options.recurrent_dropout_kind, self.options.recurrent_dropout
        if kind != "weight_drop" or not dropped or not self.training:
            return weight
        return drop_entries(weight, dropped)

    def mask(self, steps: Tensor) -> Tensor | None:
        """Return the variational dropout mask of the hidden state (B, O); None for no dropout."""
        kind, dropped = self.options.recurrent_dropout_kind, self.options.recurrent_dropout
        if kind != "variational" or not dropped or not self.training:
            return None
        return drop_entries(steps.new_ones(steps.shape[1], self.output_size), dropped)

    def keep(self, probability: float, steps: Tensor, size: int) -> Tensor | None:
        """Return the fraction of a part's old value that zoneout keeps (T, B, size); None for no zoneout."""
        if not probability:
            return None
        if self.training:
            return (torch.rand(*steps.shape[:2], size, device=steps.device) < probability).type_as(steps)
        return steps.new_full((1, 1, 1), probability).expand(*steps.shape[:2], size)

    def keeps(self, steps: Tensor) -> tuple[Tensor | None, Tensor | None]:
        """Return `keep` of the hidden state and of the cell state."""
        options = self.options
        hidden = self.keep(options.zoneout, steps, self.output_size)
        return hidden, self.keep(options.memory_zoneout, steps, self.hidden_size)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}"
