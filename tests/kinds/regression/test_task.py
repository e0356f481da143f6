"""The losses of a regression against torch's, and its facts and baselines."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from rnnlab.data.batch import Batch
from rnnlab.errors import SettingError
from rnnlab.kinds.regression.baselines import Constant, Numbers, RatedTexts, RidgeInputs, RidgeTfidf
from rnnlab.kinds.regression.facts import check_levels, facts_of, network_settings
from rnnlab.kinds.regression.task import Regression
from rnnlab.kinds.tfidf import Texts
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.regressor import Regressor
from rnnlab.training.scheduler.lr_curve import Constant as Steady

LABELS = torch.tensor([2.0, 4.0, 9.0])
BATCH = Batch(torch.tensor([[3], [4], [5]]), torch.ones(3, dtype=torch.int64), LABELS, torch.arange(3))


def task(levels=None, **settings):
    torch.manual_seed(0)
    network = Regressor(9, 4, RecurrentEncoder("gru", 4, 5), "mean", 5.0, 2.0, levels)
    return Regression(network, partial(torch.optim.SGD, lr=0.1), Steady(), **settings)


@pytest.mark.parametrize(
    ("settings", "theirs"),
    [
        ({}, F.mse_loss),
        ({"loss": "absolute"}, F.l1_loss),
        ({"loss": "huber", "huber_delta": 0.3}, partial(F.huber_loss, delta=0.3)),
    ],
)
def test_a_loss_compares_standardised_numbers(settings, theirs):
    made = task(**settings)
    output = made.network(BATCH.tokens, BATCH.lengths).squeeze(1)
    expected = theirs((output - 5) / 2, (LABELS - 5) / 2)
    torch.testing.assert_close(made.loss(BATCH), expected)


def test_the_ordinal_loss_is_the_likelihood_of_the_levels():
    made = task(levels=[2.0, 4.0, 9.0], loss="ordinal")
    logs = made.network.ordinal.log_probabilities(made.network.scores(BATCH.tokens, BATCH.lengths))
    torch.testing.assert_close(made.loss(BATCH), -logs.diagonal().mean())


@pytest.mark.parametrize(
    ("levels", "settings", "said"),
    [
        (None, {"loss": "ordinal"}, "levels and the ordinal loss go together"),
        ([1.0, 2.0], {}, "levels and the ordinal loss go together"),
        (None, {"loss": "cubic"}, "must be one of squared, absolute, huber, ordinal"),
        (None, {"huber_delta": 0.0}, "huber_delta=0.0 must be a number > 0"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(levels, settings, said):
    with pytest.raises(ValueError, match=said):
        task(levels, **settings)


def test_what_a_run_keeps_of_its_labels():
    facts = facts_of(np.array([1, 1, 2, 4], np.float32))
    assert (facts["mean"], facts["median"], facts["low"], facts["high"]) == (2.0, 1.5, 1.0, 4.0)
    assert facts["std"] == pytest.approx(np.std([1, 1, 2, 4]))
    assert (facts["levels"], facts["fractions"]) == ([1.0, 2.0, 4.0], [0.5, 0.25, 0.25])
    plain, ordinal = (SimpleNamespace(task=SimpleNamespace(loss=name)) for name in ("huber", "ordinal"))
    assert network_settings(plain, {**facts, "padding": "post"})["levels"] is None
    assert network_settings(ordinal, {**facts, "padding": "post"})["levels"] == [1.0, 2.0, 4.0]


def test_more_levels_than_a_hundred_are_refused():
    facts = facts_of(np.arange(101.0))
    settings = SimpleNamespace(task=SimpleNamespace(loss="ordinal"))
    with pytest.raises(SettingError, match="have 101 different numbers, and at most 100 can be levels"):
        check_levels(settings, facts)
    check_levels(settings, facts_of(np.arange(100.0)))


def test_the_constant_baselines_are_mean_and_median_of_train():
    inputs = Numbers(np.array([1.0, 1.0, 7.0]), np.array([2.0, 4.0]))
    assert Constant("mean").measure(inputs).metrics["mae"] == 1.0
    assert Constant("median").measure(inputs).metrics["mae"] == 2.0


def test_ridge_learns_a_sum_of_words_and_chooses_its_penalty_on_validation():
    draw = np.random.default_rng(0)

    def rated(rows):
        texts = [draw.integers(2, 12, 6) for _ in range(rows)]
        flat = Texts(np.concatenate(texts), np.arange(rows + 1) * 6)
        return RatedTexts(flat, np.array([100 + (text > 6).sum() for text in texts], np.float32))

    found = RidgeTfidf().measure(RidgeInputs(rated(200), rated(60), rated(60), 12))
    assert found.metrics["r2"] > 0.9
    assert found.chosen["alpha"] in (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
