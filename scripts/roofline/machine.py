"""What this machine does at most: products a second, bytes a second, and the price of calling an operator."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import torch

from roofline.counts import counted

SQUARE, COPIED, CHAIN = 2048, 1 << 26, 200  # rows of a matrix, numbers of a copy, operators one after another


class Peaks(NamedTuple):
    """The machine at its best, on the threads that are set.

    Attributes:
        flops: of float32 products, a second; a multiplication and an addition are two.
        bandwidth: bytes a second that a large copy reads and writes.
        call: seconds that one operator takes on a single number, forward or backward.
    """

    flops: float
    bandwidth: float
    call: float


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def product_rate(size: tuple[int, int, int], times: int = 5, least: float = 2e9) -> float:
    """Return FLOP per second of the fastest of some products (M, K) @ (K, N).

    Args:
        least: FLOP between two looks at the clock.
    """
    m, k, n = size
    left, right, out = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
    often = max(1, int(least / (2 * m * k * n)))

    def products() -> None:
        for _ in range(often):
            torch.mm(left, right, out=out)

    return 2 * m * k * n * often / min(seconds(products) for _ in range(times))


def copy_rate(numbers: int = COPIED, times: int = 5) -> float:
    """Return bytes per second that the fastest copy of so many float32 numbers reads and writes."""
    source, target = torch.ones(numbers), torch.empty(numbers)
    target.copy_(source)  # takes the pages
    return 2 * source.nbytes / min(seconds(lambda: target.copy_(source)) for _ in range(times))


def call_seconds(length: int = CHAIN, times: int = 5) -> float:
    """Return the mean time of an operator on one number, in a chain forward and back."""
    start = torch.ones(1, requires_grad=True)

    def chain() -> None:
        end = start
        for _ in range(length):
            end = end * start
        end.backward()

    return min(seconds(chain) for _ in range(times)) / counted(chain).calls


def measure_peaks(quick: bool = False) -> Peaks:
    """Measure all three; `quick` takes small sizes, whose rates are too low."""
    size = SQUARE // 16 if quick else SQUARE
    flops = product_rate((size, size, size), least=1e6 if quick else 2e9)
    return Peaks(flops, copy_rate(COPIED // 256 if quick else COPIED), call_seconds())


def in_words(peaks: Peaks) -> str:
    products, copies = f"{peaks.flops / 1e9:.1f} GFLOP/s", f"{peaks.bandwidth / 1e9:.1f} GB/s"
    return f"products {products}, copies {copies}, an operator's call {1e6 * peaks.call:.2f} us"
