"""The 8-bit model: quantises the matrices, and measures what that costs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlab.errors import UserError
from rnnlab.export.exportable import Measured
from rnnlab.export.files import MODEL, graph_file
from rnnlab.export.session import open_graphs

ROWS = 2000  # most rows of the validation split that both models predict
REPEATS = 200
KINDS = ["MatMul", "Gemm", "LSTM", "Gather"]


class Cost(NamedTuple):
    """Costs of the plain and of the quantised model: quality (accuracy, or nats a token), milliseconds a text
    or token, and bytes of the file.
    """

    measure: str
    quality: tuple[float, float]
    milliseconds: tuple[float, float]
    size: tuple[int, int]

    def lines(self) -> list[str]:
        parts = [
            (self.measure, *(f"{value:.4f}" for value in self.quality)),
            ("latency", *(f"{value:.3f} ms" for value in self.milliseconds)),
            ("file", *(f"{value / 1e6:.1f} MB" for value in self.size)),
        ]
        return [f"{name}: {before} as float32, {after} as int8" for name, before, after in parts]


def quantise(model: Path, target: Path) -> None:
    """Write the quantised model. Raises UserError where onnxruntime cannot make one."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().setLevel(max(logging.getLogger().level, logging.ERROR))  # it advises on each call
    try:
        quantize_dynamic(str(model), str(target), op_types_to_quantize=KINDS, weight_type=QuantType.QInt8)
    except Exception as error:
        raise UserError(f"this model cannot be quantised: {' '.join(str(error).split())[:200]}") from error


def cost_of(
    measure: Callable[[list[Any]], Measured], plain: Path, quantised: Path, others: Sequence[str] = ()
) -> Cost:
    """Measure the costs and benefits of quantising, on one thread.

    Args:
        measure, others: see `Exportable`.
        plain, quantised: folders that hold the graphs.
    """
    sessions = [open_graphs(folder, others, threads=1) for folder in (plain, quantised)]
    names = [MODEL, *map(graph_file, others)]
    sizes = [sum((folder / name).stat().st_size for name in names) for folder in (plain, quantised)]
    name, (before, after) = measure(sessions)
    return Cost(name, (before[0], after[0]), (before[1], after[1]), (sizes[0], sizes[1]))


def milliseconds(session: Any, feeds: list[dict[str, np.ndarray]]) -> float:
    """Return the median time of one row."""
    times = []
    for feed in feeds[:REPEATS]:
        start = time.perf_counter()
        session.run(None, feed)
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times))
