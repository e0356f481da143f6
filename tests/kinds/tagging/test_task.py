"""The loss of tagging, and the scores of a whole split."""

from __future__ import annotations

import pytest
import torch

from rnnlab.data.tagged_rows import TaggedBatch
from rnnlab.training.task.row_task import in_row_order

SHORT = TaggedBatch(torch.tensor([[2, 3]]), torch.tensor([2]), torch.tensor([[4, 0]]), torch.tensor([1]))
LONG = TaggedBatch(
    torch.tensor([[4, 5, 6, 7], [8, 2, 0, 0]]),
    torch.tensor([4, 2]),
    torch.tensor([[1, 2, 3, 0], [0, 4, 0, 0]]),
    torch.tensor([0, 2]),
)


def test_the_loss_is_a_mean_over_words(tagging):
    task = tagging()
    loss = task.training_step(LONG, 0)
    network = task.network
    own = network.losses(network(LONG.tokens, LONG.lengths), LONG.lengths, LONG.tags)
    torch.testing.assert_close(loss, own.sum() / 6)
    task.training_step(SHORT, 1)
    means = task.running.epoch()
    both = (own.sum() + task.losses(SHORT, task.emissions(SHORT)).sum()) / 8
    assert means["loss"] == pytest.approx(float(both.detach()), rel=1e-5)


def test_rows_of_any_length_stand_in_one_table(tagging):
    task = tagging().eval()
    task.log_validation = lambda split, metrics: None
    with torch.no_grad():
        task.on_validation_epoch_start()
        task.validation_step(LONG, 0)
        task.validation_step(SHORT, 1)
        task.on_validation_epoch_end()
    assert task.columns["row"].tolist() == [0, 1, 2]
    assert task.columns["label"].tolist() == [[1, 2, 3, 0], [4, 0, -1, -1], [0, 4, -1, -1]]
    assert ((task.columns["predicted"] == -1) == (task.columns["label"] == -1)).all()
    found = task.scores(task.columns)
    assert found["loss"] == pytest.approx(float(task.columns["loss"].sum() / 8), rel=1e-5)


def test_scores_are_those_of_entities(tagging):
    task = tagging()
    columns = {
        "label": torch.tensor([[1, 3, 0, 4], [4, 0, -1, -1]]),
        "predicted": torch.tensor([[1, 3, 4, 0], [4, 0, -1, -1]]),
        "loss": torch.tensor([1.0, 2.0]),
    }
    found = task.scores(columns)
    assert (found["precision"], found["recall"], found["f1"]) == pytest.approx((2 / 3,) * 3)
    assert found["f1_a"] == pytest.approx(2 / 3)
    assert found["accuracy"] == pytest.approx(4 / 6)
    assert found["loss"] == pytest.approx(0.5)


def test_tags_without_a_scheme_are_scored_by_their_accuracy(tagging):
    task = tagging(("NOUN", "VERB"), None)
    columns = {
        "label": torch.tensor([[0, 1], [1, -1]]),
        "predicted": torch.tensor([[0, 0], [1, -1]]),
        "loss": torch.zeros(2),
    }
    found = task.scores(columns)
    assert found["accuracy"] == found["f1"] == pytest.approx(2 / 3)


def test_a_missed_entity_costs_more_in_training_alone(tagging):
    plain, costly = tagging(), tagging(miss_cost=2.0)
    assert costly.training_step(LONG, 0) > plain.training_step(LONG, 0)
    network = plain.network
    emissions = network(LONG.tokens, LONG.lengths)
    emissions[..., 0] += 2.0 * (LONG.tags != 0)
    expected = network.losses(emissions, LONG.lengths, LONG.tags).sum() / 6
    torch.testing.assert_close(costly.training_step(LONG, 0), expected)
    one, other = (task.predictions(LONG) for task in (plain, costly))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_wrong_arguments_are_named(tagging):
    with pytest.raises(ValueError, match="miss_cost=-1 must be a number >= 0"):
        tagging(miss_cost=-1)
    with pytest.raises(ValueError, match=r"miss_cost=1.0 needs tags that mark entities: choose 0"):
        tagging(("NOUN", "VERB"), None, miss_cost=1.0)


def test_a_row_that_came_twice_counts_once():
    part = {"row": torch.tensor([1, 0, 1]), "label": torch.tensor([[1], [0], [1]])}
    assert in_row_order([part])["label"].tolist() == [[0], [1]]
