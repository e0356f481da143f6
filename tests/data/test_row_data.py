"""Data modules of rows that are no texts: batches of like length, limits, and what a subclass has to give."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import torch

from rnnlab.data.batching import Batching
from rnnlab.data.row_data import RowData, RowSet
from rnnlab.errors import SettingError


class Batch(NamedTuple):
    values: torch.Tensor
    lengths: torch.Tensor
    rows: torch.Tensor


class Steps(RowSet):
    """Row i counts from 1 to its length."""

    def __init__(self, lengths):
        self.lengths = np.array(lengths)

    def __getitem__(self, rows):
        lengths = torch.from_numpy(self.lengths[rows])
        values = torch.arange(1, int(lengths.max()) + 1).repeat(len(rows), 1)
        return Batch(values, lengths, torch.tensor(rows))


class Counting(RowData):
    def prepare(self):
        pass

    def rows(self, split):
        lengths = {"train": [5, 3, 9, 2, 7, 4, 8, 6], "validation": [2, 4, 3], "test": list(range(1, 13))}
        return Steps(lengths[split])


def made(**batching):
    return Counting(Batching(**batching), seed=3)


def test_training_reads_each_row_once_in_an_order_that_depends_on_the_epoch():
    loader = made(batch_size=2).train_dataloader()
    orders = []
    for epoch in range(2):
        loader.sampler.set_epoch(epoch)
        orders.append([row for batch in loader for row in batch.rows.tolist()])
    assert all(sorted(order) == list(range(8)) for order in orders)
    assert orders[0] != orders[1]


def test_evaluation_reads_the_longest_rows_first_in_batches_four_times_as_large():
    (batch,) = made(batch_size=1).val_dataloader()
    assert (batch.rows.tolist(), batch.lengths.tolist()) == ([0, 2, 1], [2, 3, 4])


def test_a_limited_split_counts_the_rows_that_are_read():
    data = made(batch_size=1)
    data.limits.wanted["test"] = 2  # of three batches of four rows
    rows = [row for batch in data.test_dataloader() for row in batch.rows.tolist()]
    assert data.limits.read["test"] == (8, 12, "rows")
    assert len(set(rows)) == 8


def test_the_padding_is_that_of_the_batches():
    assert made(batch_size=1).padding_fraction() == 0
    assert made(batch_size=8).padding_fraction() == pytest.approx(1 - 44 / 72)


def test_a_wrong_batch_size_is_refused():
    with pytest.raises(SettingError, match=r"data\.batch_size=0"):
        made(batch_size=0)


@pytest.mark.parametrize("member", ["prepare", "rows", "inputs", "targets"])
def test_a_subclass_without_a_member_is_named(member):
    class Empty(RowData):
        pass

    data = Empty(Batching())
    with pytest.raises(NotImplementedError, match=rf"Empty has no {member}\(\)"):
        getattr(data, member)(*([] if member == "prepare" else ["train"]))
