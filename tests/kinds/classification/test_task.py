"""The classification task: its training loss, and what a test leaves."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
import torch.nn.functional as F

from rnnlab.data.batch import Batch
from rnnlab.kinds.classification import KIND
from rnnlab.kinds.classification.losses import label_loss
from rnnlab.kinds.classification.mixup import mixed_logits
from rnnlab.kinds.classification.task import Classification
from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.ensemble import Ensemble
from rnnlab.training.scheduler.lr_curve import Constant

TABLE = [[2.0, 0.0], [0.0, 1.0], [0.5, 0.0], [0.0, 3.0]]

MONITORED = {name for metric in KIND.metrics if not metric.by for name in metric.monitored}


def batch(tokens: list[int], labels: list[int], start: int = 0) -> Batch:
    rows = torch.arange(start, start + len(tokens))
    return Batch(
        torch.tensor(tokens)[:, None], torch.ones(len(tokens), dtype=torch.int64), torch.tensor(labels), rows
    )


def trainer(tmp_path: Any, **settings: Any) -> pl.Trainer:
    return pl.Trainer(
        accelerator="cpu",
        devices=1,
        max_epochs=1,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=tmp_path,
        **settings,
    )


def loader(*batches: Batch) -> torch.utils.data.DataLoader:
    return torch.utils.data.DataLoader(list(batches), batch_size=None)


def test_the_training_loss_has_class_weights_and_smoothing(classification: Any) -> None:
    task = classification(TABLE, class_weights=[1.0, 3.0], label_smoothing=0.1)
    one = batch([0, 1, 2, 3], [0, 1, 1, 1])
    loss = task.training_step(one, 0)
    expected = F.cross_entropy(torch.tensor(TABLE), one.labels, torch.tensor([1.0, 3.0]), label_smoothing=0.1)
    torch.testing.assert_close(loss, expected)
    assert task.running.epoch() == pytest.approx({"loss": expected.item(), "accuracy": 0.75})


def test_a_checkpoint_holds_no_class_weights(classification: Any) -> None:
    assert list(classification(TABLE, class_weights=[1.0, 3.0]).state_dict()) == ["network.logits"]


def test_weights_of_another_number_of_classes_are_refused(classification: Any) -> None:
    with pytest.raises(ValueError, match=r"class_weights=\[1.0\] must have 2 weights, one a class"):
        classification(TABLE, class_weights=[1.0])


def test_a_test_leaves_plain_loss_confusion_and_predictions_in_row_order(
    classification: Any, tmp_path: Any
) -> None:
    task, run = classification(TABLE, class_weights=[1.0, 9.0], label_smoothing=0.5), trainer(tmp_path)
    run.test(task, loader(batch([3, 2], [1, 1], start=2), batch([0, 1], [0, 0])), verbose=False)
    metrics = {name: float(value) for name, value in run.callback_metrics.items()}
    logits, labels = torch.tensor(TABLE)[[0, 1, 3, 2]], torch.tensor([0, 0, 1, 1])
    assert metrics["test/loss"] == pytest.approx(F.cross_entropy(logits, labels).item())
    assert metrics["test/accuracy"] == metrics["test/recall_no"] == metrics["test/recall_yes"] == 0.5
    assert task.confusion.tolist() == [[1, 1], [1, 1]]
    rows, true, probabilities = task.predictions
    assert (rows.tolist(), true.tolist()) == ([0, 1, 2, 3], [0, 0, 1, 1])
    torch.testing.assert_close(probabilities, logits.softmax(1))


def test_predictions_before_any_test_are_an_error(classification: Any) -> None:
    with pytest.raises(RuntimeError, match="no predictions before a validation or a test"):
        _ = classification(TABLE).predictions


def test_every_name_that_can_be_monitored_is_logged(classification: Any, tmp_path: Any) -> None:
    task, run = classification(TABLE), trainer(tmp_path)
    run.fit(task, loader(batch([0, 1], [0, 1])), loader(batch([2, 3], [0, 1])))
    logged = set(run.callback_metrics)
    assert logged >= MONITORED
    per_class = {f"val/{kind}_{name}" for kind in ("precision", "recall", "f1") for name in ("no", "yes")}
    assert per_class == logged - MONITORED


def test_the_training_loss_is_focused(classification: Any) -> None:
    task = classification(TABLE, focal_gamma=2.0, class_weights=[1.0, 3.0])
    one = batch([0, 1, 2, 3], [0, 1, 1, 1])
    expected = label_loss(torch.tensor(TABLE), one.labels, torch.tensor([1.0, 3.0]), focal_gamma=2.0)
    torch.testing.assert_close(task.training_step(one, 0), expected)


def network(**settings: Any) -> Classifier:
    return Classifier(9, 4, RecurrentEncoder("gru", 4, 3), "mean", 2, **settings)


def around(model: torch.nn.Module, **settings: Any) -> Classification:
    return Classification(model, partial(torch.optim.SGD, lr=0.1), Constant(), ("no", "yes"), **settings)


@pytest.mark.parametrize("level", ["embedding", "hidden"])
def test_the_training_loss_of_a_mix_is_the_mix_of_both_labels_losses(level: str) -> None:
    task = around(network(), mixup=1.0, mixup_level=level, label_smoothing=0.1)
    one = batch([2, 3, 4, 5], [0, 1, 1, 0])
    torch.manual_seed(2)
    loss = task.training_step(one, 0)
    torch.manual_seed(2)
    logits, partners, share = mixed_logits(task.network, one, 1.0, level)
    own, other = (F.cross_entropy(logits, labels, label_smoothing=0.1) for labels in (one.labels, partners))
    torch.testing.assert_close(loss, share * own + (1 - share) * other)
    right = (logits.argmax(1) == one.labels).float().mean().item()
    assert task.running.epoch() == pytest.approx({"loss": loss.item(), "accuracy": right})


def test_without_mixup_nothing_is_drawn() -> None:
    task, state = around(network()), torch.get_rng_state()
    task.training_step(batch([2, 3], [0, 1]), 0)
    assert torch.equal(torch.get_rng_state(), state)


def test_an_ensemble_trains_on_the_mean_of_its_members_losses_and_scores_their_mean(tmp_path: Any) -> None:
    members = [network(), network()]
    task, one = around(Ensemble(members)), batch([2, 3, 4, 5], [0, 1, 1, 0])
    losses = [F.cross_entropy(member(one.tokens, one.lengths), one.labels) for member in members]
    torch.testing.assert_close(task.training_step(one, 0), (losses[0] + losses[1]) / 2)
    trainer(tmp_path).test(task, loader(one), verbose=False)
    expected = sum(member(one.tokens, one.lengths).softmax(1) for member in members) / 2
    torch.testing.assert_close(task.predictions[2], expected.detach())


def test_predictions_and_loss_are_of_the_corrected_probabilities(classification: Any, tmp_path: Any) -> None:
    table = [[math.log(0.6), math.log(0.4)], [math.log(0.2), math.log(0.8)]]
    task = classification(table, prior=[0.25, 0.75], trained_prior=[0.5, 0.5])
    run = trainer(tmp_path)
    run.test(task, loader(batch([0, 1], [1, 1])), verbose=False)
    by_hand = torch.tensor([[0.15 / 0.45, 0.3 / 0.45], [0.05 / 0.65, 0.6 / 0.65]])
    torch.testing.assert_close(task.predictions[2], by_hand)
    loss = -(math.log(0.3 / 0.45) + math.log(0.6 / 0.65)) / 2
    assert float(run.callback_metrics["test/loss"]) == pytest.approx(loss)
    assert float(run.callback_metrics["test/accuracy"]) == 1
    assert list(task.state_dict()) == ["network.logits"]


def test_where_the_shift_of_the_classes_is_known_the_correction_raises_accuracy_and_lowers_loss(
    classification: Any, tmp_path: Any
) -> None:
    """The best scores for even classes, normal around -1 and 1; in the test one of ten is of the second."""
    generator = torch.Generator().manual_seed(0)
    labels = (torch.rand(4000, generator=generator) < 0.1).long()
    seen = torch.randn(4000, generator=generator) + 2 * labels - 1
    table = torch.stack((-((seen + 1) ** 2) / 2, -((seen - 1) ** 2) / 2), dim=1)
    rows, found = batch(list(range(4000)), labels.tolist()), []
    for prior in (None, [0.9, 0.1]):
        task, run = classification(table.tolist(), prior=prior, trained_prior=[0.5, 0.5]), trainer(tmp_path)
        run.test(task, loader(rows), verbose=False)
        found.append({name: float(value) for name, value in run.callback_metrics.items()})
    plain, corrected = found
    assert plain["test/accuracy"] == pytest.approx(0.841, abs=0.02)
    assert corrected["test/accuracy"] > plain["test/accuracy"] + 0.06
    assert corrected["test/loss"] < plain["test/loss"] - 0.1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"focal_gamma": -1.0}, "focal_gamma=-1.0 must be a number >= 0"),
        ({"mixup": 0.2}, "mixup_level=embedding must be what the network can mix: nothing"),
        ({"prior": [0.5, 0.5]}, "trained_prior=None must have 2 probabilities"),
    ],
)
def test_bad_settings_are_named(classification: Any, settings: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        classification(TABLE, **settings)
