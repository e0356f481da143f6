"""Export of finished runs of rows: networks of encoder, pooling and a linear head.

B rows, T steps, F features of a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from rnnlab.data.padded_batches import rectangle
from rnnlab.export.card import size_said
from rnnlab.export.exportable import TRAINED, Exportable, text_settings
from rnnlab.export.graph import Graph
from rnnlab.export.head import After, series_graph, text_graph
from rnnlab.export.parity import random_ids, random_lengths, relative
from rnnlab.finished import FinishedRun
from rnnlab.kinds.row_answers import network_of

USAGE = """\
from rnnlab.runtime import open_model

model = open_model("{folder}")
model([EXAMPLE])  # one answer a row"""
DrawRow = Callable[[int, np.random.Generator], np.ndarray]


def text_exportable(
    run: FinishedRun, what: str, after: After | None = None, limits: Sequence[str] = ()
) -> Exportable:
    """Export a network of texts with `embedding`, `encoder`, `pooling` and `head`; see `text_graph`.

    Args:
        what: the network in words, such as "A recurrent regression of stars".
        after: adds what follows the head; see `text_graph`.
        limits: further limits that a reader has to know, as sentences.

    Raises:
        SettingError: a part that cannot be exported.
    """
    read = f"It reads {run.shape.max_length} tokens of a text ({run.shape.truncation}), not the rest."

    def draw(length: int, generator: np.random.Generator) -> np.ndarray:
        return random_ids(run.tokenizer, length, generator)

    usage = USAGE.replace("EXAMPLE", '"a text"')
    graph, told = text_graph(run.network, after), [TRAINED, read, *limits]
    return _exportable(run, graph, draw, what, usage, told, text_settings(run), run.shape.padding)


def series_exportable(run: FinishedRun, what: str) -> Exportable:
    """Export a network of series with `encoder`, `pooling` and `head`; see `series_graph`.

    Args:
        what: the network in words.

    Raises:
        SettingError: a part that cannot be exported.
    """
    encoder: Any = run.network.encoder
    size = encoder.input_size

    def draw(length: int, generator: np.random.Generator) -> np.ndarray:
        return generator.standard_normal((length, size)).astype(np.float32)

    usage = USAGE.replace("EXAMPLE", str([[0.0] * size] * 2))
    limits = ["It knows series like those of its training alone."]
    return _exportable(run, series_graph(run.network), draw, what, usage, limits, {"features": size})


def _exportable(
    run: FinishedRun,
    graph: Graph,
    draw: DrawRow,
    what: str,
    usage: str,
    limits: list[str],
    settings: dict[str, Any],
    padding: str = "post",
) -> Exportable:
    def differences(session: Any) -> Iterator[float]:
        inputs, network = [one.name for one in session.get_inputs()], network_of(run)
        for lengths, generator in random_lengths():
            rows = [draw(int(length), generator) for length in lengths]
            padded = rectangle(rows, "post"), lengths
            found = session.run(None, dict(zip(inputs, padded, strict=True)))[0]
            yield relative(found, network(rectangle(rows, padding), lengths))

    told = f"{what}{size_said(run)}."
    return Exportable(graph, differences, told, usage, limits, settings, has_tokenizer="text" in settings)
