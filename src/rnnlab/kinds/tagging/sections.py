"""A tagger's sections of a run's page: scores with intervals, types, confusions, sentences in colour."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnnlab.evaluation.bootstrap import RESAMPLES, Interval
from rnnlab.evaluation.entity_scores import SURFACE, WHOLE, entity_differences
from rnnlab.evaluation.significance import Difference
from rnnlab.kinds.tagging.comparison import same_rows
from rnnlab.kinds.tagging.evaluation import confusion_of, error_counts
from rnnlab.kinds.tagging.marked import error_cards, legend, right_cards
from rnnlab.kinds.tagging.predictions import Predictions, read_predictions
from rnnlab.report.limited import part_of
from rnnlab.report.names import label, tested, tested_prefix
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.markup import number, table, text
from rnnlab.report.page.parts import Markup, Score, Section
from rnnlab.report.page.quality import between, confusions

ENTITIES, WORDS = ("f1", "precision", "recall"), ("accuracy", "macro_f1")  # cards, by what tags are
NAMES = {
    "f1": "F1",
    "macro_f1": "macro F1",
    "accuracy": "accuracy of tags",
    "surface_f1": "F1 of surface forms",
}
MOST_TYPES = 40  # in a table


def predictions_of(files: RunFiles) -> Predictions | None:
    """Return the run's predictions, read with the scheme of its tags."""
    scheme = files.part("facts").get("scheme")
    return read_predictions(files.path / "predictions.parquet", scheme if isinstance(scheme, str) else None)


def cards(files: RunFiles) -> Iterator[tuple[str, str, str]]:
    """Yield the main scores, with their intervals."""
    found = predictions_of(files)
    if found is None:
        return
    intervals = found.intervals()
    for name in ENTITIES if found.scheme else WORDS:
        one = intervals[name]
        yield (
            NAMES.get(name, label(name)),
            number(one.value),
            f"{number(one.low, 3)} to {number(one.high, 3)}",
        )


def score_table(files: RunFiles) -> list[Score]:
    """Return the scores over all types."""
    found = predictions_of(files)
    return [] if found is None else _scores(found, found.intervals(), tested_prefix(files.result))


def _scores(found: Predictions, intervals: dict[str, Interval], prefix: str = "") -> list[Score]:
    names = (*WHOLE, *SURFACE) if found.scheme else ("accuracy", *(n for n in WHOLE if n.startswith("macro")))
    return [Score(NAMES.get(n, label(n)), *intervals[n], f"{prefix}{n}") for n in names if n in intervals]


def differences(first: RunFiles, second: RunFiles) -> dict[str, Difference]:
    """Return the main scores of the first run minus the second's; none for runs of other sentences."""
    one, other = predictions_of(first), predictions_of(second)
    if one is None or other is None or not same_rows(one, other):
        return {}
    found = entity_differences(other.counts, one.counts)
    return {name: found[name] for name in (ENTITIES if one.scheme else WORDS)}


def sections(files: RunFiles) -> list[Section]:
    """Return the test, the errors and sentences that are right; none without predictions."""
    found = predictions_of(files)
    if found is None:
        return []
    split, counted = tested(files.result).capitalize(), error_counts(found)
    total = sum(counted.values())
    told = ", ".join(f"{count:,} {name}" for name, count in counted.items())
    colours = Markup(legend(found))
    errors = f"{total:,} errors: {told}; the surest of each kind in turn" if total else ""
    return [
        Section("test", split, [Markup(_tables(found, split))], Markup(_said(files, found))),
        Section(
            "mistakes", "Errors worth reading", [colours, Markup(error_cards(found))] if total else [], errors
        ),
        Section(
            "right",
            "Sentences that it has right",
            [colours, Markup(right_cards(found))] if found.scheme else [],
        ),
    ]


def _tables(found: Predictions, split: str) -> str:
    intervals = found.intervals()
    rows = [
        [text(one.label), number(one.value), f"{number(one.low)} to {number(one.high)}"]
        for one in _scores(found, intervals)
    ]
    names = found.counts.types
    tables = [
        table(["score", split.lower(), "95 % interval"], rows, f"All {found.unit}"),
        confusions(np.array(confusion_of(found)), [*names, *(["none"] if found.scheme else [])]),
        _type_table(found, intervals),
    ]
    return f'<div class="beside">{"".join(f"<div>{one}</div>" for one in tables)}</div>'


def _type_table(found: Predictions, intervals: dict[str, Interval]) -> str:
    """Return a table of precision, recall and F1 of each type, with the interval of each."""
    totals, rows = found.counts.entities.sum(0), []
    order = np.argsort(-totals[:, 1], kind="stable")[:MOST_TYPES]
    for place in order.tolist():
        name = found.counts.types[place]
        cells = [text(name)]
        for kind in ("precision", "recall", "f1"):
            one = intervals[f"{kind}_{name}"]
            cells.append(f'{number(one.value)} <span class="dim">{between(one)}</span>')
        rows.append([*cells, *(f"{count:,}" for count in totals[place, 1:].tolist())])
    what = "type" if found.scheme else "tag"
    few = (
        f"Each {what}"
        if len(totals) <= MOST_TYPES
        else f"The {MOST_TYPES} most frequent of {len(totals):,} {what}s"
    )
    return table([what, "precision", "recall", "F1", found.unit, "predicted"], rows, few)


def _said(files: RunFiles, found: Predictions) -> str:
    """Return a sentence on what was tested, and how the intervals were made."""
    read = part_of(files.result, tested(files.result)) or f"{len(found.rows):,} sentences"
    said = (
        f"{text(read)}; an entity is right where its type and both ends are" if found.scheme else text(read)
    )
    said += f"; intervals by {RESAMPLES:,} bootstrap resamples of sentences"
    if files.part("data").get("official") is False:
        said += '; <strong class="warn">not the official split</strong>'
    return said
