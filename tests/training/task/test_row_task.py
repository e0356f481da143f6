"""A task of rows needs a loss, predictions and scores; the rest is the base's."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import pytest
import torch
from torch import nn

from rnnlab.training.scheduler.lr_curve import Constant
from rnnlab.training.task.row_task import RowTask, in_row_order


class Batch(NamedTuple):
    values: torch.Tensor
    labels: torch.Tensor
    rows: torch.Tensor


class Line(RowTask):
    def loss(self, batch):
        return (self.network(batch.values).squeeze(1) - batch.labels).square().mean()

    def predictions(self, batch):
        return {"label": batch.labels, "predicted": self.network(batch.values).squeeze(1)}

    def scores(self, columns):
        return {"mae": float((columns["label"] - columns["predicted"]).abs().mean())}


@pytest.fixture
def line(monkeypatch):
    network = nn.Linear(1, 1)
    nn.init.ones_(network.weight)
    nn.init.zeros_(network.bias)
    task = Line(network, partial(torch.optim.SGD, lr=0.1), Constant(), "val/mae", "min")
    task.logged = {}
    monkeypatch.setattr(
        task, "log_validation", lambda split, scores: task.logged.update({split: scores}), raising=True
    )
    return task


def batch(rows, labels):
    values = torch.tensor(rows, dtype=torch.float32).unsqueeze(1)
    return Batch(values, torch.tensor(labels), torch.tensor(rows))


def test_a_step_adds_the_mean_loss_of_its_rows(line):
    loss = line.training_step(batch([1, 3], [2.0, 2.0]), 0)
    line.training_step(batch([1], [4.0]), 1)
    assert float(loss) == 1.0
    assert line.running.recent() == {"loss": pytest.approx((1 + 1 + 9) / 3)}


def test_the_scores_are_those_of_the_whole_split_in_row_order(line):
    line.on_validation_epoch_start()
    line.validation_step(batch([2, 0], [2.0, 0.0]), 0)
    line.validation_step(batch([1], [4.0]), 1)
    line.on_validation_epoch_end()
    assert line.columns["row"].tolist() == [0, 1, 2]
    assert line.columns["predicted"].tolist() == [0.0, 1.0, 2.0]
    assert line.logged == {"val": {"mae": 1.0}}
    line.on_test_epoch_start()
    line.test_step(batch([5], [3.0]), 0)
    line.on_test_epoch_end()
    assert line.logged["test"] == {"mae": 2.0}


def test_a_row_that_two_processes_have_counts_once():
    parts = [{"row": torch.tensor([0, 2]), "x": torch.tensor([[1.0], [3.0]])}]
    parts.append({"row": torch.tensor([1, 0]), "x": torch.tensor([[2.0], [9.0]])})
    joined = in_row_order(parts)
    assert joined["row"].tolist() == [0, 1, 2]
    assert joined["x"].tolist() == [[1.0], [2.0], [3.0]]


def test_there_are_no_columns_before_a_validation(line):
    with pytest.raises(RuntimeError, match="no predictions before a validation or a test"):
        _ = line.columns


@pytest.mark.parametrize(("name", "arguments"), [("loss", 1), ("predictions", 1), ("scores", 1)])
def test_a_subclass_without_a_member_is_named(name, arguments):
    class Bare(RowTask):
        pass

    task = Bare(nn.Linear(1, 1), partial(torch.optim.SGD, lr=0.1), Constant(), "val/mae", "min")
    with pytest.raises(NotImplementedError, match=rf"Bare has no {name}\(\)"):
        getattr(task, name)(*[None] * arguments)
