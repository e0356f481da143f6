"""Running means: weighted, and whole again after a checkpoint."""

from __future__ import annotations

import pytest
import torch

from rnnlab.training.task import running
from rnnlab.training.task.running import RunningMeans, StepPredictions


def add(means: RunningMeans, *steps: tuple[int, float]) -> None:
    for weight, loss in steps:
        means.add(weight, torch.tensor(loss))


def test_means_are_weighted_since_the_last_row_and_over_the_epoch() -> None:
    means = RunningMeans(["loss"])
    add(means, (1, 4.0), (3, 0.0))
    assert means.recent() == {"loss": 1.0}
    add(means, (4, 2.0))
    assert means.recent() == {"loss": 2.0}
    assert means.recent() == {}
    assert means.epoch() == {"loss": 1.5}
    assert means.epoch([2.0, 5.0]) == {"loss": 2.5}
    means.end_epoch()
    assert means.epoch() == {}


def test_a_saved_state_goes_on() -> None:
    means, resumed = RunningMeans(["loss"]), RunningMeans(["loss"])
    add(means, (1, 4.0))
    resumed.load_state_dict(means.state_dict())
    add(resumed, (1, 2.0))
    assert resumed.recent() == resumed.epoch() == {"loss": 3.0}


def test_many_steps_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_PENDING", 10)
    means = RunningMeans(["loss"])
    for _ in range(25):
        add(means, (2, 1.0))
        assert len(means._pending) < 10
    assert means.totals() == [50.0, 50.0]


@pytest.mark.parametrize("members", [0, 3])
def test_guesses_are_the_share_of_rows_whose_likeliest_class_is_their_label(members: int) -> None:
    generator = torch.Generator().manual_seed(0)
    means = RunningMeans(["accuracy"])
    right = total = 0
    for rows in (5, 2, 7):
        logits = torch.randn(*([members] if members else []), rows, 3, generator=generator)
        labels = torch.randint(3, (rows,), generator=generator)
        means.add(rows, StepPredictions(logits, labels))
        probabilities = logits.softmax(-1).mean(0) if members else logits
        right, total = right + int((probabilities.argmax(1) == labels).sum()), total + rows
    assert means.epoch() == pytest.approx({"accuracy": right / total})
