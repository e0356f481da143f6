"""Scores for the tokens of a text under an opened run: attributions, attention or surprisal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnnlab.errors import SettingError
from rnnlab.explain.explainer import STEPS

if TYPE_CHECKING:
    from rnnlab.explain.explanation import Explanation
    from rnnlab.finished import FinishedRun


def explain_text(
    run: FinishedRun, text: str, method: str = "auto", target: str | None = None, steps: int = STEPS
) -> Explanation:
    """Score each token of `text`.

    Args:
        method: gradients (integrated gradients), occlusion, attention or surprisal; auto takes the first
            that the run's network has.
        target: the class to explain; None takes the predicted one.
        steps: points of the integral, for gradients.

    Raises:
        SettingError: no such method or class; a method that the network does not support; steps below 1; a
            run of a kind whose answers cannot be explained.
    """
    explainer = run.explainer
    known = explainer.methods
    method = known[0] if method == "auto" else method
    if method not in known:
        why = explainer.lacking.get(method, "the network of this run cannot give it")
        rule = f"{why}; it has {', '.join(known)}"
        raise SettingError("--method", method, rule)
    if steps < 1:
        raise SettingError("--steps", steps, "must be at least 1")
    return explainer.explain(explainer.reading(text), method, target, steps)  # type: ignore[no-any-return]
