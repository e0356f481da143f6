"""Data augmentation of training rows: all changes, each with its own strength."""

from __future__ import annotations

import numpy as np

from rnnlab.data.augment.changes import (
    delete,
    drop_words,
    ending_ids,
    insert,
    replace,
    shuffle_sentences,
    shuffle_window,
    swap,
)
from rnnlab.data.augment.neighbours import Neighbours
from rnnlab.data.augment.typos import Typos
from rnnlab.data.augment.vocabulary import content_tokens, free_tokens
from rnnlab.errors import SettingError
from rnnlab.tokenizer.base import Tokenizer

STEPS = ("typo", "replacement", "insertion", "swap", "window", "deletion", "sentences", "word_dropout")
NEED_NEIGHBOURS = {"replacement", "insertion"}
PICKS = ("one", "all")
LEVELS = ("embedding", "hidden")


class Augmenter:
    """Augments rows: `augmenter(ids, rng)` is never empty and keeps the marks unchanged.

    Marks are the tokens in angle brackets: those of cleaning (`<url>`) and the `<s>` that closes a sentence.
    A setting of 0 switches its step off.

    Attributes:
        mixup, mixup_level: for the task, which mixes rows of a batch (Zhang et al. 2018; Guo et al. 2019).

    Args:
        typo: fraction of words with a typing error; see `rnnlab.data.augment.typo`.
        replacement, insertion: fraction of words replaced by, or inserted from, the nearest words.
        swap: fraction of words that change places.
        window: most places that words move. sentences: probability that sentences come in random order.
        deletion, word_dropout: probability that a word is left out, or becomes the unknown one.
        probability: probability that a row is changed at all in an epoch.
        pick: draw one step for a row, or take all, in the order of `STEPS`.
        tokenizer: the trained tokenizer of the ids.
        neighbours: (V, K) ids of the nearest tokens of each token, best first, padded with -1.

    Raises:
        SettingError: a number is out of range.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        neighbours: np.ndarray | None = None,
        word_dropout: float = 0.0,
        swap: float = 0.0,
        deletion: float = 0.0,
        insertion: float = 0.0,
        replacement: float = 0.0,
        typo: float = 0.0,
        window: int = 0,
        sentences: float = 0.0,
        probability: float = 1.0,
        pick: str = "all",
        mixup: float = 0.0,
        mixup_level: str = "embedding",
    ) -> None:
        shares = (typo, replacement, insertion, swap, window, deletion, sentences, word_dropout)
        self.strength = dict(zip(STEPS, shares, strict=True))
        self.probability, self.pick = probability, pick
        self.mixup, self.mixup_level = mixup, mixup_level
        self._check()
        self.steps = tuple(name for name in STEPS if self.strength[name] > 0)
        self._free = free_tokens(tokenizer.vocabulary)
        self._ends = np.zeros(len(self._free), dtype=bool)
        self._ends[ending_ids(tokenizer)] = True
        self._typos = Typos(tokenizer)
        self._neighbours = None
        if neighbours is not None:
            self._neighbours = Neighbours(neighbours, content_tokens(tokenizer.vocabulary))

    @property
    def active(self) -> bool:
        """Return whether any row is ever changed (mixup aside, which is the task's)."""
        return bool(self.steps) and self.probability > 0

    @property
    def needs_neighbours(self) -> bool:
        return self.active and not NEED_NEIGHBOURS.isdisjoint(self.steps)

    def __call__(self, ids: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Augment a row: (T,) ids to (T',) ids, int64.

        Raises:
            ValueError: a step needs the table of neighbours, and none was given.
        """
        ids = ids.astype(np.int64)
        if not self.active or (self.probability < 1 and rng.random() >= self.probability):
            return ids
        steps = self.steps if self.pick == "all" else (self.steps[int(rng.random() * len(self.steps))],)
        for step in steps:
            ids = self._changed(step, ids, rng)
        return ids

    def _changed(self, step: str, ids: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        strength, free = self.strength[step], self._free[ids]
        match step:
            case "typo":
                return self._typos(ids, strength, rng)
            case "replacement":
                return replace(ids, self._table(), strength, rng)
            case "insertion":
                return insert(ids, self._table(), strength, rng, closed=not free[-1])
            case "swap":
                return swap(ids, free, strength, rng)
            case "window":
                return shuffle_window(ids, free, int(strength), rng)
            case "deletion":
                return delete(ids, free, strength, rng)
            case "sentences":
                return shuffle_sentences(ids, self._ends[ids], strength, rng)
        return drop_words(ids, free, strength, rng)

    def _table(self) -> Neighbours:
        if self._neighbours is None:
            raise ValueError("neighbours=None: insertion and replacement need the table of nearest tokens")
        return self._neighbours

    def _check(self) -> None:
        for name, value in {**self.strength, "probability": self.probability}.items():
            if name != "window" and not 0 <= value <= 1:
                raise SettingError(f"augment.{name}", value, "must lie between 0 and 1")
        window = self.strength["window"]
        if window < 0 or window != int(window):
            raise SettingError("augment.window", window, "must be a whole number, 0 or more")
        if self.pick not in PICKS:
            raise SettingError("augment.pick", self.pick, "must say how many steps a row gets", names=PICKS)
        if not 0 <= self.mixup < float("inf"):
            raise SettingError("augment.mixup", self.mixup, "must be 0 or more")
        if self.mixup_level not in LEVELS:
            raise SettingError("augment.mixup_level", self.mixup_level, "must be what is mixed", names=LEVELS)
