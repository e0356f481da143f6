"""Tagging as a kind of problem: a label for each word of a sentence, such as entities or parts of speech."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.kinds.base import Kind
from rnnlab.kinds.tagging.checks import letter_size
from rnnlab.kinds.tagging.metrics import METRICS
from rnnlab.kinds.tagging.settings import RULES
from rnnlab.kinds.work import Facts, Outputs, Settings, Work

if TYPE_CHECKING:
    from torch import nn

    from rnnlab.evaluation.significance import Difference
    from rnnlab.explain.explainer import Explainer
    from rnnlab.export.exportable import Exportable
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.baselines import Baseline
    from rnnlab.kinds.usable import Exported
    from rnnlab.kinds.use import Answerer, Comparison, Evaluation, EvaluationRequest
    from rnnlab.report.page.files import RunFiles
    from rnnlab.report.page.parts import Score, Section


class TaggingKind(Kind):
    """Sentences with a tag for each word; the network gives emissions (B, T, K).

    Its facts are tags (names of the K tags), scheme (None for tags that mark no entities), alphabet (the
    letters that have ids, None where none are read) and subwords (whether words have several pieces).
    """

    name = "tagging"
    noun = "a tagger"
    needs = "sentences with a tag for each word"
    own_settings = frozenset({"scheme"})
    ensembles = True
    commands = frozenset({"predict", "evaluate", "explain", "export", "serve"})
    rules = RULES
    metrics = METRICS

    def check(self, settings: Settings) -> None:
        from rnnlab.kinds.tagging.checks import check_tagging

        check_tagging(settings)

    def before_prepare(self, settings: Settings, data: Any) -> None:
        from rnnlab.kinds.tagging.naming import SchemeNames

        data.name_tags = SchemeNames(data.given_scheme, settings.task.scheme)
        data.reads_letters = letter_size(settings) > 0

    def expected_facts(self, settings: Settings) -> Facts:
        return {"tags": ["O", "S-a"], "scheme": None, "alphabet": "abc", "subwords": False}

    def network_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        from rnnlab.data.tagged_words import num_letters
        from rnnlab.evaluation.entities import allowed
        from rnnlab.model.head.allowed import AllowedTags

        masks = AllowedTags(*(mask.tolist() for mask in allowed(facts["tags"], facts["scheme"])))
        letters = num_letters(facts["alphabet"] or "")
        return {"num_tags": len(facts["tags"]), "num_letters": letters, "allowed": masks}

    def input_size(self, settings: Settings, facts: Facts, vector_size: int | None) -> int:
        return super().input_size(settings, facts, vector_size) + letter_size(settings)

    def ensemble(self, settings: Settings, members: Sequence[nn.Module]) -> nn.Module:
        from rnnlab.model.tagger import TaggerEnsemble

        return TaggerEnsemble(members)

    def task_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        return {"tags": facts["tags"], "scheme": facts["scheme"]}

    def check_data(self, work: Work) -> None:
        from rnnlab.kinds.tagging.checks import check_costs

        check_costs(work.settings, work.facts["scheme"])

    def outputs(self, work: Work, chosen: Any, result: Mapping[str, Any]) -> Outputs:
        from rnnlab.kinds.tagging.outputs import write_outputs

        return write_outputs(work)

    def baselines(self) -> Sequence[Baseline]:
        from rnnlab.kinds.tagging.baselines import BASELINES

        return BASELINES

    # a finished run
    def answer(self, run: FinishedRun, options: Mapping[str, Any]) -> Answerer:
        from rnnlab.kinds.tagging.answer import TagAnswers

        return TagAnswers.of_run(run)

    def evaluate(self, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
        from rnnlab.kinds.tagging.evaluation import evaluate

        return evaluate(run, request)

    def compare(self, first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
        from rnnlab.kinds.tagging.comparison import compare

        return compare(first, second, resamples, examples)

    def explain(self, run: FinishedRun) -> Explainer:
        from rnnlab.kinds.tagging.explainer import TagExplainer

        return TagExplainer(run)

    def export(self, run: FinishedRun) -> Exportable:
        from rnnlab.kinds.tagging.export import exportable

        return exportable(run)

    def open_exported(self, exported: Exported) -> Any:
        from rnnlab.kinds.tagging.runtime import Tagger

        return Tagger(exported)

    def answer_exported(self, model: Any) -> Answerer:
        answerer: Answerer = model.answerer
        return answerer

    def cards(self, files: RunFiles) -> Iterable[tuple[str, str, str]]:
        from rnnlab.kinds.tagging.sections import cards

        return cards(files)

    def score_table(self, files: RunFiles) -> Sequence[Score]:
        from rnnlab.kinds.tagging.sections import score_table

        return score_table(files)

    def differences(self, first: RunFiles, second: RunFiles) -> Mapping[str, Difference]:
        from rnnlab.kinds.tagging.sections import differences

        return differences(first, second)

    def sections(self, files: RunFiles) -> Iterable[Section]:
        from rnnlab.kinds.tagging.sections import sections

        return sections(files)


KIND = TaggingKind()
