"""Multi-label classification as a kind of problem: predict any number of labels for a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rnnlab.kinds.base import Kind
from rnnlab.kinds.metric import Metric
from rnnlab.kinds.multi_label.settings import RULES, check_settings, positive_weights
from rnnlab.kinds.work import Facts, Outputs, Settings, Work

if TYPE_CHECKING:
    from rnnlab.evaluation.label_thresholds import Thresholds
    from rnnlab.explain.explainer import Explainer
    from rnnlab.export.exportable import Exportable
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.baselines import Baseline
    from rnnlab.kinds.usable import Exported
    from rnnlab.kinds.use import Answerer, Comparison, Evaluation, EvaluationRequest
    from rnnlab.report.page.files import RunFiles
    from rnnlab.report.page.parts import Score, Section

SEPARATOR = "label_separator"
EVERYWHERE = ("train", "val", "test")


class MultiLabelKind(Kind):
    """Texts with any number of labels each; the network gives logits (B, C).

    Its facts are classes, class_counts, rows (of train) and padding.
    """

    name = "multi_label"
    noun = "a multi-label classifier"
    needs = "texts with any number of labels each"
    commands = frozenset({"predict", "evaluate", "explain", "export", "serve"})
    own_settings = frozenset({"thresholds", "calibrate"})
    own_data_settings = frozenset({SEPARATOR})
    rules = RULES
    metrics = (
        Metric("loss", lower_is_better=True, unit="nats", interval=True, splits=EVERYWHERE),
        Metric("micro_f1", interval=True),
        Metric("macro_f1", interval=True),
        Metric("average_precision", interval=True),
        Metric("subset_accuracy", interval=True),
        Metric("micro_precision", interval=True),
        Metric("micro_recall", interval=True),
        *(Metric(name, interval=True, by="label") for name in ("precision", "recall", "f1", "ap")),
        Metric("ece", lower_is_better=True, splits=("test",)),
        Metric("ece_calibrated", lower_is_better=True, splits=("test",)),
    )

    def check(self, settings: Settings) -> None:
        check_settings(settings)

    def before_prepare(self, settings: Settings, data: Any) -> None:
        from rnnlab.data.label_sets import LabelSets

        data.read_as(partial(LabelSets, separator=settings.data[SEPARATOR]))

    def facts(self, data: Any) -> Facts:
        rows = len(data.targets("train"))
        counts, names = list(data.class_counts), list(data.classes)
        return {"classes": names, "class_counts": counts, "rows": rows, "padding": data.padding}

    def expected_facts(self, settings: Settings) -> Facts:
        names = settings.data.get("classes") or ["0", "1"]
        facts = {"classes": [str(name) for name in names], "class_counts": [1] * len(names), "rows": 2}
        return {**facts, "padding": settings.data.get("padding", "post")}

    def network_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        return {"num_classes": len(facts["classes"]), "padding": facts["padding"]}

    def task_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        given = settings.task.class_weights
        weights = positive_weights(given, facts["class_counts"], facts["rows"])
        return {"classes": facts["classes"], "class_weights": weights}

    def before_test(self, work: Work) -> Any:
        from rnnlab.kinds.multi_label.tuning import tune

        return tune(work)

    def outputs(self, work: Work, chosen: Any, result: Mapping[str, Any]) -> Outputs:
        from rnnlab.kinds.multi_label.saved import write_predictions
        from rnnlab.kinds.multi_label.sections import logged_rows
        from rnnlab.kinds.multi_label.tuning import calibration, facts_of

        write_predictions(work, chosen)
        outputs = Outputs(facts=facts_of(chosen, len(work.data.targets("validation"))))
        outputs.tables["predictions"] = partial(logged_rows, work.folder.predictions)
        if work.settings.task.calibrate and work.has_test:
            label, logits = (work.task.columns[name].numpy() for name in ("label", "logit"))
            outputs.metrics |= calibration(label, logits, chosen.temperature)
        return outputs

    def baselines(self) -> Sequence[Baseline]:
        from rnnlab.kinds.multi_label.baselines import BASELINES

        return BASELINES

    # a finished run
    def answer(self, run: FinishedRun, options: Mapping[str, Any]) -> Answerer:
        from rnnlab.kinds.multi_label.answer import of_run

        return of_run(run, self.thresholds(run))

    def thresholds(self, run: FinishedRun) -> Thresholds:
        """Return those that the run chose on validation; 0.5 for a run that never came to its end."""
        from rnnlab.evaluation.label_thresholds import PLAIN, Thresholds
        from rnnlab.kinds.multi_label.tuning import FACTS, saved_thresholds

        facts = run.result.get(FACTS)
        return saved_thresholds(facts) if facts else Thresholds((PLAIN,) * len(run.classes))

    def evaluate(self, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
        from rnnlab.kinds.multi_label.evaluation import evaluate

        separator = str(run.settings["data"][SEPARATOR])
        return evaluate(run, self.answer(run, {}), self.thresholds(run), separator, request)

    def explain(self, run: FinishedRun) -> Explainer:
        from rnnlab.kinds.multi_label.explainer import LabelExplainer

        return LabelExplainer(run)

    def export(self, run: FinishedRun) -> Exportable:
        from dataclasses import replace

        from rnnlab.kinds.row_export import text_exportable

        found, chosen = (
            text_exportable(run, "A recurrent multi-label classifier of texts"),
            self.thresholds(run),
        )
        own = {"thresholds": list(chosen.values), "temperature": chosen.temperature}
        return replace(found, settings={"classes": list(run.classes), **own, **found.settings})

    def open_exported(self, exported: Exported) -> Any:
        from rnnlab.kinds.multi_label.answer import of_export

        return of_export(exported)

    def compare(self, first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
        from rnnlab.kinds.multi_label.saved import compare

        return compare(first, second, resamples, examples)

    def score_table(self, files: RunFiles) -> Sequence[Score]:
        from rnnlab.kinds.multi_label.sections import score_table

        return score_table(files)

    def sections(self, files: RunFiles) -> Iterable[Section]:
        from rnnlab.kinds.multi_label.sections import sections

        return sections(files)


KIND = MultiLabelKind()
