"""Muon for recurrent matrices and AdamW for everything else, as one optimizer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

QUINTIC = (3.4445, -4.7750, 2.0315)  # drives singular values in (0, 1] to about 1 within five rounds


def orthogonalised(matrix: Tensor, rounds: int = 5) -> Tensor:
    """Approximate the closest matrix with orthonormal rows or columns: Newton-Schulz iteration (Jordan 2024).

    Every round is X' = (a I + b G + c G^2) X with G = X X^T, so that the rounds need only the small square G,
    and X is multiplied once, at the end: for a recurrent matrix of four gates 3.2 products of (H, H) a round
    instead of 9. It computes in the matrix's own type: torch's Muon uses bfloat16, which took twice as long
    on a CPU.
    """
    a, b, c = QUINTIC
    wide = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    wide = wide / wide.norm().clamp(min=1e-7)
    gram = wide @ wide.T
    factor: Tensor | None = None
    for number in range(rounds):
        change = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        change.diagonal().add_(a)
        factor = change if factor is None else change @ factor
        if number + 1 < rounds:
            gram = change @ gram @ change
    wide = wide if factor is None else factor @ wide
    return wide.T if matrix.shape[0] > matrix.shape[1] else wide


class Muon(Optimizer):
    """Steps matrices along the orthogonalised Nesterov momentum of their gradients (Jordan et al. 2024).

    Args:
        matrices: two-dimensional parameters.
        lr: scaled by sqrt(rows / columns) if a matrix has more rows than columns.
        momentum: in [0, 1).
        weight_decay: decoupled, as AdamW's.
    """

    def __init__(
        self, matrices: Iterable[Tensor], lr: float = 0.02, momentum: float = 0.95, weight_decay: float = 0.0
    ) -> None:
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # type: ignore[override]
        loss = _evaluated(closure)
        for group in self.param_groups:
            for matrix in group["params"]:
                if matrix.grad is not None:
                    direction = self._direction(matrix, matrix.grad, group["momentum"])
                    scale = max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
                    matrix.mul_(1 - group["lr"] * group["weight_decay"])
                    matrix.add_(direction, alpha=-group["lr"] * scale)
        return loss

    def _direction(self, matrix: Tensor, gradient: Tensor, momentum: float) -> Tensor:
        state = self.state[matrix]
        if not state:
            state["momentum"] = torch.zeros_like(matrix)
        mean = state["momentum"].lerp_(gradient, 1 - momentum)
        return orthogonalised(gradient.lerp(mean, momentum))


class MuonAdamW(Optimizer):
    """Muon on hidden-to-hidden matrices, AdamW on the rest; a schedule scales both learning rates.

    An orthogonal step moves all directions of a matrix equally, while the gradient of a recurrent matrix lies
    in few. Its five rounds of products take a third of a language model's step on a CPU.

    Args:
        named_parameters: pairs of name and parameter, as `Module.named_parameters` gives them.
        lr, betas, weight_decay: AdamW's; the decay is Muon's too.
        muon_lr, momentum: Muon's, for the matrices of `hidden_matrices`.

    Raises:
        ValueError: no parameter is a matrix of an encoder.
    """

    def __init__(
        self,
        named_parameters: Iterable[tuple[str, Tensor]],
        lr: float = 4e-3,
        muon_lr: float = 0.02,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.05,
        momentum: float = 0.95,
    ) -> None:
        named = list(named_parameters)
        chosen = hidden_matrices(named)
        if not chosen:
            raise ValueError("muon_lr needs an encoder with matrices, and the model has none")
        recurrent = [weight for name, weight in named if name in chosen]
        others = [weight for name, weight in named if name not in chosen]
        adamw = torch.optim.AdamW(others, lr=lr, betas=betas, weight_decay=weight_decay, fused=True)
        self.parts = [adamw, Muon(recurrent, muon_lr, momentum, weight_decay)]
        for number, part in enumerate(self.parts):
            part.param_groups[0]["part"] = number
        super().__init__([group for part in self.parts for group in part.param_groups], {})
        self.share()

    def share(self) -> None:
        """Let both parts use this optimizer's own groups and state, so that it is saved like any other."""
        for number, part in enumerate(self.parts):
            part.param_groups = [group for group in self.param_groups if group["part"] == number]
            part.state = self.state

    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # type: ignore[override]
        loss = _evaluated(closure)
        for part in self.parts:
            part.step()
        return loss

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self.share()


def hidden_matrices(named: Iterable[tuple[str, Tensor]]) -> set[str]:
    """Return the names of recurrent matrices; for cells without any, of all matrices of the encoder."""
    named = list(named)
    recurrent = {name for name, _ in named if "weight_hh" in name}
    return recurrent or {name for name, weight in named if "encoder." in name and weight.dim() == 2}


def _evaluated(closure: Callable[[], Any] | None) -> Any:
    if closure is None:
        return None
    with torch.enable_grad():
        return closure()
