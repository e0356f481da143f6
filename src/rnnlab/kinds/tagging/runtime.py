"""Tag texts with an exported model. B rows, T words, K tags. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.data.tagged_words import PaddedWords, WordEncoder
from rnnlab.kinds.tagging.answer import TagAnswers
from rnnlab.kinds.tagging.chain import Chain
from rnnlab.kinds.tagging.prediction import TaggedText

if TYPE_CHECKING:
    from rnnlab.kinds.usable import Exported


class Tagger:
    """Tags as its run did: the graph scores tags, and the best allowed sequence is found in numpy.

    A text may also be given as a list of its words.

    Attributes:
        tags: their names; scheme: how they mark entities, None where they mark none.
        answerer: answers in plain values, as the service gives them.
    """

    def __init__(self, exported: Exported) -> None:
        self.session, settings = exported.session, exported.settings
        self.tags: tuple[str, ...] = tuple(settings["tags"])
        self.scheme: str | None = settings["scheme"]
        encoder = WordEncoder(
            exported.cleaner, exported.tokenizer, settings["alphabet"], bool(settings["subwords"])
        )
        self.answerer = TagAnswers(self.emissions, self._chain(encoder), self.tags, self.scheme, encoder)

    def predict(self, text: str | Sequence[str]) -> TaggedText:
        return self.predict_batch([text])[0]

    def predict_batch(self, texts: Sequence[str | Sequence[str]]) -> list[TaggedText]:
        """Predict each text, in order."""
        found: list[TaggedText] = self.answerer.predict(texts)
        return found

    def emissions(self, words: PaddedWords) -> np.ndarray:
        """Return the score of each tag at each word (B, T, K)."""
        (found,) = self.session.run(["emissions"], feed(words))
        return np.asarray(found)

    def _chain(self, encoder: WordEncoder) -> Chain:
        """Return the scores of transitions, which the graph gives whatever it reads."""
        return Chain(*self.session.run(list(Chain._fields), feed(encoder.padded([encoder(["a"])]))))


def feed(words: PaddedWords) -> dict[str, np.ndarray]:
    """Return the inputs of the graph."""
    return {name: array for name, array in words._asdict().items() if array is not None}
