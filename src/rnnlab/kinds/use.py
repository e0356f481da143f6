"""Uses of a finished run: the parts of a kind's contract that are used after a training.

Nothing heavy is imported here. N rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from rnnlab.data.file_format import Format
    from rnnlab.finished import FinishedRun
    from rnnlab.generate.decoding.settings import Decoding
    from rnnlab.kinds.series_form import SeriesForm
    from rnnlab.kinds.table_answer import TableAnswer, TableFile

TEXT, JSON = "text", "json"
NO_TEST = "no paired test: "
OTHER_ROWS = "the runs did not predict the same test rows"
NAMES = {TEXT: "text", JSON: "values"}  # what a row is called in files and in JSON


class Answerer:
    """Answers rows with a finished run, in three steps: the service batches `compute` over clients.

    Attributes:
        reads: what a row is: `text`, or `json` for any other plain values.
        free_text: whether any text is a row, where rows are text; False for texts of a few known tokens.
        columns: the fields of an answer in files, in order; see `cells`.
        fields: the type of each field of an answer, which the service documents; none for any.
        example: a row that the service's page begins with, and with which the service warms up.
        remarks: sentences on the answers as a whole, which `rnnlab predict` prints.
        route: what its runs do in a word, such as translate, for a route beside /predict; empty for none.
        streams: whether `stream` writes an answer piece by piece, which that route then offers.
        reads_tables: whether a file is answered as a whole, with `table`, and not row by row.
        series: how a row is read from a table, where it is a series; None for any other row.
    """

    reads = TEXT
    columns: tuple[str, ...] = ()
    fields: Mapping[str, Any] = {}
    free_text = True
    example: Any = ""
    remarks: tuple[str, ...] = ()
    route = ""
    streams = reads_tables = False
    series: SeriesForm | None = None

    def encode(self, rows: Sequence[Any]) -> list[Any]:
        """Turn each row into what `compute` reads, in several threads; SettingError if one is wrong."""
        return list(rows)

    def compute(self, encoded: Sequence[Any]) -> Any:
        """Return a sequence of the network's outputs, one for each row in their order.

        Called in one thread.
        """
        raise NotImplementedError

    def answers(
        self, rows: Sequence[Any], encoded: Sequence[Any], outputs: Sequence[Any]
    ) -> list[dict[str, Any]]:
        """Return an answer for each row, plain values by name; its `note` reports a row without content."""
        raise NotImplementedError

    def __call__(self, rows: Sequence[Any]) -> list[dict[str, Any]]:
        """Answer N rows in their order."""
        encoded = self.encode(rows)
        return self.answers(rows, encoded, self.compute(encoded))

    def table(self, file: TableFile) -> TableAnswer:
        """Answer a file as a whole, where `reads_tables`. Raises SettingError if it cannot be read."""
        raise NotImplementedError

    def serving(self) -> Answerer:
        """Return the answerer of the service, which may say more of each row; by default this one."""
        return self

    def stream(self, row: Any) -> Iterator[str]:
        """Yield the text of one row's answer while it is written; called beside `compute`.

        Raises SettingError for a row that cannot be read.
        """
        raise NotImplementedError

    def predict(self, rows: Sequence[Any]) -> list[Any]:
        """Answer N rows for a notebook, as objects of the kind's own where it has some."""
        return self(rows)

    def read(self, cell: str) -> Any:
        """Parse a cell of a file, or typed text, into a row. Raises ValueError if it should be JSON."""
        return cell if self.reads == TEXT else json.loads(cell)

    def cells(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Return an answer as the cells of a file, by `columns`."""
        return {name: answer[name] for name in self.columns}

    def shown(self, answer: Mapping[str, Any]) -> dict[str, str]:
        """Return an answer as the cells of a printed table."""
        cells = self.cells(answer).items()
        return {name: f"{cell:.4f}" if isinstance(cell, float) else str(cell) for name, cell in cells}

    def printed(
        self, typed: Sequence[str], answers: Sequence[Mapping[str, Any]], colours: bool
    ) -> str | None:
        """Return typed rows and their answers as lines for a terminal; None prints a table of `shown`.

        Args:
            colours: whether the terminal has some.
        """
        return None

    def shown_rows(self, answer: Mapping[str, Any]) -> list[dict[str, str]]:
        """Return an answer as rows of a printed table, one at least: several where there are alternatives."""
        return [self.shown(answer)]


class WriteText(Protocol):
    """Continues a prompt; `Kind.writer` makes it."""

    def __call__(self, prompt: str, length: int, decoding: Decoding, seed: int) -> Iterator[str]:
        """Yield the text after the prompt, piece by piece, at most `length` tokens."""


class EvaluationRequest(NamedTuple):
    """A request to evaluate a finished run.

    Attributes:
        split: train, validation or test of the run's own data, where there is no path.
        path: a file; None takes the split.
        format: csv, tsv, jsonl or parquet, which the file has to be; None accepts any.
        columns: names of the columns of inputs and of targets in the file.
        pair: names of the two columns of inputs that are pairs of texts; None for single ones.
        skip: leave broken rows out and count them; else the first one is an error.
        form: how the file is written; None detects it.
        resamples: of the bootstrap; 0 gives no intervals.
        progress: whether to show a progress bar.
        baselines: figures of the baselines on the same split, by their names.
        target_path: a file with a target on each line, where `path` has the inputs alone.
        options: those of `evaluation_options` that were given, by name.
    """

    split: str = "test"
    path: Path | None = None
    format: str | None = None
    columns: tuple[str, str] = ("text", "label")
    skip: bool = False
    form: Format | None = None
    resamples: int = 1000
    progress: bool = False
    baselines: Mapping[str, Mapping[str, float]] = {}
    target_path: Path | None = None
    pair: tuple[str, str] | None = None
    options: Mapping[str, Any] = {}

    @property
    def source(self) -> str:
        """The evaluated rows or text, in words."""
        return f"{self.split} split" if self.path is None else str(self.path)


class Evaluation(NamedTuple):
    """The result of an evaluation.

    Attributes:
        results: plain values, as metrics.json has them; see `head` and the key `metrics`.
        text: the same as readable text.
        draw: writes figures into a folder; None where there are none.
    """

    results: dict[str, Any]
    text: str
    draw: Callable[[Path], object] | None = None


class Comparison(NamedTuple):
    """The kind's own part of a comparison of two finished runs, besides their settings and metrics.

    Attributes:
        results: plain values, for `rnnlab compare --json`; `significance` is one of them, None for no test.
        text: paragraphs for a person.
    """

    results: dict[str, Any]
    text: list[str]


def head(run: FinishedRun, source: str) -> dict[str, Any]:
    """Return the first fields of `Evaluation.results`: the evaluated run and its rows or text."""
    return {"run": str(run.folder.path), "task": run.task, "model": run.model, "data": source}


def beside(baselines: Mapping[str, Mapping[str, float]], name: str) -> list[str]:
    """Return a table's cells next to a metric, one for each baseline; empty where it lacks the metric."""
    from rnnlab.report.tables import number

    return [number(own.get(name)) for own in baselines.values()]
