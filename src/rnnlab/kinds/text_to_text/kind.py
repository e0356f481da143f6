"""Text to text as a kind of problem: write a target text for each source text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.kinds.base import Kind
from rnnlab.kinds.text_to_text.metrics import METRICS
from rnnlab.kinds.text_to_text.options import OPTIONS
from rnnlab.kinds.text_to_text.settings import RULES
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

COLUMNS = ("source", "target")


class TextToTextKind(Kind):
    """Pairs of texts; the network is an encoder-decoder.

    Its facts are target_size, begin_id, end_id, shared (one vocabulary for both sides) and copies.
    """

    name = "text_to_text"
    noun = "a text-to-text model"
    needs = "pairs of a source and a target text"
    own_settings = frozenset({"alphas", "pretrained_decoder"})
    commands = frozenset({"predict", "evaluate", "explain", "export", "serve"})
    options = OPTIONS
    ensembles = True
    columns = COLUMNS
    parallel = True
    rules = RULES
    metrics = METRICS

    def monitored(self, settings: Settings) -> tuple[str, ...]:
        from rnnlab.kinds.text_to_text.checks import monitored

        return monitored(settings)

    def check(self, settings: Settings) -> None:
        from rnnlab.kinds.text_to_text.checks import check_text_to_text

        check_text_to_text(settings)

    def data_settings(self, settings: Settings) -> dict[str, Any]:
        from rnnlab.kinds.text_to_text.checks import copies

        return {"copies": True} if copies(settings) else {}

    def network_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        return {name: facts[name] for name in ("target_size", "begin_id", "end_id", "shared")}

    def keeps_tokenizer(self, settings: Settings) -> bool:
        return True

    def named_runs(self, settings: Settings) -> dict[str, list[str]]:
        found = [str(name) for name in settings.task.get("pretrained_decoder") or ()]
        return {"task.pretrained_decoder": found} if found else {}

    def before_training(self, work: Work) -> Facts:
        from rnnlab.kinds.text_to_text.pretrained_decoder import start_decoder

        return start_decoder(work)

    def ensemble(self, settings: Settings, members: Sequence[nn.Module]) -> nn.Module:
        from rnnlab.model.sequence_ensemble import EncoderDecoderEnsemble

        networks: Any = members
        return EncoderDecoderEnsemble(networks)

    def before_test(self, work: Work) -> Any:
        from rnnlab.kinds.text_to_text.choice import choose_decoding

        return choose_decoding(work)

    def outputs(self, work: Work, chosen: Any, result: Mapping[str, Any]) -> Outputs:
        from rnnlab.kinds.text_to_text.outputs import write_outputs

        return write_outputs(work, chosen)

    def baselines(self) -> Sequence[Baseline]:
        from rnnlab.kinds.text_to_text.baselines import BASELINES

        return BASELINES

    # a finished run
    def answer(self, run: FinishedRun, options: Mapping[str, Any]) -> Answerer:
        from rnnlab.kinds.text_to_text.answer import TextToTextAnswers

        return TextToTextAnswers.of_run(run, options)

    def evaluate(self, run: FinishedRun, request: EvaluationRequest) -> Evaluation:
        from rnnlab.kinds.text_to_text.evaluation import evaluate

        return evaluate(run, request)

    def explain(self, run: FinishedRun) -> Explainer:
        from rnnlab.kinds.text_to_text.explainer import SequenceExplainer

        return SequenceExplainer(run)

    def cards(self, files: RunFiles) -> Iterable[tuple[str, str, str]]:
        from rnnlab.kinds.text_to_text.sections import cards

        return cards(files)

    def score_table(self, files: RunFiles) -> Sequence[Score]:
        from rnnlab.kinds.text_to_text.sections import score_table

        return score_table(files)

    def sections(self, files: RunFiles) -> Iterable[Section]:
        from rnnlab.kinds.text_to_text.sections import sections

        return sections(files)

    def compare(self, first: FinishedRun, second: FinishedRun, resamples: int, examples: int) -> Comparison:
        from rnnlab.kinds.text_to_text.comparison import compare

        return compare(first, second, resamples, examples)

    def export(self, run: FinishedRun) -> Exportable:
        from rnnlab.kinds.text_to_text.export import exportable

        return exportable(run)

    def open_exported(self, exported: Exported) -> Any:
        from rnnlab.kinds.text_to_text.runtime import Translator

        return Translator.of_export(exported)


KIND = TextToTextKind()
