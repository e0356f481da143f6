"""What a computation has to do, by counting: products, operators and bytes.

Shapes: T steps, B rows, I input features, H units, G gates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from rnnlab.model.layer import Layer

aten = torch.ops.aten
Shape = tuple[int, ...]


class Counted(NamedTuple):
    """flops: of matrix products, an addition is one and a multiplication is one; calls: of operators."""

    flops: int
    calls: int


def lstm_flops(inputs: Shape, input_weight: Shape, recurrent: Shape, *rest: Any, **more: Any) -> int:
    """Return the FLOP of oneDNN's layer: (T, B, I) by (G H, I), and its states by (G H, H)."""
    return 2 * prod(inputs[:-1]) * (prod(input_weight) + prod(recurrent))


def lstm_backward_flops(*shapes: Any, **more: Any) -> int:
    return 2 * lstm_flops(*shapes)  # by the weights, and by inputs and states


def triangular_flops(matrix: Shape, sides: Shape, *rest: Any, **more: Any) -> int:
    """Return the FLOP of solving (..., L, L) for (..., L, K): half of a product's."""
    return prod(sides) * matrix[-1]


def vector_flops(matrix: Shape, vector: Shape, *rest: Any, **more: Any) -> int:
    return 2 * prod(matrix)


def added_vector_flops(added: Shape, matrix: Shape, vector: Shape, *rest: Any, **more: Any) -> int:
    return 2 * prod(matrix)


def attention_flops(query: Shape, key: Shape, value: Shape, *rest: Any, **more: Any) -> int:
    """Return the FLOP of scores and means: (B, N, T, D) by (B, N, S, D) and (B, N, S, V)."""
    return 2 * prod(query[:-1]) * key[-2] * (query[-1] + value[-1])


def attention_backward_flops(
    above: Shape, query: Shape, key: Shape, value: Shape, *rest: Any, **more: Any
) -> int:
    return 2 * attention_flops(query, key, value)


HIDDEN: dict[Any, Callable[..., int]] = {  # operators whose products torch's counter does not know
    aten.mkldnn_rnn_layer: lstm_flops,
    aten.mkldnn_rnn_layer_backward: lstm_backward_flops,
    aten.linalg_solve_triangular: triangular_flops,
    aten.mv: vector_flops,
    aten.addmv: added_vector_flops,
    aten.addmv_: added_vector_flops,
    aten.addmm_: lambda added, left, right, *rest, **more: 2 * prod(left) * right[-1],
    aten.baddbmm_: lambda added, left, right, *rest, **more: 2 * prod(left) * right[-1],
    aten._scaled_dot_product_flash_attention_for_cpu: attention_flops,
    aten._scaled_dot_product_flash_attention_for_cpu_backward: attention_backward_flops,
}


class _Calls(TorchDispatchMode):
    """Counts the operators that run, views among them, also inside of compiled loops."""

    calls = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.calls += 1
        return func(*args, **(kwargs or {}))


def counted(action: Callable[[], object]) -> Counted:
    """Run an action on one thread, which keeps both directions in this one, and count its work."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with _Calls() as calls, FlopCounterMode(display=False, custom_mapping=HIDDEN) as products:
            action()
    finally:
        torch.set_num_threads(threads)
    return Counted(products.get_total_flops(), calls.calls)


@contextmanager
def activations(network: nn.Module) -> Iterator[list[int]]:
    """Yield a list to which every layer adds the bytes of its outputs, while the block runs."""
    found: list[int] = []
    hooks = [
        module.register_forward_hook(lambda _, given, outputs: found.append(bytes_of(outputs)))
        for module in leaves(network)
    ]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def leaves(network: nn.Module) -> Iterator[nn.Module]:
    """Yield recurrent layers, and modules without modules inside; what does nothing is left out."""
    if isinstance(network, Layer) or not any(True for _ in network.children()):
        if not isinstance(network, nn.Identity) and any(True for _ in network.parameters()):
            yield network
        return
    for child in network.children():
        yield from leaves(child)


def bytes_of(outputs: Any) -> int:
    """Return the bytes of the first tensor, the outputs, where a module returns more than one."""
    if isinstance(outputs, Tensor):
        return outputs.nbytes
    return bytes_of(outputs[0])


def layer_bytes(layer: nn.Module, inputs: Tensor, outputs: Tensor) -> int:
    """Return what forward and backward of a layer must move: weights, inputs and outputs are read or written
    once, and so are their gradients.
    """
    return 2 * (sum(weight.nbytes for weight in layer.parameters()) + inputs.nbytes + outputs.nbytes)


def step_bytes(network: nn.Module, optimizer: torch.optim.Optimizer, outputs: int) -> int:
    """Return what a training step must move.

    Weights are read (of an embedding the rows that its outputs already count) and their gradients written;
    the optimizer reads weights, gradients and its state, and writes weights and state. The outputs of layers
    are written once, and their gradients too.

    Args:
        outputs: bytes of the outputs of all layers.
    """
    looked_up = {id(m.weight) for m in network.modules() if isinstance(m, nn.Embedding)}
    trained = [weight for weight in network.parameters() if weight.requires_grad]
    read = sum(weight.nbytes for weight in network.parameters() if id(weight) not in looked_up)
    states = [
        part for state in optimizer.state.values() for part in state.values() if isinstance(part, Tensor)
    ]
    kept = sum(part.nbytes for part in states if part.dim())
    return read + 4 * sum(weight.nbytes for weight in trained) + 2 * kept + 2 * outputs
