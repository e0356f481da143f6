"""The rows on which a probe's memory is measured."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import torch

from rnnlab.data.probe.data import ProbeData
from rnnlab.data.probe.parity import Parity
from rnnlab.kinds.probing.memory import ROWS, STEPS, whole_rows, write_memory
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.step_network import StepNetwork


def test_rows_are_cut_to_steps_that_all_of_them_have():
    generator = torch.Generator().manual_seed(0)
    even = Parity().sample(20, 100, 100, generator)
    assert torch.equal(whole_rows(even), even.inputs[:ROWS, :STEPS])
    uneven = whole_rows(Parity().sample(40, 5, 9, generator))
    assert uneven.shape[1] == 9
    assert bool((uneven > 0).all())


def test_memory_is_written_and_the_network_trains_on(tmp_path: Path):
    network = StepNetwork(RecurrentEncoder("gru", 4, 6), 4, 2, 3)
    data = ProbeData("probe", Parity(), 3, 8, [8, 12], test_rows=4)
    write_memory(SimpleNamespace(data=data, network=network, folder=SimpleNamespace(path=tmp_path)))
    found = json.loads((tmp_path / "memory.json").read_text())
    assert found["steps_back"] == list(range(12))
    assert [len(found[name]) for name in ("gradient", "forgetting")] == [12, 12]
    assert network.training
