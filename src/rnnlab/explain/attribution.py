"""A score for each token of a text under an opened run: why this label, or which token was a surprise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rnnlab.errors import SettingError
from rnnlab.explain.explanation import Explanation, Reading, Sentence, read

if TYPE_CHECKING:
    from rnnlab.explain.outcome import Aim
    from rnnlab.finished import FinishedRun

STEPS = 32
HIDDEN = "each token replaced by the unknown one"
ZEROS = "word vectors of zeros, as of padding"
WEIGHTS = "none: weights that sum to 1"
NOTHING = "none: an empty state before the first token that is read"


def methods_of(run: FinishedRun) -> tuple[str, ...]:
    """The methods that give the run's tokens scores, the first of them `auto`."""
    if run.kind != "classification":
        return ("surprisal",)
    from rnnlab.explain.attention import has_attention

    return ("gradients", "occlusion", *(["attention"] if has_attention(run.network) else []))


def explain_text(
    run: FinishedRun, text: str, method: str = "auto", target: str | None = None, steps: int = STEPS
) -> Explanation:
    """A score for each token of `text`.

    Args:
        method: gradients (integrated gradients), occlusion, attention or surprisal; auto takes the first
            that the run's network has.
        target: the class to explain; None takes the one that the network predicts.
        steps: points of the integral, for gradients.

    Raises:
        SettingError: no such method or class; a method that the network does not have; steps below 1.
    """
    known = methods_of(run)
    method = known[0] if method == "auto" else method
    if method not in known:
        rule = f"the network of this run cannot give it; it has {', '.join(known)}"
        raise SettingError("--method", method, rule)
    if steps < 1:
        raise SettingError("--steps", steps, "must be at least 1")
    reading = read(run, text)
    if method == "surprisal":
        if target is not None:
            raise SettingError("--class", target, "is for classifiers: a language model has no classes")
        return _surprisal(run, reading)
    return _classified(run, reading, method, target, steps)


def backward(run: FinishedRun) -> bool:
    """Whether a language model reads texts from their end to their start."""
    return bool(run.config.data.get("reversed", False))


def _surprisal(run: FinishedRun, reading: Reading) -> Explanation:
    from rnnlab.explain.surprisal import surprisal

    order = -1 if backward(run) else 1
    scores = surprisal(run.network, reading.ids[::order]).tolist()[::order]
    mean = math.exp(-sum(scores) / (len(scores) - 1)) if len(scores) > 1 else None
    return _explanation(reading, scores, "surprisal", (None, mean), NOTHING)


def _classified(
    run: FinishedRun, reading: Reading, method: str, target: str | None, steps: int
) -> Explanation:
    aim, named = _aimed(run, reading.ids, target)
    if method == "gradients":
        from rnnlab.explain.gradients import integrated_gradients

        found = integrated_gradients(run.network, reading.ids, aim, steps)
        whole = _explanation(reading, found.scores.tolist(), method, named, ZEROS)
        return whole._replace(outcome=found.outcome, baseline_outcome=found.baseline_outcome)
    if method == "occlusion":
        from rnnlab.explain.occlusion import occlusion

        hidden = run.tokenizer.unknown_id
        scores, outcome = occlusion(run.network, reading.ids, aim, hidden)
        return _explanation(reading, scores.tolist(), method, named, HIDDEN)._replace(outcome=outcome)
    return _attended(run, reading, named)


def _attended(run: FinishedRun, reading: Reading, named: tuple[str, float]) -> Explanation:
    from rnnlab.explain.attention import attention

    found = attention(run.network, reading.ids)
    whole = _explanation(reading, found.weights.tolist(), "attention", named, WEIGHTS)
    if found.words is None or found.sentences is None:
        return whole
    places = zip(found.places, found.sentences.tolist(), strict=True)
    spans = reading.spans
    sentences = [Sentence(spans[first][0], spans[last][1], weight) for (first, last), weight in places]
    return whole._replace(words=found.words.tolist(), sentences=sentences)


def _aimed(run: FinishedRun, ids: list[int], target: str | None) -> tuple[Aim, tuple[str, float]]:
    """The class to explain: its number, its name and its probability."""
    import torch

    from rnnlab.evaluation.adjusted import adjusted
    from rnnlab.explain.outcome import Aim, row_of

    if target is not None and target not in run.classes:
        raise SettingError("--class", target, "must be a class of the run", names=run.classes)
    with torch.no_grad():
        logits = run.network(*row_of(run.network, ids))
    logs = adjusted(logits, run.prior_shift, run.temperature)[0]  # (C,)
    number = int(logs.argmax()) if target is None else run.classes.index(target)
    return Aim(number, run.prior_shift, run.temperature), (run.classes[number], float(logs[number].exp()))


def _explanation(
    reading: Reading, scores: list[float], method: str, named: tuple[str | None, float | None], baseline: str
) -> Explanation:
    label, probability = named
    lines = (reading.text, reading.tokens, reading.spans)
    return Explanation(*lines, scores, method, label, probability, baseline, left_out=reading.left_out)
