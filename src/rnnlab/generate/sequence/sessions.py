"""Decoding by the two graphs of an exported encoder-decoder, with onnxruntime and without torch.

Shapes: B sources, R rows, S source steps, V target ids, X further ids of copied words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.data.padded_batches import rectangle
from rnnlab.generate.sequence.engine import Source, StepOutput

OF_A_STEP = ("tokens", "count", "copies", "extra")  # inputs that no encoder gives


class Position(NamedTuple):
    """Inputs of the step's graph besides tokens, one row for each hypothesis.

    Attributes:
        memory: inputs that no step changes, (R, S, ...). state: the others, (L, R, ...).
        owners: (R,) the source of each row. extra: X.
    """

    memory: dict[str, np.ndarray]
    state: list[np.ndarray]
    owners: np.ndarray
    extra: int


class SessionEngine:
    """Runs the graphs of `rnnlab.export.encoder_decoder`.

    Args:
        encoder, step: onnxruntime sessions of both.
        facts: begin_id, end_id and target_size.
    """

    def __init__(self, encoder: Any, step: Any, facts: Mapping[str, Any]) -> None:
        self._encoder, self._step = encoder, step
        self.begin_id, self.end_id = int(facts["begin_id"]), int(facts["end_id"])
        self.size = int(facts["target_size"])
        inputs, outputs = ([one.name for one in part] for part in (step.get_inputs(), step.get_outputs()))
        self.attends, self.copies = "attention" in outputs, "copies" in inputs
        self._states = [name for name in inputs if name.startswith("state_")]
        self._memory = [name for name in inputs if name not in {*self._states, *OF_A_STEP}]
        self._outputs = outputs

    def encode(self, sources: Sequence[Source]) -> Position:
        """Read B sources; return the position before their targets."""
        lengths = np.array([len(source.ids) for source in sources], np.int64)
        names = [one.name for one in self._encoder.get_outputs()]
        found = self._encoder.run(names, {"tokens": padded([s.ids for s in sources]), "lengths": lengths})
        parts = dict(zip(names, found, strict=True))
        memory = {name: parts[name] for name in self._memory}
        extra = 0
        if self.copies:
            memory["copies"] = padded([s.copies for s in sources if s.copies is not None])
            extra = max(int(memory["copies"].max()) + 1 - self.size, 0)
        return Position(memory, [parts[name] for name in self._states], np.arange(len(sources)), extra)

    def step(self, tokens: np.ndarray, position: Position, count: int = 0) -> StepOutput:
        """Read a token (R,) in each row; see `SequenceEngine`."""
        width = self.size + position.extra
        feed = dict(zip(self._states, position.state, strict=True)) | position.memory
        feed["tokens"] = np.asarray(tokens, np.int64)
        feed["count"] = np.array([min(count, width) if count else width], np.int64)
        if self.copies:
            feed["extra"] = np.array([position.extra], np.int64)
        found = dict(zip(self._outputs, self._step.run(self._outputs, feed), strict=True))
        after = position._replace(state=[found[f"next_{i}"] for i in range(len(self._states))])
        ids, logs, attention = found["ids"], found["logs"], found.get("attention")
        if count:
            return StepOutput(ids, logs, attention, after)
        ordered = np.empty_like(logs)
        np.put_along_axis(ordered, ids, logs, axis=1)  # from the likeliest first to the order of ids
        return StepOutput(None, ordered, attention, after)

    def select(self, position: Position, rows: np.ndarray) -> Position:
        """Return the position of some rows."""
        owners, memory = position.owners[rows], position.memory
        if not np.array_equal(owners, position.owners):  # else only hypotheses of the same sources moved
            memory = {name: part[rows] for name, part in memory.items()}
        return Position(memory, [part[:, rows] for part in position.state], owners, position.extra)


def padded(rows: Sequence[np.ndarray]) -> np.ndarray:
    """Return rows (S,) as one array (B, S) int64."""
    return rectangle([np.asarray(row, np.int64) for row in rows], "post")
