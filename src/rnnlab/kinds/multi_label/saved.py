"""Predictions of a finished run: their file, what is compared, and the scores with intervals.

N rows, C labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnlab.atomic import whole_file
from rnnlab.evaluation.bootstrap import Interval
from rnnlab.evaluation.label_sets import LabelSetScores, label_set_differences, label_set_intervals
from rnnlab.evaluation.label_thresholds import Thresholds
from rnnlab.kinds.use import NO_TEST, OTHER_ROWS, Comparison
from rnnlab.report.tables import render
from rnnlab.text.printable import printable, shortened

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.work import Work

START = "probability_"
WIDTH = 60  # of a text


class Saved(NamedTuple):
    """Rows (N,), their texts, flags `label` and `predicted` (N, C), `probability` (N, C), names of labels."""

    rows: np.ndarray
    texts: list[str]
    label: np.ndarray
    predicted: np.ndarray
    probability: np.ndarray
    names: tuple[str, ...]

    def judged(self) -> LabelSetScores:
        return LabelSetScores(self.label, self.predicted, self.probability, self.names)

    def named(self, flags: np.ndarray) -> list[str]:
        """Return the names of the labels that flags (C,) set."""
        return [name for name, flag in zip(self.names, flags, strict=True) if flag]


def write_predictions(work: Work, chosen: Thresholds) -> None:
    """Write predictions.parquet: row, text, lists of true and of predicted labels, a probability a label."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, label, logits = (work.task.columns[name].numpy() for name in ("row", "label", "logit"))
    texts, names = work.data.inputs("test"), work.facts["classes"]
    probability = chosen.probabilities(logits)

    def listed(flags: np.ndarray) -> Any:
        return pa.array([[names[i] for i in np.flatnonzero(row)] for row in flags], pa.list_(pa.string()))

    columns: dict[str, Any] = {"row": rows, "text": [texts[row] for row in rows.tolist()]}
    columns |= {"label": listed(label), "predicted": listed(chosen.flags(probability))}
    columns |= {f"{START}{name}": probability[:, place] for place, name in enumerate(names)}
    with whole_file(work.folder.predictions) as part:
        pq.write_table(pa.table(columns), part)


def read_predictions(path: Path) -> Saved | None:
    """Read predictions.parquet; None where there is no readable one."""
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=4)
def _read(path: Path, version: int) -> Saved | None:
    import pyarrow
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
    except (OSError, pyarrow.ArrowException):
        return None
    names = tuple(name.removeprefix(START) for name in table.column_names if name.startswith(START))
    places = {name: place for place, name in enumerate(names)}
    flags = []
    for column in ("label", "predicted"):
        found = np.zeros((table.num_rows, len(names)), bool)
        for row, labels in enumerate(table[column].to_pylist()):
            found[row, [places[name] for name in labels]] = True
        flags.append(found)
    probability = np.stack([table[f"{START}{name}"].to_numpy() for name in names], axis=1)
    rows, texts = table["row"].to_numpy(), table["text"].to_pylist()
    return Saved(rows, texts, flags[0], flags[1], probability, names)


def intervals_of(path: Path) -> dict[str, Interval]:
    """Return each score of predictions.parquet with its interval; none without the file."""
    return _intervals(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=8)
def _intervals(path: Path, version: int) -> dict[str, Interval]:
    found = read_predictions(path)
    return {} if found is None else label_set_intervals(found.judged())


def compare(first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
    """Test the scores over all labels on resamples of the rows that both runs predicted."""
    one, other = (read_predictions(run.folder.predictions) for run in (first, second))
    if one is None or other is None or not same(one, other):
        return Comparison({"significance": None}, [f"{NO_TEST}{OTHER_ROWS}"])
    found = label_set_differences(one.judged(), other.judged(), resamples)
    lines = [
        [name.replace("_", " "), *(f"{value:+.4f}" for value in each.interval), f"{each.p_value:.4f}"]
        for name, each in found.items()
    ]
    apart = {name: {**each.interval._asdict(), "p": each.p_value} for name, each in found.items()}
    text = [render(["test, paired bootstrap", "B - A", "from", "to", "p"], lines)]
    differing = np.flatnonzero((one.predicted != other.predicted).any(axis=1))[:examples]
    if len(differing):
        text.append(render(["predicted apart", "label", "A", "B"], _cells(one, other, differing)))
    return Comparison({"significance": {"bootstrap": apart}}, text)


def same(one: Saved, other: Saved) -> bool:
    """Return whether two runs predicted the same rows with the same labels."""
    alike = one.names == other.names and np.array_equal(one.rows, other.rows)
    return alike and np.array_equal(one.label, other.label) and one.texts == other.texts


def _cells(one: Saved, other: Saved, rows: Sequence[int] | np.ndarray) -> list[list[str]]:
    found = []
    for row in rows:
        sets = (one.label[row], one.predicted[row], other.predicted[row])
        text = printable(shortened(one.texts[row], WIDTH))
        found.append([text, *(", ".join(one.named(flags)) or "(none)" for flags in sets)])
    return found
