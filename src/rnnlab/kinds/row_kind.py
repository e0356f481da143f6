"""Kinds whose network predicts each row, a text or a series, by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.atomic import whole_file
from rnnlab.kinds.base import Kind
from rnnlab.kinds.work import Outputs, Work

if TYPE_CHECKING:
    import numpy as np

    from rnnlab.evaluation.significance import Difference
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.use import Comparison, Evaluation, EvaluationRequest
    from rnnlab.report.page.files import RunFiles
    from rnnlab.report.page.parts import Score, Section

ROW, TEXT = "row", "text"  # columns of predictions.parquet beside those of the task


class RowKind(Kind):
    """Base of such kinds; the task is a `RowTask`, the data module a `RowData`.

    A subclass has `scores` and `answer`. predictions.parquet, `rnnlab evaluate`, the tables of the report and
    the paired test of `rnnlab compare` follow from them.
    """

    commands = frozenset({"predict", "evaluate", "serve"})

    def scores(self, columns: Mapping[str, np.ndarray]) -> Mapping[str, float]:
        """Return every score of N rows by the name of its metric.

        Args:
            columns: `label` and `predicted` (N, ...), as the task's `predictions` has them.
        """
        raise NotImplementedError(f"{type(self).__name__} has no scores()")

    def predicted(self, answer: Mapping[str, Any]) -> Any:
        """Return an answer's prediction, which `scores` reads as `predicted`."""
        return answer["predicted"]

    def label(self, cell: str) -> Any:
        """Return the label in a cell of a file: by default a number.

        Raises:
            ValueError: it holds no label.
        """
        return float(cell)

    def outputs(self, work: Work, chosen: Any, result: Mapping[str, Any]) -> Outputs:
        write_predictions(work)
        return Outputs()

    def evaluate(self, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
        from rnnlab.kinds.row_evaluation import evaluate

        return evaluate(self, run, request)

    def compare(self, first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
        from rnnlab.kinds.row_saved import compare

        return compare(self, first, second, resamples, examples)

    def score_table(self, files: RunFiles) -> Sequence[Score]:
        from rnnlab.kinds.row_saved import score_table

        return score_table(self, files)

    def differences(self, first: RunFiles, second: RunFiles) -> Mapping[str, Difference]:
        from rnnlab.kinds.row_saved import differences

        return differences(self, first, second)

    def sections(self, files: RunFiles) -> Iterable[Section]:
        from rnnlab.kinds.row_saved import sections

        return sections(self, files)


def write_predictions(work: Work) -> None:
    """Write predictions.parquet: a row's number in its split, its text if it is one, the task's columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {name: values.numpy() for name, values in work.task.columns.items()}
    rows = columns.pop(ROW)
    inputs = work.data.inputs("test") if work.settings.get("tokenizer") else None
    texts = {} if inputs is None else {TEXT: [inputs[row] for row in rows.tolist()]}
    plain = {name: values if values.ndim == 1 else values.tolist() for name, values in columns.items()}
    with whole_file(work.folder.predictions) as part:
        pq.write_table(pa.table({ROW: rows, **texts, **plain}), part)
