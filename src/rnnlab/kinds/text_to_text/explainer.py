"""Explanation of what a text-to-text model writes: its attention, and which source tokens an output needs."""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.data.truncation import cut
from rnnlab.explain.corpus import Piece, pieces_of_lines, text_of
from rnnlab.explain.explainer import Explainer
from rnnlab.explain.explanation import Explanation, Reading, explanation_of, read
from rnnlab.generate.sequence.decode import decode
from rnnlab.generate.sequence.engine import Source
from rnnlab.kinds.text_to_text.alignment import forced, occluded, target_names
from rnnlab.kinds.text_to_text.answer import TextToTextAnswers
from rnnlab.kinds.text_to_text.reader import Reader
from rnnlab.text.characters import lines_of

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

WEIGHTS = "none: the weights of each output token sum to 1"
HIDDEN = "each source token replaced by the unknown one"


class SequenceExplainer(Explainer):
    """Attention of each output token, if the decoder has any, and occlusion of each source token.

    The target of `explain` is a text to explain instead of the one that the run writes.
    """

    inside = False

    def __init__(self, run: FinishedRun) -> None:
        super().__init__(run)
        if self.answerer.engine.attends:
            self.methods = ("attention", "occlusion")
        else:
            self.methods = ("occlusion",)
            self.lacking = {"attention": "decoder=none has no attention"}

    @cached_property
    def answerer(self) -> TextToTextAnswers:
        """The run's answers, whose engine and decoding are explained."""
        return TextToTextAnswers.of_run(self.run, {})

    def reading(self, text: str) -> Reading:
        return read(self.run, text, partial(cut, shape=self.run.shape))

    def explain(self, reading: Reading, method: str, target: str | None, steps: int) -> Explanation:
        engine, source = self.answerer.engine, self._reader.sources([reading.text])[0]
        tokens, written = self._target(reading.text, source, target)
        found = forced(engine, [source], tokens)
        total = float(found.logs.sum())
        if method == "attention":
            assert found.attention is not None
            weights, scores = found.attention[0], found.attention[0].mean(0)  # (T, S), (S,)
        else:
            weights = occluded(engine, source, tokens)
            scores = weights.sum(0)
        named, baseline = (written, float(np.exp(total))), WEIGHTS if method == "attention" else HIDDEN
        whole = explanation_of(reading, scores.tolist(), method, named, baseline)
        names = target_names(self.run.tokenizer, tokens, self._reader.own(reading.text))
        quantity = "" if method == "attention" else "the log probability of the output"
        return whole._replace(outcome=total, quantity=quantity, outputs=names, weights=weights.tolist())

    def pieces(self, file: Path | None) -> list[Piece]:
        """Return the lines of a file, or the sources of the run's test rows."""
        lines = self.run.data().inputs("test") if file is None else lines_of(text_of(file))
        return pieces_of_lines(lines, self.reading)

    @property
    def _reader(self) -> Reader:
        """The reader of texts that are cleaned already."""
        return self.answerer.reader._replace(cleaner=str)

    def _target(self, text: str, source: Source, target: str | None) -> tuple[list[int], str]:
        """Return the ids of the target with its end mark, and its text: the run's own output, or `target`."""
        answerer, tokenizer = self.answerer, self.run.tokenizer
        if target is not None:
            ids = tokenizer.encode_target(self.run.cleaner(target))
            return [*ids, tokenizer.end_id], target
        best = decode(answerer.engine, [source], answerer.decoding)[0][0]
        written = self._reader.write(text, [best], answerer.decoding.replace_unknown)[0]
        return [*best.tokens, tokenizer.end_id], written
