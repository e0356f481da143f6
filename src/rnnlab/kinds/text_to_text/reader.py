"""Conversion of texts to the network's input, and of its output to texts. N texts; no torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rnnlab.data.padded_batches import encode
from rnnlab.data.pair_words import own_words
from rnnlab.data.truncation import Truncation
from rnnlab.generate.sequence.engine import Source
from rnnlab.generate.sequence.hypothesis import Hypothesis
from rnnlab.generate.sequence.text import steps_of, text_of


class Reader(NamedTuple):
    """Cleaner, tokenizers and truncation of a run.

    Attributes:
        tokenizer: a `PairTokenizer`. shape: the part of a source that is read.
        copies: whether the network copies words of the source.
    """

    cleaner: Any
    tokenizer: Any
    shape: Truncation
    copies: bool = False

    def sources(self, texts: Sequence[str]) -> list[Source]:
        """Return what the network reads of each text."""
        encoded = encode(texts, self.cleaner, self.tokenizer, self.shape)
        if not self.copies:
            return [Source(ids) for ids in encoded]
        own = own_words(texts, self.cleaner, self.tokenizer, self.shape)
        pairs = zip(encoded, own, strict=True)
        return [Source(ids, one.ids, len(one.words)) for ids, one in pairs]

    def own(self, text: str) -> Sequence[str]:
        """Return the words of a text that have ids of its own to be copied by; none without copies."""
        return own_words([text], self.cleaner, self.tokenizer, self.shape)[0].words if self.copies else ()

    def write(self, text: str, found: Sequence[Hypothesis], replace_unknown: bool = False) -> list[str]:
        """Return the texts that were written for a source text.

        Args:
            replace_unknown: write the most attended source word in place of an unknown one.
        """
        words, steps = self.own(text), list[str]()
        if replace_unknown:
            steps = steps_of(text, self.cleaner, self.tokenizer, self.shape)
        return [text_of(one, self.tokenizer, words, steps) for one in found]
