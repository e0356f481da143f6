"""Classification as a kind of problem: predict one label out of C for a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.kinds.base import Kind
from rnnlab.kinds.classification.check_objective import NGRAMS, wants_unlabelled
from rnnlab.kinds.classification.labels import class_choice, class_weights
from rnnlab.kinds.classification.metrics import METRICS
from rnnlab.kinds.classification.options import OPTIONS
from rnnlab.kinds.classification.settings import RULES
from rnnlab.kinds.work import Facts, Outputs, Settings, Work

if TYPE_CHECKING:
    from torch import nn

    from rnnlab.explain.explainer import Explainer
    from rnnlab.export.exportable import Exportable
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.baselines import Baseline
    from rnnlab.kinds.usable import Exported
    from rnnlab.kinds.use import Answerer, Comparison, Evaluation, EvaluationRequest
    from rnnlab.report.page.files import RunFiles
    from rnnlab.report.page.parts import Score, Section


class ClassificationKind(Kind):
    """Labelled texts; the network gives logits (B, C). Its facts are classes, class_counts and padding."""

    name = "classification"
    noun = "a classifier"
    needs = "labelled texts"
    own_settings = frozenset({"class_weights", "sampling", "prior", "calibrate", "multi_label"})
    ensembles = True
    commands = frozenset({"predict", "evaluate", "explain", "export", "serve"})
    options = OPTIONS
    rules = RULES
    metrics = METRICS

    def monitored(self, settings: Settings) -> tuple[str, ...]:
        classes = class_choice(settings) or ()
        return super().monitored(settings) + tuple(f"val/recall_{name}" for name in classes)

    def check(self, settings: Settings) -> None:
        from rnnlab.kinds.classification.checks import check_classification

        check_classification(settings)

    def data_settings(self, settings: Settings) -> dict[str, Any]:
        return {"sampling": settings.task.sampling} if "sampling" in settings.task else {}

    def before_prepare(self, settings: Settings, data: Any) -> None:
        if wants_unlabelled(settings):
            data.unlabelled_share = settings.objective.unlabelled_share

    def named_runs(self, settings: Settings) -> dict[str, list[str]]:
        objective = settings.get("objective") or {}
        teachers = objective.get("teachers") or () if objective.get("teacher") else ()
        found = [str(name) for name in teachers if name != NGRAMS]
        return {"objective.teachers": found} if found else {}

    def facts(self, data: Any) -> Facts:
        pair = {} if data.separator is None else {"separator": data.separator}
        counts = {"class_counts": data.class_counts, "padding": data.padding}
        return {"classes": list(data.classes), **counts, **pair}

    def run_facts(self, run: FinishedRun) -> Facts:
        from rnnlab.kinds.classification.saved import facts_of

        return facts_of(run)

    def expected_facts(self, settings: Settings) -> Facts:
        count = len(settings.data.get("classes") or ()) or 2
        classes = [str(number) for number in range(count)]
        padding = settings.data.get("padding", "post")
        return {"classes": classes, "padding": padding, "separator": 2}

    def network_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        apart = settings.model.get("pairs") == "apart"
        pair = {"separator": facts["separator"]} if apart else {}
        return {"num_classes": len(facts["classes"]), "padding": facts["padding"], **pair}

    def ensemble(self, settings: Settings, members: Sequence[nn.Module]) -> nn.Module:
        from rnnlab.model.ensemble import Ensemble

        return Ensemble(members)

    def task_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        from rnnlab.kinds.classification.prior import target_prior, trained_prior

        task, counts = settings.task, facts["class_counts"]
        weights = class_weights(task.class_weights, counts)
        wanted = task.prior if isinstance(task.prior, str | None) else list(task.prior)
        trained = trained_prior(counts, weights, task.sampling == "balanced")
        prior = target_prior(wanted, counts)
        return {
            "classes": facts["classes"],
            "class_weights": weights,
            "prior": prior,
            "trained_prior": trained,
        }

    def check_data(self, work: Work) -> None:
        from rnnlab.kinds.classification.fitted_blend import check_rows

        check_rows(work)

    def before_network(self, work: Work) -> Facts:
        from rnnlab.kinds.classification.augmentation import set_augmenter
        from rnnlab.kinds.classification.teachers import teach

        taught = teach(work)
        set_augmenter(work)
        return {"teachers": taught}

    def before_training(self, work: Work) -> Facts:
        from rnnlab.kinds.classification.pretrain import pretrain

        return {"pretraining": pretrain(work)}

    def before_test(self, work: Work) -> Any:
        from rnnlab.kinds.classification.tuning import tune

        return tune(work)

    def outputs(self, work: Work, chosen: Any, result: Mapping[str, Any]) -> Outputs:
        from rnnlab.kinds.classification.outputs import write_outputs

        return write_outputs(work, chosen, result)

    def baselines(self) -> Sequence[Baseline]:
        from rnnlab.kinds.classification.baselines import BASELINES

        return BASELINES

    # a finished run
    def answer(self, run: FinishedRun, options: Mapping[str, Any]) -> Answerer:
        from rnnlab.kinds.classification.answer import ClassAnswers

        return ClassAnswers(run, bool(options.get("ngrams")))

    def evaluate(self, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
        from rnnlab.kinds.classification.evaluation import evaluate

        return evaluate(run, request)

    def explain(self, run: FinishedRun) -> Explainer:
        from rnnlab.kinds.classification.explainer import ClassExplainer

        return ClassExplainer(run)

    def export(self, run: FinishedRun) -> Exportable:
        from rnnlab.kinds.classification.export import exportable

        return exportable(run)

    def compare(self, first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
        from rnnlab.kinds.classification.comparison import compare

        return compare(first, second, resamples, examples)

    def cards(self, files: RunFiles) -> Iterable[tuple[str, str, str]]:
        from rnnlab.kinds.classification.sections import cards

        return cards(files)

    def score_table(self, files: RunFiles) -> Sequence[Score]:
        from rnnlab.kinds.classification.sections import score_table

        return score_table(files)

    def sections(self, files: RunFiles) -> Iterable[Section]:
        from rnnlab.kinds.classification.sections import sections

        return sections(files)

    def open_exported(self, exported: Exported) -> Any:
        from rnnlab.kinds.classification.runtime import Classifier
        from rnnlab.kinds.classification.series.answer import SeriesClasses

        if exported.tokenizer is None:
            return SeriesClasses.of_export(exported)
        return Classifier.of_export(exported)

    def answer_exported(self, model: Any) -> Answerer:
        from rnnlab.kinds.classification.runtime import Classifier, ExportedAnswers

        return ExportedAnswers(model) if isinstance(model, Classifier) else model


KIND = ClassificationKind()
