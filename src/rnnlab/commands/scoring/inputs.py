"""The inputs of `rnnlab score`, read from its files: texts or labels, row by row. N rows."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rnnlab.commands.scoring.files import (
    LABELS,
    PREDICTIONS,
    Probabilities,
    Side,
    check_counts,
    read_probabilities,
    read_side,
)
from rnnlab.data.file_format import Format
from rnnlab.data.heading import is_table
from rnnlab.errors import SettingError

MOST_CLASSES = 50  # different references of one word each that are still taken for labels


@dataclass(frozen=True)
class Inputs:
    """The predictions and references of a score.

    Attributes:
        predicted: the file of the N predictions. predictions: N texts.
        labelled: the file of each list of references. references: N texts in each list.
        other: the file of other predictions of the same rows, if any. against: its N texts.
        probabilities: of the predictions, where their table has them.
        notes: sentences on the detected formats.
    """

    predicted: Side
    predictions: list[str]
    labelled: tuple[Side, ...]
    references: tuple[list[str], ...]
    other: Side | None = None
    against: list[str] | None = None
    probabilities: Probabilities | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def look_like_labels(self) -> bool:
        """Whether there is one reference a row, a single word, and few different ones."""
        if len(self.references) > 1:
            return False
        words = set(self.references[0])
        single = not any(character.isspace() for word in words for character in word)
        few = len(words) <= MOST_CLASSES and 2 * len(words) <= len(self.references[0])
        return self.probabilities is not None or (single and few)


def read_inputs(arguments: Namespace, form: Format) -> Inputs:
    """Read the files of the parsed options.

    Raises:
        SettingError: a file cannot be read, lacks a column, or has another number of rows.
    """
    notes: list[str] = []
    several = [Path(path) for path in arguments.references]
    apart = bool(several)
    first = prediction_side("--predictions", arguments.predictions, arguments.prediction_column, apart)
    predictions = read_side(first, form, notes)
    sides = [reference_side("--references", path, arguments.label_column) for path in several]
    sides = sides or [reference_side("--predictions", _table(first.path), arguments.label_column)]
    references = [read_side(side, form, notes) for side in sides]
    other = against = None
    if arguments.against is not None:
        other = prediction_side("--against", arguments.against, arguments.prediction_column, apart)
        against = read_side(other, form, notes)
        check_counts(first, other, (len(predictions), len(against)))
    for side, texts in zip(sides, references, strict=True):
        check_counts(first, side, (len(predictions), len(texts)))
    probabilities = read_probabilities(first, form)
    return Inputs(first, predictions, tuple(sides), tuple(references), other, against, probabilities, notes)


def _table(path: Path) -> Path:
    """Return the path of a table. Raises SettingError for a file of lines, which holds no references."""
    if not is_table(path):
        rule = "has lines alone: name the file of the references with --references FILE"
        raise SettingError("--predictions", path, rule)
    return path


def prediction_side(option: str, path: Path, column: str | None, apart: bool) -> Side:
    """Return the side of a file of predictions.

    Args:
        apart: whether the references have files of their own: then the `label` of a table, as `rnnlab
            predict` writes it, is a prediction.
    """
    candidates: Sequence[str] = (*PREDICTIONS, *(LABELS if apart else ()))
    return Side(option, path, column, "--prediction-column", tuple(candidates))


def reference_side(option: str, path: Path, column: str | None) -> Side:
    return Side(option, path, column, "--label-column", LABELS)
