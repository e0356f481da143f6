"""Valid values of optimizer, scheduler and callback settings, for constructors and checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.rule import COUNT, PROBABILITY, SHARE, SIZE, Choice, Flag, Number
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Items, Names, Rule

T = TypeVar("T")
RATE = Number(0, 1000, open="low")  # a learning rate; AWD-LSTM trains language models with sgd at 30
INSIDE = Number(0, 1, open="low high")
POSITIVE_SHARE = Number(0, 1, open="low")
DECAYED = ("bias", "norm", "embedding", "rate")
"""Kinds of parameters that can be left without weight decay."""

RULES: dict[str, Rule] = {
    # optimizer
    "lr": RATE,
    "muon_lr": RATE,
    "weight_decay": Number(0, 1000),
    "momentum": PROBABILITY,
    "betas": Items(PROBABILITY, 2, 2),
    "alpha": PROBABILITY,
    "eps": POSITIVE_SHARE,
    "nesterov": Flag(),
    "fused": Flag(),
    "no_decay": Names(DECAYED),
    "layer_decay": Number(1, 10**6, words=(None,)),
    # scheduler; a class may allow a smaller range
    "scheduler.warmup": PROBABILITY,
    "scheduler.final": SHARE,
    "scheduler.start": SHARE,
    "scheduler.factor": Number(0, 1, open="low"),
    "scheduler.cut": INSIDE,
    "scheduler.ratio": Number(1, 10**9),
    "scheduler.fall": SHARE,
    "scheduler.every": POSITIVE_SHARE,
    "patience": COUNT,
    # callbacks
    "min_delta": Number(0, 10**6),
    "callback.whole_time.seconds": Number(1, 10**8),
    "callback.whole_time.reserve": Number(0, 10**8),
    "callback.average.decay": PROBABILITY,
    "mode": Choice(("max", "min")),
    "callback.unfreeze.epochs": COUNT,
    "callback.gradual.epochs": COUNT,
    "callback.grad_norms.enabled": Flag(),
    "callback.average.start": PROBABILITY,
    "callback.average.every": SIZE,
    "callback.average.patience": SIZE,
}
"""Checks by setting name, or by whole key if a name has several meanings."""


def checked(key: str, value: T) -> T:
    """Return the value of an argument, by its setting's key. Raises ValueError, which names it,if bad."""
    return checked_by(key.rpartition(".")[2], value, RULES[key])
