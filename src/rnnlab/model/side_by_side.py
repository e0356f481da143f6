"""Two parallel passes over one batch on a CPU, each in its own thread with half of torch's threads.

A recurrent kernel that splits the product of every step among threads makes them wait for each other at
every step. The two directions of a layer are independent until their ends.

Shapes: B rows, T steps, I input features, O output features; steps are time-major.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from typing import Any, NamedTuple, TypeVar

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from rnnlab.model.fused import Fused
from rnnlab.model.layer import Times
from rnnlab.model.sequence import flip

Pass = Callable[[Tensor], Tensor]
"""From steps (T, B, I) to outputs (T, B, O), without random numbers: their order would be undefined."""
Result = TypeVar("Result")


def read_both_ways(
    ahead: nn.Module, back: nn.Module, steps: Tensor, index: Tensor, times: Times = ()
) -> tuple[Tensor, Tensor]:
    """Return the output of each direction (T, B, H) over steps (T, B, I), in the order of the text.

    On a CPU both run in parallel if both layers have one kernel for all steps and draw no random numbers.

    Args:
        index: (T * B,) of `flip_index`.
        times: the time since the step before (T, B), for layers that read it.
    """

    def along(steps: Tensor) -> Tensor:
        outputs: Tensor = ahead(steps, None, None, *times).outputs
        return outputs

    def against(steps: Tensor) -> Tensor:
        back_times = (time_from_the_end(each, index) for each in times)
        return flip(back(flip(steps, index), None, None, *back_times).outputs, index)

    if fits_side_by_side(steps) and all(isinstance(x, Fused) and not x.draws for x in (ahead, back)):
        return side_by_side(along, against, steps, (ahead.parameters(), back.parameters()))
    return along(steps), against(steps)


def time_from_the_end(elapsed: Tensor, index: Tensor) -> Tensor:
    """Return the time since the step before (T, B) for a pass from the rows' ends, 1 where it begins."""
    flipped = flip(elapsed.unsqueeze(-1), index).squeeze(-1)
    return torch.cat((torch.ones_like(elapsed[:1]), flipped[:-1]))


def fits_side_by_side(steps: Tensor) -> bool:
    """Return whether two passes over `steps` can run in parallel: on a CPU with two threads, not recorded."""
    recorded = torch.jit.is_tracing() or torch.compiler.is_compiling()
    return steps.device.type == "cpu" and torch.get_num_threads() > 1 and not recorded


def side_by_side(
    first: Pass, second: Pass, steps: Tensor, weights: Sequence[Iterable[Tensor]]
) -> tuple[Tensor, Tensor]:
    """Return the results of both passes over `steps`, as `first(steps), second(steps)`, with gradients.

    Args:
        weights: those that the first and the second pass read. No others get gradients.
    """
    own = [list(each) for each in weights]
    if not torch.is_grad_enabled():
        return at_once(lambda: first(steps), lambda: second(steps))
    outputs: tuple[Tensor, Tensor] = _SideBySide.apply(first, second, len(own[0]), steps, *own[0], *own[1])
    return outputs


class _SideBySide(torch.autograd.Function):
    """Two passes that each keep their own graph, from the steps and the weights to their outputs."""

    @staticmethod
    def forward(
        ctx: Any, first: Pass, second: Pass, count: int, steps: Tensor, *weights: Tensor
    ) -> tuple[Tensor, Tensor]:
        leaves = [steps.detach().requires_grad_(steps.requires_grad) for _ in range(2)]
        outputs = at_once(lambda: _traced(first, leaves[0]), lambda: _traced(second, leaves[1]))
        ctx.count = count
        ctx.save_for_backward(*leaves, *outputs, *weights)  # frees both graphs with the outer one
        return outputs[0].detach(), outputs[1].detach()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        saved, count = ctx.saved_tensors, ctx.count
        leaves, outputs, weights = saved[:2], saved[2:4], saved[4:]
        reached = at_once(
            lambda: _gradients(outputs[0], (leaves[0], *weights[:count]), gradients[0]),
            lambda: _gradients(outputs[1], (leaves[1], *weights[count:]), gradients[1]),
        )
        (ahead, *own), (back, *others) = reached
        steps = ahead + back if ahead is not None and back is not None else None
        return None, None, None, steps, *own, *others


def _traced(run: Pass, steps: Tensor) -> Tensor:
    with torch.enable_grad():
        return run(steps)


def _gradients(output: Tensor, sources: Sequence[Tensor], gradient: Tensor) -> list[Tensor | None]:
    """Return each source's gradient, None if not required. The graph stays if backward retains its own."""
    wanting = [source for source in sources if source.requires_grad]
    if not wanting:
        return [None] * len(sources)
    found = iter(torch.autograd.grad(output, wanting, gradient, retain_graph=True, allow_unused=True))
    return [next(found) if source.requires_grad else None for source in sources]


def at_once(first: Callable[[], Result], second: Callable[[], Result]) -> tuple[Result, Result]:
    """Return both results, the second from another thread, with this thread's autograd and autocast modes."""
    threads, modes = torch.get_num_threads(), Modes.here()
    each = max(threads // 2, 1)
    torch.set_num_threads(each)
    try:
        other = _worker().submit(modes.run, second, each)
        try:
            own = first()
        finally:
            wait([other])
        return own, other.result()
    finally:
        torch.set_num_threads(threads)


class Modes(NamedTuple):
    """Modes that torch keeps per thread."""

    grad: bool
    inference: bool
    autocast: bool
    dtype: torch.dtype

    @classmethod
    def here(cls) -> Modes:
        autocast = torch.is_autocast_enabled("cpu"), torch.get_autocast_dtype("cpu")
        return cls(torch.is_grad_enabled(), torch.is_inference_mode_enabled(), *autocast)

    def run(self, work: Callable[[], Result], threads: int) -> Result:
        torch.set_num_threads(threads)
        # no torch.autocast, which empties the cache of cast weights for all threads when it ends
        torch.set_autocast_enabled("cpu", self.autocast)
        torch.set_autocast_dtype("cpu", self.dtype)
        with torch.inference_mode(self.inference), torch.set_grad_enabled(self.grad):
            return work()


@cache
def _worker() -> ThreadPoolExecutor:
    """Return the one thread, kept for the process's lifetime, as torch keeps compiled kernels per thread."""
    return ThreadPoolExecutor(1, "side-by-side")


os.register_at_fork(after_in_child=_worker.cache_clear)  # threads stay with the parent
