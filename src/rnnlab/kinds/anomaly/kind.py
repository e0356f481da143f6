"""Anomaly detection as a kind of problem: how unusual each time of a series is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.kinds.anomaly.metrics import METRICS
from rnnlab.kinds.anomaly.settings import RULES
from rnnlab.kinds.base import Kind
from rnnlab.kinds.usable import plain_scores
from rnnlab.kinds.work import Facts, Outputs, Settings, Work

if TYPE_CHECKING:
    from rnnlab.evaluation.significance import Difference
    from rnnlab.export.exportable import Exportable
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.baselines import Baseline
    from rnnlab.kinds.usable import Exported
    from rnnlab.kinds.use import Answerer, Comparison, Evaluation, EvaluationRequest
    from rnnlab.report.page.files import RunFiles
    from rnnlab.report.page.parts import Score, Section

THRESHOLDS = ("smoothing", "combine", "threshold", "quantile", "risk", "alarms_per_day")


class AnomalyKind(Kind):
    """Series, of which the network expects every value; its errors score their times.

    Its facts are those of the data: targets C, past P, known K, static A, columns, frequency.
    """

    name = "anomaly"
    noun = "an anomaly detector"
    needs = "series"
    own_settings = frozenset({"chunk", *THRESHOLDS})
    commands = frozenset({"predict", "evaluate", "export", "serve"})
    rules = RULES
    metrics = METRICS

    def check(self, settings: Settings) -> None:
        from rnnlab.data.series.check import check_series
        from rnnlab.kinds.anomaly.checks import check_anomaly

        check_series(settings.data)
        check_anomaly(settings)

    def before_prepare(self, settings: Settings, data: Any) -> None:
        from rnnlab.kinds.anomaly.checks import row_sizes
        from rnnlab.kinds.anomaly.view import SeriesView

        data.read_as(SeriesView(*row_sizes(settings)))

    def expected_facts(self, settings: Settings) -> Facts:
        return {"targets": 1, "past": 0, "known": 0, "static": 0}

    def input_size(self, settings: Settings, facts: Facts, vector_size: int | None) -> int:
        from rnnlab.kinds.anomaly.inputs import input_size

        return input_size(facts)

    def network_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        return {"channels": int(facts["targets"])}

    def check_data(self, work: Work) -> None:
        from rnnlab.kinds.anomaly.checks import check_data

        check_data(work)

    def before_test(self, work: Work) -> Any:
        from rnnlab.kinds.anomaly.outputs import calibrate

        return calibrate(work)

    def outputs(self, work: Work, chosen: Any, result: Mapping[str, Any]) -> Outputs:
        from rnnlab.kinds.anomaly.outputs import write_outputs

        return write_outputs(work, chosen)

    def baselines(self) -> Sequence[Baseline]:
        from rnnlab.kinds.anomaly.baselines import BASELINES

        return BASELINES

    # a finished run
    def answer(self, run: FinishedRun, options: Mapping[str, Any]) -> Answerer:
        from rnnlab.kinds.anomaly.answer import AnomalyAnswers

        return AnomalyAnswers.of_run(run)

    def evaluate(self, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
        from rnnlab.kinds.anomaly.evaluation import evaluate

        return evaluate(run, request)

    def compare(self, first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
        from rnnlab.kinds.anomaly.comparison import compare

        return compare(first, second, resamples)

    def score_table(self, files: RunFiles) -> Sequence[Score]:
        from rnnlab.kinds.anomaly.comparison import score_table

        return score_table(files)

    def differences(self, first: RunFiles, second: RunFiles) -> Mapping[str, Difference]:
        from rnnlab.kinds.anomaly.comparison import differences

        return differences(first, second)

    def export(self, run: FinishedRun) -> Exportable:
        from rnnlab.kinds.anomaly.export import exportable

        return exportable(run)

    def open_exported(self, exported: Exported) -> Any:
        from rnnlab.kinds.anomaly.runtime import Detector

        return Detector(exported)

    def answer_exported(self, model: Any) -> Answerer:
        answerer: Answerer = model.answerer
        return answerer

    def sections(self, files: RunFiles) -> Iterable[Section]:
        from rnnlab.kinds.anomaly.sections import sections

        return sections(files, plain_scores(self.metrics, files))


KIND = AnomalyKind()
