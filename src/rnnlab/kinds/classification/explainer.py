"""Attribution of a finished classifier's class to the tokens of a text. C classes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.errors import SettingError
from rnnlab.evaluation.adjusted import adjusted
from rnnlab.explain.attention import attention, has_attention
from rnnlab.explain.corpus import Piece, pieces_of_lines, text_of
from rnnlab.explain.explainer import Explainer
from rnnlab.explain.explanation import Explanation, Reading, Sentence, explanation_of, keep_of, read
from rnnlab.explain.gradients import integrated_gradients
from rnnlab.explain.occlusion import occlusion
from rnnlab.explain.outcome import Aim, row_of
from rnnlab.kinds.classification.answer import prior_shift
from rnnlab.text.characters import lines_of

if TYPE_CHECKING:
    from torch import Tensor

    from rnnlab.finished import FinishedRun

HIDDEN = "each token replaced by the unknown one"
ZEROS = "word vectors of zeros, as of padding"
WEIGHTS = "none: weights that sum to 1"
FEWEST, SHOWN = 5, 40  # words of an example


class ClassExplainer(Explainer):
    """Integrated gradients, occlusion and, where the network pools by attention, its weights."""

    by_class = ("gradients", "occlusion")

    def __init__(self, run: FinishedRun) -> None:
        super().__init__(run)
        self.methods = ("gradients", "occlusion", *(["attention"] if has_attention(run.network) else []))

    def reading(self, text: str) -> Reading:
        return read(self.run, text, keep_of(self.run, text))

    def class_probabilities(self, reading: Reading) -> list[tuple[str, float]]:
        shares = log_probabilities(self.run, reading.ids).exp().tolist()
        return list(zip(self.run.classes, shares, strict=True))

    def explain(self, reading: Reading, method: str, target: str | None, steps: int) -> Explanation:
        run = self.run
        aim, named = aimed(run, reading.ids, target)
        if method == "gradients":
            found = integrated_gradients(run.network, reading.ids, aim, steps)
            whole = explanation_of(reading, found.scores.tolist(), method, named, ZEROS)
            return whole._replace(outcome=found.outcome, baseline_outcome=found.baseline_outcome)
        if method == "occlusion":
            scores, outcome = occlusion(run.network, reading.ids, aim, run.tokenizer.unknown_id)
            return explanation_of(reading, scores.tolist(), method, named, HIDDEN)._replace(outcome=outcome)
        return attended(run, reading, named)

    def example(self) -> str:
        """Return the first words of the first predicted text that has several."""
        texts = predicted_texts(self.run) if self.run.folder.predictions.is_file() else []
        words = next((text.split() for text in texts if len(text.split()) >= FEWEST), [])
        return " ".join(words[:SHOWN])

    def pieces(self, file: Path | None) -> list[Piece]:
        """Return the lines of a file, or the texts of the run's predictions."""
        lines = predicted_texts(self.run) if file is None else lines_of(text_of(file))
        return pieces_of_lines(lines, self.reading)


def attended(run: FinishedRun, reading: Reading, named: tuple[str, float]) -> Explanation:
    """Return attention's weights, for a hierarchical network those of words and of sentences."""
    found = attention(run.network, reading.ids)
    whole = explanation_of(reading, found.weights.tolist(), "attention", named, WEIGHTS)
    if found.words is None or found.sentences is None:
        return whole
    places = zip(found.places, found.sentences.tolist(), strict=True)
    spans = reading.spans
    sentences = [Sentence(spans[first][0], spans[last][1], weight) for (first, last), weight in places]
    return whole._replace(words=found.words.tolist(), sentences=sentences)


def aimed(run: FinishedRun, ids: list[int], target: str | None) -> tuple[Aim, tuple[str, float]]:
    """Return the class to explain: its number, its name and its probability."""
    if target is not None and target not in run.classes:
        raise SettingError("--class", target, "must be a class of the run, or all", names=run.classes)
    logs = log_probabilities(run, ids)
    number = int(logs.argmax()) if target is None else run.classes.index(target)
    aim = Aim(number, prior_shift(run), run.temperature)
    return aim, (run.classes[number], float(logs[number].exp()))


def log_probabilities(run: FinishedRun, ids: list[int]) -> Tensor:
    """Return the log probability of each class (C,), with the run's prior and temperature."""
    import torch

    with torch.no_grad():
        logits = run.network(*row_of(run.network, ids))
    return adjusted(logits, prior_shift(run), run.temperature)[0]


def predicted_texts(run: FinishedRun) -> list[str]:
    """Return the texts that the run predicted in its test."""
    path = run.folder.predictions
    if not path.is_file():
        raise SettingError(
            "RUN", run.folder.path, "has no predictions.parquet; name a file of texts with --file"
        )
    import pyarrow.parquet as pq

    texts: list[str] = pq.read_table(path, columns=["text"])["text"].to_pylist()
    return texts
