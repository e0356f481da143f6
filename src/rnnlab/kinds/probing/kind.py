"""Probes as a kind of problem: a label, or a number, at each step or at the end of a made row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.kinds.base import Kind
from rnnlab.kinds.metric import Metric
from rnnlab.kinds.probing.options import EVALUATION_OPTIONS
from rnnlab.kinds.probing.settings import RULES
from rnnlab.kinds.work import Facts, Outputs, Settings, Work

if TYPE_CHECKING:
    from rnnlab.evaluation.significance import Difference
    from rnnlab.explain.explainer import Explainer
    from rnnlab.export.exportable import Exportable
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.baselines import Baseline
    from rnnlab.kinds.usable import Exported
    from rnnlab.kinds.use import Answerer, Comparison, Evaluation, EvaluationRequest
    from rnnlab.report.page.files import RunFiles
    from rnnlab.report.page.parts import Section


class ProbingKind(Kind):
    """Rows of a probe; the network gives logits (B, T, K), or numbers (B, T, 1).

    Its facts are the probe's name, the unit of its lengths, tokens (text of each id) or features, answers
    (text of each class, none for a number), tolerance, longest (of the training rows) and chance by length.
    """

    name = "probing"
    noun = "a probe"
    needs = "rows of a probe (probe=parity)"
    commands = frozenset({"predict", "evaluate", "explain", "export", "serve"})
    evaluation_options = EVALUATION_OPTIONS
    rules = RULES
    metrics = (
        Metric("loss", lower_is_better=True, splits=("train", "val", "test")),
        Metric("accuracy"),
        Metric("solved"),
        Metric("loss", lower_is_better=True, splits=("test",), by="length"),
        Metric("accuracy", splits=("test",), by="length"),
        Metric("solved", splits=("test",), by="length"),
    )

    def check(self, settings: Settings) -> None:
        from rnnlab.kinds.probing.checks import check_probe

        check_probe(settings)

    def expected_facts(self, settings: Settings) -> Facts:
        return {"tokens": ["", "0", "1"], "answers": ["0", "1"], "features": None}

    def network_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        vocab_size = len(facts["tokens"]) or None
        outputs = len(facts["answers"]) or 1
        return {"num_outputs": outputs, "vocab_size": vocab_size, "features": facts["features"]}

    def input_size(self, settings: Settings, facts: Facts, vector_size: int | None) -> int:
        return int(settings.model.embedding_size)

    def task_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        return {"longest": facts["longest"], "tolerance": facts["tolerance"]}

    def outputs(self, work: Work, chosen: Any, result: Mapping[str, Any]) -> Outputs:
        from rnnlab.kinds.probing.outputs import write_outputs

        return write_outputs(work)

    def baselines(self) -> Sequence[Baseline]:
        from rnnlab.kinds.probing.baselines import BASELINES

        return BASELINES

    # a finished run
    def answer(self, run: FinishedRun, options: Mapping[str, Any]) -> Answerer:
        from rnnlab.kinds.probing.answer import ProbeAnswers

        return ProbeAnswers.of_run(run)

    def evaluate(self, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
        from rnnlab.kinds.probing.evaluation import evaluate

        return evaluate(run, request)

    def explain(self, run: FinishedRun) -> Explainer:
        from rnnlab.kinds.probing.explainer import ProbeExplainer

        return ProbeExplainer(run)

    def compare(self, first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
        from rnnlab.kinds.probing.comparison import compare

        return compare(first, second, resamples, examples)

    def differences(self, first: RunFiles, second: RunFiles) -> Mapping[str, Difference]:
        from rnnlab.kinds.probing.comparison import differences

        return differences(first, second)

    def export(self, run: FinishedRun) -> Exportable:
        from rnnlab.kinds.probing.export import exportable

        return exportable(run)

    def open_exported(self, exported: Exported) -> Answerer:
        from rnnlab.kinds.probing.answer import ProbeAnswers

        return ProbeAnswers.of_export(exported)

    def cards(self, files: RunFiles) -> Iterable[tuple[str, str, str]]:
        from rnnlab.kinds.probing.sections import cards

        return cards(files)

    def sections(self, files: RunFiles) -> Iterable[Section]:
        from rnnlab.kinds.probing.sections import sections

        return sections(files)


KIND = ProbingKind()
