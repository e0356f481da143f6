"""Classification of series: predict one label out of C for a series of real values.

The part of the kind of classification that reads texts is replaced; training, scores, calibration, report
and comparison are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.errors import SettingError
from rnnlab.kinds.base import Kind
from rnnlab.kinds.classification.kind import ClassificationKind
from rnnlab.kinds.work import Facts, Settings, Work

if TYPE_CHECKING:
    from rnnlab.export.exportable import Exportable
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.baselines import Baseline
    from rnnlab.kinds.use import Answerer, Evaluation, EvaluationRequest


class SeriesClassificationKind(ClassificationKind):
    """Labelled series; the network gives logits (B, C).

    Its facts are classes, class_counts and input_size, the number of values of a step.
    """

    served_as = "series_classification"
    needs = "series with a class each"
    commands = frozenset({"predict", "evaluate", "export", "serve"})
    options: Mapping[str, Any] = {}

    def check(self, settings: Settings) -> None:
        super().check(settings)
        if "sentence_encoder" in settings.model:
            rule = f"reads sentences of texts, and task={settings.task.name} has series: choose a flat model"
            raise SettingError("model", "hierarchical", rule)

    def facts(self, data: Any) -> Facts:
        return dict(data.facts)

    def run_facts(self, run: FinishedRun) -> Facts:
        return self.saved_facts(run.config, run.result)

    def expected_facts(self, settings: Settings) -> Facts:
        return {"classes": ["0", "1"], "class_counts": [1, 1], "input_size": 1}

    def network_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        return {"num_classes": len(facts["classes"])}

    def input_size(self, settings: Settings, facts: Facts, vector_size: int | None) -> int:
        return Kind.input_size(self, settings, facts, vector_size)

    def before_network(self, work: Work) -> Facts:
        return {}

    def before_training(self, work: Work) -> Facts:
        return {}

    def baselines(self) -> Sequence[Baseline]:
        from rnnlab.kinds.classification.series.baselines import BASELINES

        return BASELINES

    # a finished run
    def answer(self, run: FinishedRun, options: Mapping[str, Any]) -> Answerer:
        from rnnlab.kinds.classification.series.answer import SeriesClasses

        return SeriesClasses.of_run(run)

    def evaluate(self, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
        from rnnlab.kinds.classification.series.evaluation import evaluate

        return evaluate(run, request)

    def export(self, run: FinishedRun) -> Exportable:
        from rnnlab.kinds.classification.series.export import exportable

        return exportable(run)


KIND = SeriesClassificationKind()
