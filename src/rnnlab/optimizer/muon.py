"""Muon for recurrent matrices, AdamW for all else, as one optimizer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer


class MuonAdamW(Optimizer):
    """Steps hidden-to-hidden matrices along orthogonalised momentum (Jordan et al. 2024), the rest by AdamW.

    An orthogonal step moves all directions of a matrix alike, where the gradient of a recurrent one lies in
    few. A schedule scales both learning rates. On a CPU the five products of matrices that a step of Muon
    takes cost about a third of a language model's step.

    Args:
        named_parameters: pairs of name and parameter, as `Module.named_parameters` gives them.
        lr, betas, weight_decay: AdamW's.
        muon_lr: Muon's, for names with `weight_hh`.
        momentum: of Muon, in [0, 1).

    Raises:
        ValueError: no parameter is a recurrent matrix.
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
        recurrent = [weight for name, weight in named if "weight_hh" in name]
        others = [weight for name, weight in named if "weight_hh" not in name]
        if not recurrent:
            raise ValueError("muon_lr needs recurrent matrices (weight_hh), and the model has none")
        adamw = torch.optim.AdamW(others, lr=lr, betas=betas, weight_decay=weight_decay, fused=True)
        muon = torch.optim.Muon(recurrent, lr=muon_lr, weight_decay=weight_decay, momentum=momentum)
        self.parts: list[Optimizer] = [adamw, muon]
        super().__init__([*adamw.param_groups, *muon.param_groups], {})
        self._share()

    def _share(self) -> None:
        """Let the parts work on this optimizer's own groups and state, so that it is saved as any other."""
        for part, group in zip(self.parts, self.param_groups, strict=True):
            part.param_groups, part.state = [group], self.state

    def step(self, closure: Callable[[], Any] | None = None) -> Any:  # type: ignore[override]
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for part in self.parts:
            part.step()
        return loss

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self._share()
