"""Forecasting as a kind of problem: the next values of one series or of many, with quantiles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.atomic import write_whole
from rnnlab.kinds.base import Kind
from rnnlab.kinds.forecasting.metrics import METRICS
from rnnlab.kinds.forecasting.options import EVALUATION_OPTIONS, OPTIONS
from rnnlab.kinds.forecasting.settings import RULES
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


class ForecastingKind(Kind):
    """Windows of series; the network gives forecasts (B, H, C) with quantiles.

    Its facts are those of `rnnlab.data.series.series_data.SeriesData`. series.json in the run's folder has
    what raw series need to become inputs of the network: frequency, columns, calendar, scaler.
    """

    name = "forecasting"
    noun = "a forecaster"
    needs = "series"
    own_settings = frozenset({"validation_windows", "conformal"})
    commands = frozenset({"predict", "evaluate", "export", "serve"})
    options = OPTIONS
    rules = RULES
    evaluation_options = EVALUATION_OPTIONS
    metrics = METRICS

    def check(self, settings: Settings) -> None:
        from rnnlab.kinds.forecasting.checks import check_forecasting

        check_forecasting(settings)

    def before_prepare(self, settings: Settings, data: Any) -> None:
        from rnnlab.data.series.rows import ForecastWindows

        data.read_as(ForecastWindows(settings.task.validation_windows))

    def facts(self, data: Any) -> Facts:
        return dict(data.facts)

    def expected_facts(self, settings: Settings) -> Facts:
        from rnnlab.kinds.forecasting.facts import expected_facts

        return expected_facts(settings)

    def input_size(self, settings: Settings, facts: Facts, vector_size: int | None) -> int:
        from rnnlab.model.forecast.options import input_size

        return input_size(settings.model, facts)

    def network_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        from rnnlab.kinds.forecasting.facts import network_settings

        return network_settings(facts)

    def task_parts(self, data: Any) -> dict[str, Any]:
        from rnnlab.kinds.forecasting.scales import mase_scales

        return {"scaler": data.scaler, "mase_scales": mase_scales(data)}

    def check_data(self, work: Work) -> None:
        from rnnlab.kinds.forecasting.checks import check_prepared, check_tested

        check_prepared(work)
        check_tested(work)

    def before_network(self, work: Work) -> Facts:
        write_whole(work.folder.series, json.dumps(work.data.spec()))
        return {}

    def baselines(self) -> Sequence[Baseline]:
        from rnnlab.kinds.forecasting.baselines import BASELINES

        return BASELINES

    def evaluate(self, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
        from rnnlab.kinds.forecasting.evaluation import evaluate

        return evaluate(run, request)

    def compare(self, first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
        from rnnlab.kinds.forecasting.comparison import compare

        return compare(first, second, resamples, examples)

    def score_table(self, files: RunFiles) -> Sequence[Score]:
        from rnnlab.kinds.forecasting.saved import score_table

        return score_table(self.metrics, files)

    def cards(self, files: RunFiles) -> Iterable[tuple[str, str, str]]:
        from rnnlab.kinds.forecasting.sections import cards

        return cards(self.metrics, files)

    def sections(self, files: RunFiles) -> Iterable[Section]:
        from rnnlab.kinds.forecasting.sections import sections

        return sections(self.metrics, files)

    def differences(self, first: RunFiles, second: RunFiles) -> Mapping[str, Difference]:
        from rnnlab.kinds.forecasting.saved import differences

        return differences(self.metrics, first, second)

    def before_test(self, work: Work) -> Any:
        from rnnlab.kinds.forecasting.conformed import choose

        return choose(work)

    def outputs(self, work: Work, chosen: Any, result: Mapping[str, Any]) -> Outputs:
        from rnnlab.kinds.forecasting.outputs import write_outputs

        return write_outputs(work, chosen)

    # a finished run
    def answer(self, run: FinishedRun, options: Mapping[str, Any]) -> Answerer:
        from rnnlab.kinds.forecasting.answer import ForecastAnswers
        from rnnlab.kinds.forecasting.network import levels_of, network_of
        from rnnlab.kinds.forecasting.reader import conformal_of, reader_of

        parts = network_of(run), reader_of(run), levels_of(run), conformal_of(run)
        horizon, plot = options.get("horizon"), bool(options.get("plot"))
        network: Any = run.network
        return ForecastAnswers(*parts, horizon, run.settings["data"], plot, network.open_ended)

    def export(self, run: FinishedRun) -> Exportable:
        from rnnlab.kinds.forecasting.export import exportable

        return exportable(run)

    def open_exported(self, exported: Exported) -> Any:
        from rnnlab.kinds.forecasting.runtime import Forecaster

        return Forecaster(exported)

    def answer_exported(self, model: Any) -> Answerer:
        answerer: Answerer = model.answerer
        return answerer


KIND = ForecastingKind()
