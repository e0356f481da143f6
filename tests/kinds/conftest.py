"""Tasks around networks that are easy to follow, without a trainer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn

from rnnlab.kinds.classification.task import Classification
from rnnlab.kinds.language_modeling.task import LanguageModeling
from rnnlab.training.scheduler.lr_curve import Constant


class Table(nn.Module):
    """Logits (B, C) that are the first token's row of a table."""

    def __init__(self, logits: Iterable[Iterable[float]]) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.tensor(logits))

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        return self.logits[tokens[:, 0]]


class Output(NamedTuple):
    logits: Tensor
    state: tuple[Tensor, ...]


class Counter(nn.Module):
    """Predicts the token plus the steps read so far; its state (1, B, 1) is their number times a weight."""

    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.vocab_size, self.one = vocab_size, nn.Parameter(torch.ones(()))
        self.seen: list[Any] = []

    def forward(self, tokens: Tensor, state: Any = None) -> Output:
        self.seen.append(state)
        start = torch.zeros(1, len(tokens), 1) if state is None else state[0]
        steps = torch.arange(tokens.size(1)) + start[0]  # (B, T)
        guess = (tokens + steps.round().long()) % self.vocab_size
        logits = 5 * nn.functional.one_hot(guess, self.vocab_size).float() * self.one
        return Output(logits, (start + tokens.size(1) * self.one,))


@pytest.fixture
def classification() -> Any:
    def make(table: Any, names: tuple[str, ...] = ("no", "yes"), **settings: Any) -> Classification:
        return Classification(Table(table), partial(torch.optim.SGD, lr=0.1), Constant(), names, **settings)

    return make


@pytest.fixture
def language_modeling() -> LanguageModeling:
    return LanguageModeling(Counter(8), partial(torch.optim.SGD, lr=1e-3), Constant())
