"""Language modelling as a kind of problem: predict the next token of a running text at every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.data.styles import style_names
from rnnlab.errors import SettingError
from rnnlab.kinds.base import Kind
from rnnlab.kinds.language_modeling.settings import RULES
from rnnlab.kinds.metric import Metric
from rnnlab.kinds.work import Facts, Outputs, Settings, Work

if TYPE_CHECKING:
    from rnnlab.explain.explainer import Explainer
    from rnnlab.export.exportable import Exportable
    from rnnlab.finished import FinishedRun
    from rnnlab.generate.request import GenerationRequest
    from rnnlab.kinds.baselines import Baseline
    from rnnlab.kinds.usable import Exported
    from rnnlab.kinds.use import Comparison, Evaluation, EvaluationRequest, WriteText
    from rnnlab.report.page.files import RunFiles
    from rnnlab.report.page.parts import Section

EVALUATED = ("val", "test")


def of_protocol(protocol: str, splits: tuple[str, ...]) -> tuple[Metric, ...]:
    """Return the metrics of a text that is read in a protocol; accuracy comes last."""
    return (
        Metric(f"nats_{protocol}", lower_is_better=True, unit="nats a token", splits=splits),
        Metric(f"bits_{protocol}", lower_is_better=True, unit="bits a token", splits=splits),
        Metric(f"perplexity_{protocol}", lower_is_better=True, splits=splits),
        Metric(f"accuracy_{protocol}", splits=splits),
    )


def style_size(settings: Settings) -> int:
    """Return the number of features of the style vector; 0 for a model without styles."""
    return int(settings.model.get("style_size") or 0)


class LanguageModelingKind(Kind):
    """Running text; the network gives logits (B, T, V). Its one fact is styles, their names."""

    name = "language_modeling"
    noun = "a language model"
    needs = "a running text"
    own_settings = frozenset({"samples", "dynamic_evaluation", "ngram_mixture"})
    commands = frozenset(
        {"generate", "evaluate", "explain", "export", "serve", "judge", "rate", "dynamic_evaluation"}
    )
    starts_others = True
    reads_styles = True
    rules = RULES
    metrics = (
        Metric("loss", lower_is_better=True, unit="nats", splits=("train", *EVALUATED)),
        *of_protocol("windows", EVALUATED),
        *of_protocol("stream", ("test",)),
        *of_protocol("dynamic", ("test",)),
        *of_protocol("mixed_windows", ("test",))[:3],
        *of_protocol("mixed_stream", ("test",))[:3],
        Metric("nats_windows", lower_is_better=True, unit="nats a token", splits=("test",), by="style"),
    )

    def check(self, settings: Settings) -> None:
        from rnnlab.kinds.language_modeling.checks import check_language

        check_language(settings)

    def keeps_tokenizer(self, settings: Settings) -> bool:
        from rnnlab.kinds.language_modeling.checks import DOCUMENTS

        return bool(settings.data._target_ != DOCUMENTS)

    def facts(self, data: Any) -> Facts:
        return {"styles": list(data.styles)}

    def saved_facts(self, settings: Settings, result: Mapping[str, Any]) -> Facts:
        return self.expected_facts(settings)

    def expected_facts(self, settings: Settings) -> Facts:
        paths, names = settings.data.get("paths"), settings.data.get("names")
        return {"styles": list(style_names(paths, names)) if paths else []}

    def network_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        size = style_size(settings)
        if not size:
            return {}
        if not facts["styles"]:
            rule = (
                f"needs texts of several styles, and data={settings.data.name} has none: choose data=styles"
            )
            raise SettingError("model.style_size", size, rule)
        return {"styles": len(facts["styles"]), "style_size": size}

    def input_size(self, settings: Settings, facts: Facts, vector_size: int | None) -> int:
        return super().input_size(settings, facts, vector_size) + style_size(settings)

    def task_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        return {"styles": facts["styles"]} if facts["styles"] else {}

    def after_test(self, work: Work) -> Outputs:
        from rnnlab.kinds.language_modeling.dynamic_choice import further_tests

        return further_tests(work)

    def outputs(self, work: Work, chosen: Any, result: Mapping[str, Any]) -> Outputs:
        from rnnlab.kinds.language_modeling.samples import write_samples

        return write_samples(work)

    def baselines(self) -> Sequence[Baseline]:
        from rnnlab.kinds.language_modeling.baselines import BASELINES

        return BASELINES

    # a finished run
    def writer(self, run: FinishedRun) -> WriteText:
        from rnnlab.kinds.language_modeling.writer import RunWriter

        return RunWriter(run)

    def generate(self, run: FinishedRun, request: GenerationRequest) -> None:
        from rnnlab.kinds.language_modeling.writing.generation import carry_out

        carry_out(run, request)

    def evaluate(self, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
        from rnnlab.kinds.language_modeling.evaluation import evaluate

        return evaluate(run, request)

    def explain(self, run: FinishedRun) -> Explainer:
        from rnnlab.kinds.language_modeling.explainer import SurprisalExplainer

        return SurprisalExplainer(run)

    def export(self, run: FinishedRun) -> Exportable:
        from rnnlab.kinds.language_modeling.export import exportable

        return exportable(run)

    def dynamic_evaluation(self, run: FinishedRun, settings: Settings) -> Outputs:
        from rnnlab.kinds.language_modeling.checks import check_dynamic
        from rnnlab.kinds.language_modeling.dynamic_choice import dynamic_evaluation

        check_dynamic(settings)
        found = dynamic_evaluation(settings.task.dynamic_evaluation, run.network, run.data())
        return Outputs(found.metrics, {"chosen": found.chosen})

    def compare(self, first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
        from rnnlab.kinds.use import NO_TEST, Comparison

        return Comparison({"significance": None}, [f"{NO_TEST}two language models"])

    def cards(self, files: RunFiles) -> Iterable[tuple[str, str, str]]:
        from rnnlab.kinds.language_modeling.sections import cards

        return cards(files)

    def sections(self, files: RunFiles) -> Iterable[Section]:
        from rnnlab.kinds.language_modeling.sections import sections

        return sections(files)

    def open_exported(self, exported: Exported) -> Any:
        from rnnlab.kinds.language_modeling.runtime import Writer

        return Writer(exported.session, exported.cleaner, exported.tokenizer)

    def write_exported(self, model: Any) -> WriteText:
        from rnnlab.kinds.language_modeling.writer import ExportedWriter

        return ExportedWriter(model)


KIND = LanguageModelingKind()
