"""The gradient of a loop's recurrent matrix from one product over all steps.

Shapes: T steps, B rows, O features of the hidden state, C columns of its product.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

Product = Callable[[Tensor, Tensor], Tensor]
"""Maps hidden states (T, B, O) and the gradients of their products (T, B, C) to the matrix's gradient."""


class MatrixGradient:
    """A pass whose steps add their products with one matrix to the last columns of their inputs.

    The gradient of an input is then also that of the product. autograd would multiply at every step, rows by
    rows, and add a matrix of full size to the gradient each time. The result differs by rounding, and has no
    gradient itself.

    Args:
        product: makes the matrix's gradient.
        columns: C, how many of the inputs' columns the products are added to.
    """

    def __init__(self, product: Product, columns: int) -> None:
        self.product, self.columns = product, columns
        self.read: Callable[[], Tensor] | None = None

    def attach(self, inputs: Tensor, matrix: Tensor) -> Tensor:
        """Return the inputs (T, B, ...) to read instead; the steps then read `matrix.detach()`."""
        found: Tensor = _AtOnce.apply(inputs, matrix, self)
        return found

    def reads(self, start: Tensor, states: Tensor, mask: Tensor | None) -> None:
        """Say what the steps read: the state before them (B, O) and their own (T, B, O), times a mask."""
        known = states.detach()
        first = start.detach()

        def read() -> Tensor:
            hidden = torch.cat((first.unsqueeze(0).to(known.dtype), known[:-1]))  # (T, B, O)
            return hidden if mask is None else hidden * mask

        self.read = read


class _AtOnce(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, inputs: Tensor, matrix: Tensor, owner: MatrixGradient) -> Tensor:
        ctx.owner, ctx.dtype = owner, matrix.dtype
        return inputs.view_as(inputs)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradients: Tensor) -> tuple[Tensor, Tensor | None, None]:
        if not ctx.needs_input_grad[1]:
            return gradients, None, None
        of_products = gradients[..., -ctx.owner.columns :].to(ctx.dtype)
        return gradients, ctx.owner.product(ctx.owner.read().to(ctx.dtype), of_products), None


def fits_matrix_gradient(matrix: Tensor) -> bool:
    """Return whether a pass needs the matrix's gradient and is not recorded."""
    recorded = torch.jit.is_tracing() or torch.compiler.is_compiling()
    return torch.is_grad_enabled() and matrix.requires_grad and not recorded
