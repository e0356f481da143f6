"""Initial weights of recurrent layers, by name."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from rnnlab.model.settings import checked

FORGET_BIAS = 1.0


def _gates(initialise: Callable[[Tensor], object]) -> Callable[[Tensor, int], None]:
    """Initialise gate by gate, as if each had its own matrix."""

    def each(weight: Tensor, num_gates: int) -> None:
        for gate in weight.chunk(num_gates):
            initialise(gate)

    return each


def _orthogonal(weight: Tensor, num_gates: int) -> None:
    nn.init.orthogonal_(weight)


def _uniform(weight: Tensor, num_gates: int) -> None:
    nn.init.uniform_(weight, -((len(weight) // num_gates) ** -0.5), (len(weight) // num_gates) ** -0.5)


INITS: dict[str, Callable[[Tensor, int], None]] = {
    "orthogonal": _orthogonal,
    "orthogonal_gates": _gates(nn.init.orthogonal_),
    "xavier_uniform": _gates(nn.init.xavier_uniform_),
    "xavier_normal": _gates(nn.init.xavier_normal_),
    "kaiming_uniform": _gates(lambda gate: nn.init.kaiming_uniform_(gate, nonlinearity="relu")),
    "kaiming_normal": _gates(lambda gate: nn.init.kaiming_normal_(gate, nonlinearity="relu")),
    "normal": _gates(lambda gate: nn.init.normal_(gate, std=gate.shape[1] ** -0.5)),
    "uniform": _uniform,
    "identity": _gates(nn.init.eye_),
}
"""Initialisers, in place, of a matrix (G H, I) of G stacked gates, called with the matrix and G.

orthogonal: the stacked matrix as a whole: its columns preserve the norm of a state (Saxe et al. 2014),
over all gates together. Gate by gate (orthogonal_gates) each gate preserves that norm, and a language model
was then 0.3 nats worse from an empty state.
xavier_uniform, xavier_normal: Glorot & Bengio (2010). kaiming_uniform, kaiming_normal: He et al. (2015).
normal: standard deviation 1 / sqrt(I). uniform: within 1 / sqrt(H), torch's own.
identity: the state is copied unchanged, with rectified units an IRNN (Le et al. 2015).
"""


RATES = (1.0, 16.0)
STEP_SIZES = (1e-3, 1e-1)


def decay_rates(count: int) -> Tensor:
    """Draw the logarithms of rates of decay as Mamba-2 does (Dao & Gu 2024): of rates uniform in [1, 16]."""
    return torch.empty(count).uniform_(*RATES).log()


def step_size_biases(count: int) -> Tensor:
    """Draw biases c such that softplus(c) is log-uniform in [0.001, 0.1] (Gu & Dao 2023)."""
    low, high = torch.tensor(STEP_SIZES, device="cpu").log()
    sizes = torch.empty(count).uniform_(float(low), float(high)).exp()
    return sizes + torch.log(-torch.expm1(-sizes))  # softplus's inverse


@torch.no_grad()
def initialise_matrix(name: str, weight: Tensor, num_gates: int = 1) -> None:
    """Initialise a matrix (G H, I) of G stacked gates by name. Raises ValueError for an unknown name."""
    INITS[checked("init", name)](weight, num_gates)


def initialise(
    layer: nn.RNNBase,
    input_init: str = "xavier_uniform",
    recurrent_init: str = "orthogonal",
    forget_bias: float = FORGET_BIAS,
) -> None:
    """Initialise torch's own layers: matrices by name; biases 0, the LSTM's forget gate `forget_bias`.

    A forget gate that starts open lets the gradient through time (Gers et al. 2000, Jozefowicz et al. 2015).
    torch adds two biases: the forget bias is their sum.
    """
    num_gates = {"LSTM": 4, "GRU": 3}.get(layer.mode, 1)
    for name, parameter in layer.named_parameters():
        if name.startswith("weight_hh"):
            initialise_matrix(recurrent_init, parameter, num_gates)
        elif name.startswith("weight_ih"):
            initialise_matrix(input_init, parameter, num_gates)
        elif name.startswith("weight_hr"):
            initialise_matrix("orthogonal", parameter)
        else:
            nn.init.zeros_(parameter)
        if layer.mode == "LSTM" and name.startswith("bias_ih"):
            nn.init.constant_(
                parameter.data.chunk(num_gates)[1], forget_bias
            )  # input, forget, candidate, output
