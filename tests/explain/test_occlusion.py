"""Occlusion, where what a word adds is known."""

import pytest
import torch

from rnnlab.explain.occlusion import occlusion
from rnnlab.explain.outcome import Aim

IDS = [5, 1, 7, 5]


def test_a_linear_models_scores_are_differences_to_the_unknown_word(bag):
    scores, outcome = occlusion(bag, IDS, Aim(1), hidden_id=1)
    direction = bag.head.weight[1] - bag.head.weight[0]
    away = bag.embedding(torch.tensor(IDS)) - bag.embedding(torch.tensor(1))
    torch.testing.assert_close(scores.float(), away @ direction)
    assert float(scores[1]) == 0
    logits = bag(torch.tensor([IDS]), torch.tensor([4]))[0]
    assert outcome == pytest.approx((logits[1] - logits[0]).item(), abs=1e-5)


def test_many_tokens_go_in_several_passes(bag, monkeypatch):
    whole, _ = occlusion(bag, IDS, Aim(0), 1)
    monkeypatch.setattr("rnnlab.explain.occlusion.MOST_TOKENS", 5)
    torch.testing.assert_close(occlusion(bag, IDS, Aim(0), 1)[0], whole)


def test_prior_and_temperature_act_as_they_do_on_predictions(bag):
    plain, _ = occlusion(bag, IDS, Aim(1), 1)
    shifted, outcome = occlusion(bag, IDS, Aim(1, (0.0, 1.5), 2.0), 1)
    torch.testing.assert_close(shifted, plain / 2)  # of two classes both move log-odds linearly
    assert outcome == pytest.approx((occlusion(bag, IDS, Aim(1), 1)[1] + 1.5) / 2, abs=1e-6)
