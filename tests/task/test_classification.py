"""The classification task: its training loss, and what a test leaves."""

from __future__ import annotations

from typing import Any

import pytest
import pytorch_lightning as pl
import torch
import torch.nn.functional as F

from rnnlab.data.batch import Batch
from rnnlab.task.logged import CLASSIFICATION

TABLE = [[2.0, 0.0], [0.0, 1.0], [0.5, 0.0], [0.0, 3.0]]


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
    assert set(CLASSIFICATION) <= logged
    per_class = {f"val/{kind}_{name}" for kind in ("precision", "recall", "f1") for name in ("no", "yes")}
    assert per_class == logged - set(CLASSIFICATION)
