"""Write memory.json, the memory curves of a probe's network."""

from __future__ import annotations

import json

import torch

from rnnlab.atomic import write_whole
from rnnlab.data.probe.base import ProbeRows
from rnnlab.data.probe.batches import TEST
from rnnlab.explain.memory_curves import memory_curves
from rnnlab.kinds.work import Work

FILE = "memory.json"
ROWS, STEPS = 16, 48  # few enough that the curves take a part of a second


def write_memory(work: Work) -> None:
    """Measure the network's memory on test rows of the greatest length, and write the curves.

    See `rnnlab.explain.memory_curves`.
    """
    inputs = whole_rows(work.data.rows(TEST, work.data.test_lengths[-1]))
    if len(inputs) < 2:
        return
    device = next(work.network.parameters()).device
    generator = torch.Generator().manual_seed(0)
    training = work.network.training
    try:
        found = memory_curves(work.network.eval(), inputs.to(device), generator)
    finally:
        work.network.train(training)
    write_whole(work.folder.path / FILE, json.dumps(found._asdict()))


def whole_rows(rows: ProbeRows) -> torch.Tensor:
    """Return the first steps of rows that have all of these: (B, T) or (B, T, F)."""
    steps = min(int(rows.lengths.max()), STEPS)
    return rows.inputs[rows.lengths >= steps][:ROWS, :steps]
