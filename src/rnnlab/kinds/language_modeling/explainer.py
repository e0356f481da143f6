"""Surprisal of each token of a text under a finished language model."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.explain.corpus import MOST_TOKENS, Piece, pieces_of_text, text_of
from rnnlab.explain.explainer import Explainer
from rnnlab.explain.explanation import Explanation, Reading, explanation_of, read
from rnnlab.explain.surprisal import surprisal

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

MOST_READ = 5000  # tokens of a text
SHOWN = 144  # characters of an example: three bands of a figure
NOTHING = "none: an empty state before the first token that is read"


class SurprisalExplainer(Explainer):
    """Scores each token by minus its log probability after those before it."""

    methods = ("surprisal",)

    def __init__(self, run: FinishedRun) -> None:
        super().__init__(run)
        self.inside = not run.config.data.get("reversed", False)

    def reading(self, text: str) -> Reading:
        return read(self.run, text, first_tokens)

    def explain(self, reading: Reading, method: str, target: str | None, steps: int) -> Explanation:
        if target is not None:
            raise SettingError("--class", target, "is for classifiers: a language model has no classes")
        order = 1 if self.inside else -1
        scores = surprisal(self.run.network, reading.ids[::order]).tolist()[::order]
        mean = math.exp(-sum(scores) / (len(scores) - 1)) if len(scores) > 1 else None
        return explanation_of(reading, scores, "surprisal", (None, mean), NOTHING)

    def example(self) -> str:
        """Return the beginning of the first text that the run wrote at its end."""
        path = self.run.folder.samples
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        return text.partition("\n")[2][:SHOWN].strip()  # behind the line that names its temperature

    def pieces(self, file: Path | None) -> list[Piece]:
        """Return the text of a file, or the run's validation text."""
        run = self.run
        if file is None:
            text = run.tokenizer.decode(run.data().encoded("validation").ids[:MOST_TOKENS].tolist())
        else:
            text = run.cleaner(text_of(file))
        return pieces_of_text(text, run.tokenizer)


def first_tokens(places: np.ndarray) -> np.ndarray:
    """Return the tokens that are read of a long text."""
    return places[:MOST_READ]
