"""Digits: the rows of task=digits with their label at the last step."""

from __future__ import annotations

import pytest
import torch

from rnnlab.data.digits import Digits
from rnnlab.data.probe.base import IGNORED
from rnnlab.data.probe.digits import SequentialDigits
from rnnlab.errors import SettingError


@pytest.mark.parametrize("permuted", [False, True])
def test_rows_are_those_of_the_data_set(permuted):
    probe, data = SequentialDigits(permuted), Digits("digits", permuted=permuted)
    for split in ("train", "validation", "test"):
        rows = probe.rows(split)
        assert torch.equal(rows.inputs, torch.from_numpy(data.rows(split).values))
        assert rows.targets[:, -1].tolist() == data.targets(split).tolist()
        assert (rows.targets[:, :-1] == IGNORED).all()
        assert set(rows.lengths.tolist()) == {64}


def test_a_sample_is_of_the_train_part():
    probe = SequentialDigits()
    drawn = probe.sample(20, 64, 64, torch.Generator().manual_seed(0))
    known = {row.numpy().tobytes() for row in probe.rows("train").inputs}
    assert all(row.numpy().tobytes() in known for row in drawn.inputs)


def test_another_length_is_refused():
    with pytest.raises(SettingError, match="longest=65: is too long for digits: at most 64 steps"):
        SequentialDigits().sample(1, 64, 65, torch.Generator())
