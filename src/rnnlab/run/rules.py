"""What each setting may be, by its name: checked before anything heavy is imported or downloaded.

A rule is found by a setting's full key (`scheduler.every`) or, failing that, its last part (`hidden_size`),
so that a new model which uses the field's standard names has its values checked without a line here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """A whole or real number in [low, high], or in [low, high) or (low, high] where an end is `open`."""

    low: float | None = None
    high: float | None = None
    whole: bool = False
    open: str = ""
    words: tuple[object, ...] = ()

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        left = "" if self.low is None else f"{'>' if 'low' in self.open else '>='} {self.low:g}"
        right = "" if self.high is None else f"{'<' if 'high' in self.open else '<='} {self.high:g}"
        text = " ".join(part for part in (kind, " and ".join(p for p in (left, right) if p)) if part)
        return text + "".join(f" or {'null' if word is None else word}" for word in self.words)

    def allows(self, value: object) -> bool:
        if value in self.words and not isinstance(value, bool):
            return True
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            return False
        if self.whole and not isinstance(value, int):
            return False
        above = self.low is None or value > self.low or (value == self.low and "low" not in self.open)
        below = self.high is None or value < self.high or (value == self.high and "high" not in self.open)
        return above and below


@dataclass(frozen=True)
class Choice:
    """One of a few names."""

    names: tuple[object, ...]

    def __str__(self) -> str:
        return "one of " + ", ".join("null" if name is None else str(name) for name in self.names)

    def allows(self, value: object) -> bool:
        return any(value is name or (value == name and type(value) is type(name)) for name in self.names)


@dataclass(frozen=True)
class Flag:
    """True or false; null where `optional`."""

    optional: bool = False

    def __str__(self) -> str:
        return "true or false" + (" or null" if self.optional else "")

    def allows(self, value: object) -> bool:
        return isinstance(value, bool) or (self.optional and value is None)


@dataclass(frozen=True)
class Pattern:
    """Text of one form, which `form` shows; null where `optional`."""

    expression: str
    form: str
    optional: bool = True

    def __str__(self) -> str:
        return self.form + (" or null" if self.optional else "")

    def allows(self, value: object) -> bool:
        return (self.optional and value is None) or (
            isinstance(value, str) and re.fullmatch(self.expression, value) is not None
        )


Rule = Number | Choice | Flag | Pattern

SIZE = Number(1, whole=True)
COUNT = Number(0, whole=True)
PROBABILITY = Number(0, 1, open="high")
SHARE = Number(0, 1)
LIMIT = Number(0, open="low", words=(None,))

RULES: dict[str, Rule] = {
    "seed": Number(0, 2**32 - 1, whole=True),
    "threads": Number(1, whole=True, words=("auto",)),
    # model
    "embedding_size": SIZE,
    "input_size": SIZE,
    "hidden_size": SIZE,
    "num_layers": SIZE,
    "bidirectional": Flag(),
    "dropout": PROBABILITY,
    "embedding_dropout": PROBABILITY,
    "word_dropout": PROBABILITY,
    "layer_dropout": PROBABILITY,
    "tie_weights": Flag(),
    "cell": Choice(("rnn", "lstm", "gru")),
    "pooling": Choice(("last", "mean", "max", "attention", "max_mean", "last_mean_max")),
    # task
    "label_smoothing": PROBABILITY,
    "state_reset": PROBABILITY,
    "task.mode": Choice(("max", "min")),
    "task.samples.length": SIZE,
    # data
    "source": Choice(("auto", "files", "hub", "package")),
    "truncation": Choice(("head", "tail", "head_tail")),
    "head_fraction": SHARE,
    "max_length": SIZE,
    "data.batch_size": Number(1, whole=True, words=(None,)),
    "batch_tokens": Number(1, whole=True, words=(None,)),
    "eval_batch_size": SIZE,
    "window": SIZE,
    "eval_window": SIZE,
    "validation_fraction": Number(0, 1, open="low high"),
    "test_fraction": PROBABILITY,
    "split_seed": COUNT,
    "text_seed": COUNT,
    "num_workers": COUNT,
    "workers": Number(1, whole=True, words=(None,)),
    "characters": SIZE,
    # generated data
    **dict.fromkeys(("train_rows", "validation_rows", "test_rows"), SIZE),
    **dict.fromkeys(("train_characters", "validation_characters", "test_characters"), SIZE),
    **dict.fromkeys(("clauses", "kinds", "max_depth", "max_pairs"), SIZE),
    **dict.fromkeys(("negations", "fillers"), COUNT),
    # tokenizer
    "lowercase": Flag(),
    "vocab_size": Number(3, whole=True, words=(None,)),
    "min_count": SIZE,
    # optimizer
    "lr": Number(0, open="low"),
    "muon_lr": Number(0, open="low"),
    "weight_decay": Number(0),
    "momentum": PROBABILITY,
    "alpha": PROBABILITY,
    "eps": Number(0, open="low"),
    "nesterov": Flag(),
    "fused": Flag(),
    # scheduler
    "scheduler.warmup": PROBABILITY,
    "scheduler.final": SHARE,
    "scheduler.start": SHARE,
    "scheduler.factor": Number(0, 1, open="low high"),
    "scheduler.every": Number(0, 1, open="low"),
    "patience": COUNT,
    "min_delta": Number(0),
    "decay": PROBABILITY,
    # trainer
    "devices": Number(1, whole=True, words=("auto", -1)),
    "max_epochs": Number(1, whole=True, words=(-1, None)),
    "max_steps": Number(1, whole=True, words=(-1,)),
    "max_time": Pattern(r"\d+:\d\d:\d\d:\d\d", "days:hours:minutes:seconds such as 00:00:05:00"),
    "gradient_clip_val": Number(0, words=(None,)),
    "gradient_clip_algorithm": Choice(("norm", "value")),
    "accumulate_grad_batches": SIZE,
    "check_val_every_n_epoch": SIZE,
    "val_check_interval": LIMIT,
    "log_every_n_steps": SIZE,
    "limit_train_batches": LIMIT,
    "limit_val_batches": LIMIT,
    "limit_test_batches": LIMIT,
    "num_sanity_val_steps": COUNT,
    "overfit_batches": Number(0),
    "deterministic": Flag(),
    "benchmark": Flag(optional=True),
    "enable_progress_bar": Flag(),
    "use_distributed_sampler": Flag(),
}


def rule_for(key: str) -> Rule | None:
    """The rule of a dotted key: of the whole key, else of its last part."""
    return RULES.get(key) or RULES.get(key.rsplit(".", 1)[-1])
