"""The model with whole numbers of 8 bits for its matrices, and what that costs."""

from __future__ import annotations

import logging
import time
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlab.errors import UserError
from rnnlab.export.session import open_session
from rnnlab.finished import FinishedRun

ROWS = 2000  # of the validation split that both models predict, at most
REPEATS = 200
KINDS = ["MatMul", "Gemm", "LSTM", "Gather"]


class Cost(NamedTuple):
    """Of the plain model and of the quantised one: quality (accuracy, or nats a token), milliseconds for one
    text or token, and bytes of the file.
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

    logging.getLogger().setLevel(max(logging.getLogger().level, logging.ERROR))  # it advises on every call
    try:
        quantize_dynamic(str(model), str(target), op_types_to_quantize=KINDS, weight_type=QuantType.QInt8)
    except Exception as error:
        raise UserError(f"this model cannot be quantised: {' '.join(str(error).split())[:200]}") from error


def cost_of(run: FinishedRun, plain: Path, quantised: Path) -> Cost:
    """What quantising costs and brings on the run's validation split, on one thread."""
    sessions = [open_session(path, threads=1) for path in (plain, quantised)]
    sizes = (plain.stat().st_size, quantised.stat().st_size)
    measure = language_cost if run.kind == "language_modeling" else classifier_cost
    name, (before, after) = measure(run, sessions)
    return Cost(name, (before[0], after[0]), (before[1], after[1]), sizes)


def classifier_cost(run: FinishedRun, sessions: list[Any]) -> tuple[str, list[tuple[float, float]]]:
    """Accuracy over validation rows, and milliseconds for one of them."""
    from rnnlab.data.rows import Rows

    rows = Rows(run.data().encoded("validation"), *run.shape)
    count = min(len(rows), ROWS)
    texts, labels = rows.texts(range(count)), rows.split.labels[:count]
    feeds = [{"tokens": t[None].astype(np.int64), "lengths": np.array([len(t)])} for t in texts]
    found = []
    for session in sessions:
        said = [session.run(["log_probabilities"], feed)[0][0].argmax() for feed in feeds]
        found.append((float(np.mean(np.array(said) == labels)), milliseconds(session, feeds)))
    return "accuracy on validation", found


def language_cost(run: FinishedRun, sessions: list[Any]) -> tuple[str, list[tuple[float, float]]]:
    """Nats a token over the start of the validation text, and milliseconds for one."""
    ids = np.asarray(run.data().encoded("validation").ids[: ROWS + 1], np.int64)
    encoder: Any = run.network.encoder
    found = []
    for session in sessions:
        state = [np.zeros((encoder.num_layers, 1, size), np.float32) for size in encoder.state_sizes]
        total, start = 0.0, time.perf_counter()
        for token, following in pairwise(ids):
            feed = {f"state_{i}": part for i, part in enumerate(state)} | {"tokens": token[None]}
            logits, *state = session.run(None, feed)
            scores = logits[0].astype(np.float64) - logits[0].max()
            total += np.log(np.exp(scores).sum()) - scores[following]
        spent = 1000 * (time.perf_counter() - start)
        found.append((total / (len(ids) - 1), spent / (len(ids) - 1)))
    return "nats a token on validation", found


def milliseconds(session: Any, feeds: list[dict[str, np.ndarray]]) -> float:
    """The median time of one text."""
    times = []
    for feed in feeds[:REPEATS]:
        start = time.perf_counter()
        session.run(["log_probabilities"], feed)
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times))
