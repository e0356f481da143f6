"""Scores of predicted texts against references. N rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlab.commands.scoring.inputs import Inputs
from rnnlab.commands.scoring.tables import against_table, plain, plain_differences, score_table
from rnnlab.errors import SettingError
from rnnlab.evaluation.sequence.measures import MEASURES, SENTENCE_ENCODER, row_scores, signatures, statistics
from rnnlab.evaluation.sequence.pairs import Written
from rnnlab.evaluation.sequence.resample import paired_sequence_differences, sequence_intervals
from rnnlab.report.tables import number, render
from rnnlab.text.printable import printable, shortened

WIDTH = 50  # of a text in the table of examples
SINGLE = ("chrf", "rougeL", "word_error_rate", "character_error_rate", "edit_distance", "exact_match")
"""Scores of which a single row has one worth reading, the best first."""


class TextScore(NamedTuple):
    """One score: the measure that computes it, and its range or unit."""

    measure: str
    scale: str
    default: bool = True


SIMILARITY = "similarity"
TEXT_SCORES: Mapping[str, TextScore] = {
    "exact_match": TextScore("exact_match", "0 to 1"),
    "edit_distance": TextScore("edit_distance", "characters"),
    "character_error_rate": TextScore("character_error_rate", "%"),
    "word_error_rate": TextScore("token_error_rate", "%"),  # words are parted by white space
    "bleu": TextScore("bleu", "0 to 100"),
    "bleu_lowercase": TextScore("bleu_lowercase", "0 to 100", False),
    "chrf": TextScore("chrf", "0 to 100"),
    "ter": TextScore("ter", "%", False),
    "rouge1": TextScore("rouge1", "0 to 100"),
    "rouge2": TextScore("rouge2", "0 to 100"),
    "rougeL": TextScore("rougeL", "0 to 100"),
    "repetition": TextScore("repetition", "0 to 1", False),
    SIMILARITY: TextScore(SENTENCE_ENCODER, "-1 to 1", False),
}


def names_of(asked: Sequence[str], sentence_model: Path | None) -> list[str]:
    """Return the scores to compute: those asked for, or the usual ones.

    Raises:
        SettingError: similarity is asked for without a model of sentences.
    """
    if not asked:
        usual = [name for name, one in TEXT_SCORES.items() if one.default]
        return [*usual, *([SIMILARITY] if sentence_model is not None else [])]
    if SIMILARITY in asked and sentence_model is None:
        rule = "needs --sentence-model DIR, a folder with a sentence-transformers model"
        raise SettingError("--metric", SIMILARITY, rule)
    return list(dict.fromkeys(asked))


def text_results(
    inputs: Inputs, asked: Sequence[str], sentence_model: Path | None, resamples: int, examples: int
) -> dict[str, Any]:
    """Return every score as plain values for JSON.

    Args:
        asked: names of `TEXT_SCORES`; none takes the usual ones.
        resamples: of the bootstrap; 0 gives no intervals.
        examples: how many of the worst rows.
    """
    names = names_of(asked, sentence_model)
    embeds = {}
    if SIMILARITY in names and sentence_model is not None:
        from rnnlab.evaluation.similarity import sentence_model as loaded

        embeds[SENTENCE_ENCODER] = loaded(sentence_model, "--sentence-model")

    def measured(outputs: list[str]) -> dict[str, np.ndarray]:
        first, *others = inputs.references
        written = Written(first, first, outputs, embeds=embeds, others=others)
        found = statistics([TEXT_SCORES[name].measure for name in names], written)
        return {name: found[TEXT_SCORES[name].measure] for name in names}

    found = measured(inputs.predictions)
    signed = signatures([TEXT_SCORES[name].measure for name in names], len(inputs.references))
    results = {"scores": scored(found, resamples), "signatures": signed}
    if inputs.against is not None:
        other = measured(inputs.against)
        apart = paired_sequence_differences(by_measure(found), by_measure(other), max(resamples, 1))
        named = {name: apart[TEXT_SCORES[name].measure] for name in names}
        results["against"] = {
            "scores": scored(other, resamples),
            "differences": plain_differences(named, resamples),
        }
    return {**results, "examples": worst_rows(inputs, found, examples)}


def by_measure(found: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return statistics by the names of their measures."""
    return {TEXT_SCORES[name].measure: values for name, values in found.items()}


def scored(found: Mapping[str, np.ndarray], resamples: int) -> dict[str, dict[str, float]]:
    """Return scores with intervals from statistics (N, k) by name."""
    intervals = sequence_intervals(by_measure(found), max(resamples, 1))
    return plain({name: intervals[TEXT_SCORES[name].measure] for name in found}, resamples)


def worst_rows(inputs: Inputs, found: Mapping[str, np.ndarray], most: int) -> list[dict[str, Any]]:
    """Return the rows with the worst score, by the first score of `SINGLE` that was computed."""
    judge = next((name for name in SINGLE if name in found), None)
    if not most or judge is None:
        return []
    measure = TEXT_SCORES[judge].measure
    values = row_scores(measure, found[judge])
    order = np.argsort(-values if MEASURES[measure].lower_is_better else values, kind="stable")
    return [
        {
            "row": row + 1,
            judge: float(values[row]),
            "prediction": inputs.predictions[row],
            "references": [texts[row] for texts in inputs.references],
        }
        for row in order[:most].tolist()
    ]


def text_tables(results: Mapping[str, Any]) -> list[str]:
    """Return the results as paragraphs."""
    scores, against = results["scores"], results.get("against")
    if against is None:
        lower = {name: MEASURES[TEXT_SCORES[name].measure].lower_is_better for name in scores}
        parts = [score_table(scores, {name: TEXT_SCORES[name].scale for name in scores}, lower)]
    else:
        parts = [against_table(scores, against["scores"], against["differences"])]
    signed = "\n".join(f"{name}: {signature}" for name, signature in results["signatures"].items())
    worst = [
        [str(one["row"]), number(next(each for key, each in one.items() if key in TEXT_SCORES)), *cut(one)]
        for one in results["examples"]
    ]
    judge = next((key for one in results["examples"] for key in one if key in TEXT_SCORES), "")
    table = render(["worst rows", judge, "prediction", "reference"], worst) if worst else ""
    return [part for part in (*parts, signed, table) if part]


def cut(example: Mapping[str, Any]) -> list[str]:
    """Return an example's prediction and first reference as cells."""
    texts = (example["prediction"], example["references"][0])
    return [printable(shortened(text, WIDTH)) or "(empty)" for text in texts]
