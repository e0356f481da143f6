"""Classify texts with an exported model. Shapes: B rows, T tokens, N texts, C classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnlab.data.truncation import Truncation, cut
from rnnlab.kinds.classification.ngrams.stored import NGRAMS, StoredNgrams, load_ngrams
from rnnlab.kinds.classification.prediction import FIELDS, Prediction, predictions_of
from rnnlab.kinds.usable import Exported
from rnnlab.kinds.use import Answerer
from rnnlab.text.pairs import MARK
from rnnlab.tokenizer.base import Tokenizer
from rnnlab.tokenizer.unread import unread

LEAST = 1e-30  # probability, so that its logarithm is finite
TOKENS = 1536  # most of a padded batch, unless one text is longer: larger ones leave the caches


class Weighed(NamedTuple):
    """A token as it stands in the cleaned text, and the weight in [0, 1] that attention gave it."""

    token: str
    weight: float


class Classifier:
    """Predicts as its run did, calibrated in the same way.

    Args:
        ngrams: n-grams of the run, for answers that are asked for with `ngrams=True`; None if it has none.

    Attributes:
        classes: their names. attends: whether the model has `attention`.
    """

    def __init__(
        self,
        session: Any,
        cleaner: Callable[[str], str],
        tokenizer: Tokenizer,
        settings: Mapping[str, Any],
        ngrams: StoredNgrams | None = None,
    ) -> None:
        self.session, self.cleaner, self.tokenizer = session, cleaner, tokenizer
        self.ngrams, self.scales = ngrams, settings.get("ngrams", ())
        self.classes: tuple[str, ...] = tuple(settings["classes"])
        read = [settings[name] for name in ("max_length", "truncation", "head_fraction")]
        self.shape = Truncation(*read)._replace(separator=settings.get("separator"))
        self.attends = any(output.name == "attention" for output in session.get_outputs())
        self._unknown = [tokenizer.unknown_id]

    @classmethod
    def of_export(cls, exported: Exported) -> Classifier:
        """Return the classifier of an exported folder, with its n-grams if they are there."""
        session, settings, cleaner, tokenizer, *_ = exported
        ngrams = load_ngrams(exported.folder / NGRAMS) if "ngrams" in settings else None
        return cls(session, cleaner, tokenizer, settings, ngrams)

    def encode(self, text: str) -> np.ndarray:
        """Return the ids (T,) that are read of a text, T >= 1."""
        ids = self.tokenizer.encode(self.cleaner(text)) or self._unknown
        return cut(np.array(ids, dtype=np.int64), self.shape)

    def predict(self, text: str, ngrams: bool = False) -> Prediction:
        """Predict a text; see `predict_batch`."""
        ids = self.encode(text)
        shares = np.exp(self._run(ids[None], np.array([len(ids)])))
        if ngrams:
            shares = self.blended([text], shares)
        return self.predictions(shares, self.notes([text], [ids]))[0]

    def predict_batch(self, texts: Sequence[str], ngrams: bool = False) -> list[Prediction]:
        """Predict each text, in order.

        Args:
            ngrams: blend in the run's n-grams, as its test did.

        Raises:
            ValueError: `ngrams`, and the model has none.
        """
        encoded = [self.encode(text) for text in texts]
        shares = self.probabilities_of(encoded)
        if ngrams:
            shares = self.blended(texts, shares)
        return self.predictions(shares, self.notes(texts, encoded))

    def blended(self, texts: Sequence[str], shares: np.ndarray) -> np.ndarray:
        """Return the network's probabilities (N, C) of texts, blended with what the n-grams say of them."""
        if self.ngrams is None:
            raise ValueError("this model has no n-grams: train its run with ngrams=naive_bayes")
        cleaned = [self.cleaner(text) for text in texts]
        alone = self.ngrams.of_texts(cleaned, [self.tokenizer.encode(text) for text in cleaned])
        own = np.log(np.maximum(shares.astype(np.float64), LEAST))
        logits = self.scales[0] * own + self.scales[1] * alone
        powers = np.exp(logits - logits.max(1, keepdims=True))
        return np.asarray(powers / powers.sum(1, keepdims=True))

    def predictions(self, probabilities: np.ndarray, notes: Sequence[str]) -> list[Prediction]:
        """Turn probabilities (N, C) and N notes into N predictions."""
        return predictions_of(probabilities, self.classes, notes)

    def notes(self, texts: Sequence[str], encoded: Sequence[np.ndarray]) -> list[str]:
        """Return a note for each text without a known token, else ""."""
        return unread(texts, encoded, self.cleaner, self.tokenizer)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Return (N, C) float32; texts of similar length are read together."""
        encoded = [self.encode(text) for text in texts]
        return self.probabilities_of(encoded)

    def probabilities_of(self, encoded: Sequence[np.ndarray]) -> np.ndarray:
        """Return (N, C) float32 of ids from `encode`."""
        found = np.empty((len(encoded), len(self.classes)), np.float32)
        lengths = np.array([len(ids) for ids in encoded], np.int64)
        order = np.argsort(lengths, kind="stable")
        start = 0
        while start < len(order):
            end = start + 1
            while end < len(order) and (end + 1 - start) * lengths[order[end]] <= TOKENS:
                end += 1
            rows = order[start:end]
            tokens = np.zeros((len(rows), lengths[rows[-1]]), np.int64)
            for line, row in zip(tokens, rows, strict=True):
                line[: lengths[row]] = encoded[row]
            found[rows] = np.exp(self._run(tokens, lengths[rows]))
            start = end
        return found

    def attention(self, text: str) -> list[Weighed]:
        """Return each read token with its weight. Raises ValueError for a model without attention."""
        if not self.attends:
            raise ValueError("this model has no attention to look at")
        cleaned = self.cleaner(text)
        ids = self.encode(text)
        spans = self.tokenizer.offsets(cleaned)
        shown = [cleaned[start:end] for start, end in spans] or [""]
        mark = None if self.shape.separator is None else shown.index(MARK)
        kept = cut(np.arange(len(shown)), self.shape, mark)
        feed = {"tokens": ids[None], "lengths": np.array([len(ids)])}
        (weights,) = self.session.run(["attention"], feed)
        return [
            Weighed(shown[place], weight) for place, weight in zip(kept, weights[0].tolist(), strict=True)
        ]

    def _run(self, tokens: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Run the graph: ids (B, T) and lengths (B,) to log probabilities (B, C)."""
        (logs,) = self.session.run(["log_probabilities"], {"tokens": tokens, "lengths": lengths})
        return np.asarray(logs)


class ExportedAnswers(Answerer):
    """Answers of the exported graph: one call without Python's lock, while texts are encoded."""

    fields = FIELDS

    def __init__(self, model: Classifier) -> None:
        self.model = model

    def encode(self, rows: Sequence[Any]) -> list[Any]:
        return [self.model.encode(text) for text in rows]

    def compute(self, encoded: Sequence[Any]) -> np.ndarray:
        """Return probabilities (N, C) float32 of ids."""
        return self.model.probabilities_of(encoded)

    def answers(
        self, rows: Sequence[Any], encoded: Sequence[Any], outputs: Sequence[Any]
    ) -> list[dict[str, Any]]:
        notes = self.model.notes(rows, encoded)
        return [prediction._asdict() for prediction in self.model.predictions(np.stack(outputs), notes)]
