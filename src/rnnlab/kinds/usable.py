"""The part of a kind's contract on finished runs; `rnnlab.kinds.base.Kind` has the whole contract.

Every method takes an opened run, `OpenRun`. A method for a command that the kind lacks raises a one-line
error, as `require` does. Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from rnnlab.errors import SettingError
from rnnlab.kinds.metric import Metric, find_metric
from rnnlab.kinds.option import Option

if TYPE_CHECKING:
    from rnnlab.evaluation.significance import Difference
    from rnnlab.explain.explainer import Explainer
    from rnnlab.export.exportable import Exportable
    from rnnlab.finished import FinishedRun
    from rnnlab.generate.request import GenerationRequest
    from rnnlab.kinds.use import Answerer, Comparison, Evaluation, EvaluationRequest, WriteText
    from rnnlab.kinds.work import Facts, Outputs, Settings
    from rnnlab.report.page.files import RunFiles
    from rnnlab.report.page.parts import Score, Section

MOST_CARDS = 3


class Exported(NamedTuple):
    """A folder that `rnnlab export` wrote, opened.

    Attributes:
        session: of onnxruntime, with model.onnx; others: sessions of further graphs, by name.
        settings: what runtime.json holds. cleaner, tokenizer: of a run that reads texts; else None.
    """

    session: Any
    settings: Mapping[str, Any]
    cleaner: Any = None
    tokenizer: Any = None
    others: Mapping[str, Any] = MappingProxyType({})
    folder: Path = Path()


class Usable:
    """The uses of a finished run by its kind of problem.

    Attributes:
        name: of the kind; noun: with its article, for messages: "a classifier".
        commands: `rnnlab` commands that a run of this kind serves in addition to those that every run serves.
        metrics: every metric that its runs have.
        options, evaluation_options: what of `rnnlab predict` and `rnnlab evaluate` it reads, by name.
        columns: names of the columns of inputs and of targets in a file, where none are named.
        parallel: whether a file of inputs and one of targets, line by line, can be evaluated.
    """

    name = ""
    noun = "a run"
    commands: frozenset[str] = frozenset()
    metrics: tuple[Metric, ...] = ()
    options: Mapping[str, Option] = MappingProxyType({})
    evaluation_options: Mapping[str, Option] = MappingProxyType({})
    columns: tuple[str, str] = ("text", "label")
    parallel = False

    def require(self, command: str, folder: Path | str) -> None:
        """Refuse a command that this kind lacks, in one line.

        Raises:
            SettingError: names the run, its kind and the commands that exist.
        """
        if command not in self.commands:
            there = f"; there are: {', '.join(sorted(self.commands))}" if self.commands else ""
            rule = f"is {self.noun}'s: it has no rnnlab {command}{there}"
            raise SettingError("RUN", folder, rule)

    def _lacks(self, command: str, run: FinishedRun) -> Exception:
        self.require(command, run.folder.path)
        return NotImplementedError(f"{type(self).__name__} has the command {command} and no method for it")

    def saved_facts(self, settings: Settings, result: Mapping[str, Any]) -> Facts:
        """Return the facts of a finished run, from its config and its result.json."""
        return dict(result.get("facts") or {})

    def run_facts(self, run: FinishedRun) -> Facts:
        """Return the facts of a finished run, where more of its folder is needed than `saved_facts` takes."""
        return self.saved_facts(run.config, run.result)

    def answer(self, run: FinishedRun, options: Mapping[str, Any]) -> Answerer:
        """Return the answerer of `rnnlab predict`, the service and notebooks.

        Args:
            options: those of `self.options` that were given.
        """
        raise self._lacks("predict", run)

    def writer(self, run: FinishedRun) -> WriteText:
        """Return the writer that continues a prompt, for `/generate` of the service."""
        raise self._lacks("generate", run)

    def generate(self, run: FinishedRun, request: GenerationRequest) -> None:
        """Generate the texts of `rnnlab generate`, and print or save them."""
        raise self._lacks("generate", run)

    def evaluate(self, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
        """Measure the run on a split of its data, or on a file."""
        raise self._lacks("evaluate", run)

    def dynamic_evaluation(self, run: FinishedRun, settings: Settings) -> Outputs:
        """Test a run that keeps learning from the text that it has read.

        Args:
            settings: the run's config with other values under `task.dynamic_evaluation`.

        Returns:
            The metrics, and under `chosen` the settings that the validation chose.
        """
        raise self._lacks("dynamic_evaluation", run)

    def compare(self, first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
        """Test whether two runs of this kind differ, on the rows that both predicted.

        Args:
            resamples: of a bootstrap.
            examples: rows to show of each, at most.
        """
        from rnnlab.kinds.use import NO_TEST, Comparison

        return Comparison({"significance": None}, [f"{NO_TEST}two runs of {self.noun}"])

    def cards(self, files: RunFiles) -> Iterable[tuple[str, str, str]]:
        """Return the main figures for the report: name, value and what stands in small print below."""
        from rnnlab.report.names import tested

        shown = plain_scores(self.metrics, files)[:MOST_CARDS]
        return [(name, value, tested(files.result)) for name, value, _ in shown]

    def score_table(self, files: RunFiles) -> Sequence[Score]:
        """Return scores with intervals, for `rnnlab report --table`; none where there are no intervals."""
        return ()

    def differences(self, first: RunFiles, second: RunFiles) -> Mapping[str, Difference]:
        """Return the first run's main test scores minus the second's, on resamples of the rows that both
        predicted; none where these are not the same, or where there is no such test.

        The p-value of the first of them counts in a table of several runs.
        """
        return {}

    def sections(self, files: RunFiles) -> Iterable[Section]:
        """Return the kind's own part of the report; by default a table of its declared metrics."""
        from rnnlab.report.names import tested
        from rnnlab.report.page.parts import Section, Table

        split = tested(files.result)
        rows = [[name, value, unit] for name, value, unit in plain_scores(self.metrics, files)]
        return [Section("test", split.capitalize(), [Table(["metric", split, "unit"], rows)] if rows else [])]

    def explain(self, run: FinishedRun) -> Explainer:
        """Return the explainer, which scores the tokens of a text, for `rnnlab explain` and the service.

        Raises:
            SettingError: this kind has no explainer.
        """
        raise self._lacks("explain", run)

    def export(self, run: FinishedRun) -> Exportable:
        """Return the content that `rnnlab export` writes; `open_exported` reads it.

        Raises:
            SettingError: this kind, or this network, cannot be exported.
        """
        raise self._lacks("export", run)

    def open_exported(self, exported: Exported) -> Any:
        """Return the model of an exported run, as `rnnlab.runtime.open_model` returns it; without torch."""
        raise SettingError("folder", self.name, f"is {self.noun}'s: no exported model of it can be opened")

    def answer_exported(self, model: Any) -> Answerer:
        """Return the service's answerer, from the result of `open_exported`: by default an `Answerer`."""
        return model  # type: ignore[no-any-return]

    def write_exported(self, model: Any) -> WriteText:
        """Return the writer that continues a prompt, from the result of `open_exported`."""
        return model  # type: ignore[no-any-return]


def plain_scores(metrics: Sequence[Metric], files: RunFiles) -> list[tuple[str, str, str]]:
    """Return name, value and unit of each final figure of a run that its kind declares, in its order."""
    from rnnlab.report.names import label, tested_prefix

    found = []
    for name, value in files.metrics.items():
        metric = find_metric(metrics, name)
        if metric is not None and name.startswith(tested_prefix(files.result)):
            found.append((metrics.index(metric), label(name), f"{value:,.{metric.decimals}f}", metric.unit))
    return [(name, value, unit) for _, name, value, unit in sorted(found, key=lambda one: one[0])]
