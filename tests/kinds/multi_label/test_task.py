"""The loss of label sets against torch's, its settings, and the baselines."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from rnnlab.data.batch import Batch
from rnnlab.errors import SettingError
from rnnlab.evaluation.label_thresholds import Thresholds
from rnnlab.kinds.multi_label.answer import answer_of
from rnnlab.kinds.multi_label.baselines import Flags, LabelFrequencies, LabelInputs, LinearTfidf
from rnnlab.kinds.multi_label.settings import positive_weights
from rnnlab.kinds.multi_label.task import MultiLabel
from rnnlab.kinds.tfidf import Texts
from rnnlab.training.scheduler.lr_curve import Constant

LOGITS = torch.tensor([[2.0, -1.0], [0.5, 0.0], [-3.0, 1.0]])
FLAGS = torch.tensor([[1, 0], [0, 0], [1, 1]], dtype=torch.uint8)


class Table(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.logits = torch.nn.Parameter(LOGITS.clone())

    def forward(self, tokens, lengths):
        return self.logits[tokens[:, 0]]


BATCH = Batch(torch.arange(3)[:, None], torch.ones(3, dtype=torch.int64), FLAGS, torch.arange(3))


def task(**settings):
    return MultiLabel(Table(), partial(torch.optim.SGD, lr=0.1), Constant(), ("a", "b"), **settings)


def test_the_loss_is_binary_cross_entropy_with_weights_and_smoothing():
    own = task(label_smoothing=0.2, class_weights=[2.0, 0.5]).loss(BATCH)
    wanted = torch.where(FLAGS.bool(), 0.9, 0.1)
    expected = F.binary_cross_entropy_with_logits(LOGITS, wanted, pos_weight=torch.tensor([2.0, 0.5]))
    torch.testing.assert_close(own, expected)
    torch.testing.assert_close(task().loss(BATCH), F.binary_cross_entropy_with_logits(LOGITS, FLAGS.float()))


def test_metrics_are_at_the_thresholds_that_were_chosen():
    made = task()
    columns = dict(made.predictions(BATCH)) | {"logit": LOGITS}
    assert made.scores(columns)["recall_a"] == 0.5
    made.thresholds = Thresholds((0.01, 0.5))
    assert made.scores(columns)["recall_a"] == 1.0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"class_weights": [1.0]}, "must have 2 weights"),
        ({"label_smoothing": 1.0}, "=1.0 must be a number"),
    ],
)
def test_arguments_out_of_range_are_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        task(**settings)


def test_balanced_weights_let_both_answers_weigh_the_same():
    assert positive_weights("balanced", [2, 8, 0], 10) == [4.0, 0.25, 1.0]
    assert positive_weights(None, [1], 2) is None
    assert positive_weights([1, 2], [3, 4], 9) == [1.0, 2.0]
    with pytest.raises(SettingError, match="must have 2 weights, one a label"):
        positive_weights([1], [3, 4], 9)


def test_an_answer_names_labels_above_their_thresholds_the_surest_first():
    chosen = Thresholds((0.2, 0.9, 0.4), 2.0)
    found = answer_of(("a", "b", "c"), chosen, np.array([0.0, 2.0, 2.0], np.float32))
    assert found["labels"] == ["c", "a"]
    assert found["probabilities"] == pytest.approx({"a": 0.5, "b": 0.731059, "c": 0.731059})


def test_label_frequencies_give_every_text_the_same_labels():
    train = np.array([[1, 0]] * 6 + [[0, 1]] + [[0, 0]] * 3)
    found = LabelFrequencies().measure(Flags(train, train, np.array([[1, 0], [0, 1]])))
    assert found.metrics["micro_recall"] == found.metrics["micro_precision"] == 0.5
    assert found.metrics["subset_accuracy"] == 0.5


def test_the_linear_baseline_finds_the_words_of_each_label():
    draw = np.random.default_rng(0)

    def texts(rows):
        found = [draw.integers(2, 12, 6) for _ in range(rows)]
        flags = np.array([[4 in text, 7 in text, 0] for text in found], np.uint8)
        return Texts(np.concatenate(found), np.arange(rows + 1) * 6), flags

    (train, a), (held, b), (test, c) = texts(300), texts(80), texts(80)
    found = LinearTfidf().measure(LabelInputs(train, held, test, Flags(a, b, c), 12, "label"))
    assert found.metrics["micro_f1"] > 0.95
    assert found.chosen["strength"] in (1.0, 10.0)


def test_too_many_labels_are_left_out():
    from rnnlab.kinds.baselines import LeftOut
    from rnnlab.kinds.multi_label import baselines

    class Many(baselines.LabelledData):
        def __init__(self):
            pass

        num_classes = 10**9

        def encoded(self, split):
            return SimpleNamespace(ids=np.zeros(10))

    with pytest.raises(LeftOut, match="10 train tokens times 1,000,000,000 labels"):
        LinearTfidf().read(SimpleNamespace(data=Many()))
