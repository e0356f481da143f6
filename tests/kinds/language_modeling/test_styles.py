"""The styles of rows in the language modelling task."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import pytest
import torch

from rnnlab.data.batch import Window
from rnnlab.kinds.language_modeling.styles import OfStyles, style_weights, summed
from rnnlab.kinds.language_modeling.task import LanguageModeling
from rnnlab.kinds.language_modeling.token_loss import NO_TARGET
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.training.scheduler.lr_curve import Constant


def styled(**settings: Any) -> LanguageModeling:
    torch.manual_seed(0)
    network = LanguageModel(9, 4, RecurrentEncoder("gru", 7, 5), styles=3, style_size=3)
    optimizer = partial(torch.optim.SGD, lr=0.1)
    return LanguageModeling(network, optimizer, Constant(), styles=("a", "b", "c"), **settings)


def window(styles: list[int] | None, fresh: bool = True) -> Window:
    text = torch.randint(1, 9, (2, 6), generator=torch.Generator().manual_seed(1))
    numbers = None if styles is None else torch.tensor(styles)
    return Window(text[:, :-1], text[:, 1:], torch.tensor([5, 3]), fresh, styles=numbers)


def test_weights_are_all_on_the_row_s_style_and_only_where_both_have_styles():
    network, plain = styled().network, torch.nn.Linear(1, 1)
    weights = style_weights(network, torch.tensor([2, 0]))
    assert weights is not None
    assert weights.tolist() == [[0, 0, 1], [1, 0, 0]]
    assert style_weights(network, None) is None
    assert style_weights(plain, torch.tensor([2, 0])) is None


def test_losses_are_kept_apart_and_summed_over_processes():
    logits = torch.zeros(3, 2, 4)
    logits[1] = 50 * torch.nn.functional.one_hot(torch.tensor([3, 3]), 4)
    targets = torch.tensor([[1, 1], [3, 3], [2, NO_TARGET]])
    one, other = OfStyles(("x", "y", "z")), OfStyles(("x", "y", "z"))
    one.add(logits, targets, torch.tensor([0, 1, 0]))
    other.add(logits[:1], targets[:1], torch.tensor([1]))
    assert one.metrics("windows") == pytest.approx({"nats_windows_x": math.log(4), "nats_windows_y": 0.0})
    both = summed([one, other])
    assert [nats.tokens for nats in both.nats] == [3, 4, 0]
    assert both.metrics("windows")["nats_windows_y"] == pytest.approx(math.log(4) / 2)
    one.add(logits, targets, None)
    assert [nats.tokens for nats in one.nats] == [3, 2, 0]


@pytest.mark.parametrize("settings", [{}, {"activation_regularization": 1.0}, {"sampled_softmax": 4}])
def test_training_reads_each_row_in_its_style(settings):
    task = styled(**settings)
    task.training_step(window([1, 1]), 0).backward()
    assert (task.network.style_vectors.weight.grad.abs().sum(1) > 0).tolist() == [False, True, False]


def test_a_stream_is_read_in_its_style():
    task = styled()
    nats = [task.evaluate_stream([window([s, s])])["test/nats_stream"] for s in range(3)]
    assert len(set(nats)) == 3
    assert task.evaluate_stream([window(None)])["test/nats_stream"] not in nats
