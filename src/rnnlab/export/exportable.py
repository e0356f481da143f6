"""The exported parts of a run: its kind hands them over, and the rest of this folder knows no kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnnlab.export.graph import Graph
from rnnlab.export.parity import TOLERANCE
from rnnlab.finished import FinishedRun

TRAINED = "It knows the language and the time of its training texts alone, with their prejudices."
Measured = tuple[str, list[tuple[float, float]]]


@dataclass(frozen=True)
class Exportable:
    """A network as a graph, with its parity check and the texts of the model card.

    Attributes:
        graph: the network, or its last part where there are `others`.
        differences: called with an onnxruntime session of the graph, or with `Sessions` where there are
            others; yields how far its outputs are from the network's, batch after batch of random inputs,
            relative to the largest output above 1. It may raise `rnnlab.export.parity.Unequal` itself.
        what: a sentence for the card; usage: Python lines for it, with `{folder}`; limits: warnings to read
            before relying on the model.
        settings: plain values that the runtime needs, in addition to those of every run; see `text_settings`.
        notes: sentences for the terminal and the card.
        cost: called with what `differences` gets, of the plain and of the quantised graphs; returns a measure
            of quality by name and, for both, its value and the milliseconds for one row. None: not measured.
        has_tokenizer: whether the run reads texts.
        others: further graphs by the names of their files, such as an encoder's.
        files: further files that the runtime reads, copied under their own names.
        tolerance: largest difference that passes; larger than rounding of a single step where it adds up over
            two networks, and the kind compares what both answer as well.
    """

    graph: Graph
    differences: Callable[[Any], Iterator[float]]
    what: str
    usage: str
    limits: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
    cost: Callable[[list[Any]], Measured] | None = None
    has_tokenizer: bool = True
    others: Mapping[str, Graph] = field(default_factory=dict)
    files: Sequence[Path] = ()
    tolerance: float = TOLERANCE


def text_settings(run: FinishedRun) -> dict[str, Any]:
    """Return the runtime's settings for turning a text into ids as the run does, without the tokenizer."""
    pair = {} if run.shape.separator is None else {"separator": run.shape.separator}
    return {
        **pair,
        "text": {key: value for key, value in run.settings["text"].items() if key[0] != "_"},
        "max_length": run.shape.max_length,
        "truncation": run.shape.truncation,
        "head_fraction": run.shape.head_fraction,
        "vocabulary": run.tokenizer.vocab_size,
    }
