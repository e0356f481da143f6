"""Attribution of a network's number to the tokens of a text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.errors import SettingError
from rnnlab.explain.corpus import Piece, pieces_of_lines, text_of
from rnnlab.explain.explainer import Explainer
from rnnlab.explain.explanation import Explanation, Reading, explanation_of, keep_of, read
from rnnlab.explain.gradients import integrated_gradients
from rnnlab.explain.occlusion import occlusion
from rnnlab.explain.outcome import NumberAim
from rnnlab.text.characters import lines_of

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

HIDDEN = "each token replaced by the unknown one"
ZEROS = "word vectors of zeros, as of padding"


class NumberExplainer(Explainer):
    """Integrated gradients and occlusion of one output of a network of texts.

    Args:
        quantity: what the number is, in words, such as "the stars".
        place: its place among the network's outputs.
    """

    methods = ("gradients", "occlusion")

    def __init__(self, run: FinishedRun, quantity: str, place: int = 0) -> None:
        super().__init__(run)
        self.quantity, self.aim = quantity, NumberAim(place)

    def reading(self, text: str) -> Reading:
        return read(self.run, text, keep_of(self.run, text))

    def explain(self, reading: Reading, method: str, target: str | None, steps: int) -> Explanation:
        if target is not None:
            raise SettingError("--class", target, f"is for classifiers: this run gives {self.quantity}")
        run, named = self.run, (None, None)
        if method == "gradients":
            found = integrated_gradients(run.network, reading.ids, self.aim, steps)
            whole = explanation_of(reading, found.scores.tolist(), method, named, ZEROS)
            whole = whole._replace(outcome=found.outcome, baseline_outcome=found.baseline_outcome)
            return whole._replace(quantity=self.quantity)
        scores, outcome = occlusion(run.network, reading.ids, self.aim, run.tokenizer.unknown_id)
        whole = explanation_of(reading, scores.tolist(), method, named, HIDDEN)
        return whole._replace(quantity=self.quantity, outcome=outcome)

    def pieces(self, file: Path | None) -> list[Piece]:
        """Return the lines of a file, or the texts of the run's test rows."""
        lines = self.run.data().inputs("test") if file is None else lines_of(text_of(file))
        return pieces_of_lines(lines, self.reading)
