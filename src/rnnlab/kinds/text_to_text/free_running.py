"""Free-running output for the rows of a validation or a test. B rows, S source steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from torch import nn

from rnnlab.data.pair_batch import PairBatch
from rnnlab.generate.sequence.decode import decode
from rnnlab.generate.sequence.engine import Source
from rnnlab.generate.sequence.hypothesis import Hypothesis
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.generate.sequence_engine import TorchEngine
from rnnlab.training.task.gather import gather


class FreeRunning:
    """Sources of this process by their row, and what all processes wrote for them.

    Attributes:
        outputs: hypotheses of each row, best first.
    """

    def __init__(self) -> None:
        self._sources: dict[int, Source] = {}
        self.outputs: Mapping[int, list[Hypothesis]] = {}

    def add(self, batch: PairBatch, size: int) -> None:
        """Keep the sources of a batch, on the CPU; `size` is the number of target ids."""
        tokens, lengths = batch.sources.cpu().numpy(), batch.lengths.tolist()
        copied = None if batch.copy_sources is None else batch.copy_sources.cpu().numpy()
        for place, (row, length) in enumerate(zip(batch.rows.tolist(), lengths, strict=True)):
            copies = None if copied is None else copied[place, :length].copy()
            own = 0 if copies is None else max(int(copies.max()) + 1 - size, 0)
            self._sources[row] = Source(tokens[place, :length].copy(), copies, own)

    def write(self, network: nn.Module, decoding: SequenceDecoding, rows: Sequence[int]) -> None:
        """Write the targets of these rows; every process writes its own and gets those of all."""
        wanted = set(rows)
        own = [row for row in sorted(self._sources) if row in wanted]
        engine = TorchEngine(network)
        found = decode(engine, [self._sources[row] for row in own], decoding)
        parts = gather(dict(zip(own, found, strict=True)))
        merged = {row: hypotheses for part in parts for row, hypotheses in part.items()}
        self.outputs = dict(sorted(merged.items()))


def spread(rows: Sequence[int], most: int | None) -> list[int]:
    """Return the rows, or `most` of them, evenly drawn from the first to the last."""
    if most is None or len(rows) <= most:
        return list(rows)
    return [rows[place] for place in np.linspace(0, len(rows) - 1, most).round().astype(int)]
