"""Comparison of two finished taggers on the same test sentences: paired bootstrap, sentences that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnnlab.evaluation.entities import Span
from rnnlab.evaluation.entity_scores import entity_differences, read_spans
from rnnlab.kinds.tagging.predictions import Predictions, read_predictions, words_of_span
from rnnlab.kinds.use import NO_TEST, OTHER_ROWS, Comparison
from rnnlab.report.tables import render
from rnnlab.text.printable import printable, shortened

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

WIDTH = 60  # of a cell


def compare(first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
    """Compare the predictions that both runs left.

    Args:
        resamples: of the paired bootstrap over sentences.
        examples: most sentences to show of each that only one tags correctly.
    """
    one, other = (read_predictions(run.folder.predictions, run.facts["scheme"]) for run in (first, second))
    if one is None or other is None or not same_rows(one, other):
        return Comparison({"significance": None}, [f"{NO_TEST}{OTHER_ROWS}"])
    found = entity_differences(one.counts, other.counts, resamples)
    if one.scheme is None:
        found = {name: each for name, each in found.items() if name == "accuracy" or name.startswith("macro")}
    rows = [
        [name.replace("_", " "), *(f"{value:+.4f}" for value in each.interval), f"{each.p_value:.4f}"]
        for name, each in found.items()
    ]
    table = render(["test, paired bootstrap of sentences", "B - A", "from", "to", "p"], rows)
    apart = {name: {**each.interval._asdict(), "p": each.p_value} for name, each in found.items()}
    alone = [only_right(one, other), only_right(other, one)]
    said = f"whole sentences right alone: A {len(alone[0]):,}, B {len(alone[1]):,}"
    results = {
        "significance": {"bootstrap": apart},
        "only_first_right": [one.rows[place] for place in alone[0][:examples]],
        "only_second_right": [one.rows[place] for place in alone[1][:examples]],
    }
    texts = [shown(one, other, own[:examples], name) for own, name in zip(alone, "AB", strict=True)]
    return Comparison(results, [f"{table}\n{said}", *(text for text in texts if text)])


def same_rows(one: Predictions, other: Predictions) -> bool:
    """Return whether both predict the same sentences with the same entities, in whichever scheme."""
    if one.rows != other.rows or one.words != other.words or (one.scheme is None) != (other.scheme is None):
        return False
    return spans_of_all(one) == spans_of_all(other)


def spans_of_all(found: Predictions) -> list[list[Span]]:
    """Return the true entities of each sentence."""
    return [read_spans(tags, found.scheme) for tags in found.labels]


def only_right(winner: Predictions, loser: Predictions) -> list[int]:
    """Return the places of sentences whose entities only the winner has all right."""
    wrong = [
        [any(match.name != "correct" for match in own) for own in one.matches] for one in (winner, loser)
    ]
    return [place for place, (mine, its) in enumerate(zip(*wrong, strict=True)) if its and not mine]


def shown(one: Predictions, other: Predictions, places: list[int], name: str) -> str:
    """Return sentences that only the run of this name tags correctly, with the entities of both."""
    rows = []
    for place in places:
        words = one.words[place]
        parts = [read_spans(tags[place], own.scheme) for own, tags in _sides(one, other)]
        if one.scheme is None:  # of words, those alone where the two differ
            differ = {a.start for a, b in zip(parts[1], parts[2], strict=True) if a.type != b.type}
            parts = [[span for span in spans if span.start in differ] for spans in parts]
        cells = [
            ", ".join(f"{words_of_span(words, span)} ({span.type})" for span in spans) for spans in parts
        ]
        texts = [" ".join(words), *(cell or "(none)" for cell in cells)]
        rows.append([printable(shortened(text, WIDTH)) for text in texts])
    return render([f"only {name} is right", "true", "A", "B"], rows) if rows else ""


def _sides(one: Predictions, other: Predictions) -> list[tuple[Predictions, list[list[str]]]]:
    return [(one, one.labels), (one, one.predicted), (other, other.predicted)]
