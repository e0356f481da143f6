"""Regression as a kind of problem: predict one number for a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnlab.kinds.metric import Metric
from rnnlab.kinds.regression.settings import RULES, check_settings
from rnnlab.kinds.row_answers import TextAnswers
from rnnlab.kinds.row_kind import RowKind
from rnnlab.kinds.work import Facts, Outputs, Settings, Work

if TYPE_CHECKING:
    from rnnlab.explain.explainer import Explainer
    from rnnlab.export.exportable import Exportable
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.baselines import Baseline
    from rnnlab.kinds.usable import Exported
    from rnnlab.kinds.use import Answerer
    from rnnlab.report.page.files import RunFiles
    from rnnlab.report.page.parts import Section

FIELDS = {"predicted": float}


class RegressionKind(RowKind):
    """Texts with a number each; the network gives numbers (B, 1) in the labels' unit.

    Its facts are padding and those of `rnnlab.kinds.regression.facts`.
    """

    name = "regression"
    noun = "a regression model"
    needs = "texts with a number each"
    commands = RowKind.commands | {"export", "explain"}
    rules = RULES
    metrics = (
        Metric("loss", lower_is_better=True, splits=("train",)),
        Metric("mae", lower_is_better=True, interval=True),
        Metric("rmse", lower_is_better=True, interval=True),
        Metric("r2", interval=True),
        Metric("spearman", interval=True),
    )

    def check(self, settings: Settings) -> None:
        check_settings(settings)

    def before_prepare(self, settings: Settings, data: Any) -> None:
        from rnnlab.data.numbers import Numbers

        data.read_as(Numbers)

    def facts(self, data: Any) -> Facts:
        from rnnlab.kinds.regression.facts import facts_of

        return {**data.facts, **facts_of(data.targets("train"))}

    def expected_facts(self, settings: Settings) -> Facts:
        from rnnlab.kinds.regression.facts import expected_facts

        return {"padding": settings.data.get("padding", "post"), **expected_facts()}

    def network_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        from rnnlab.kinds.regression.facts import network_settings

        return network_settings(settings, facts)

    def check_data(self, work: Work) -> None:
        from rnnlab.kinds.regression.facts import check_levels

        check_levels(work.settings, work.facts)

    def scores(self, columns: Mapping[str, np.ndarray]) -> Mapping[str, float]:
        from rnnlab.kinds.regression.scores import scores

        return scores(columns["label"], columns["predicted"])

    def label(self, cell: str) -> float:
        from rnnlab.data.numbers import Reals

        found = Reals().find(cell)
        if found is None:
            raise ValueError(cell)
        return found

    def outputs(self, work: Work, chosen: Any, result: Mapping[str, Any]) -> Outputs:
        from rnnlab.kinds.regression.sections import farthest_rows

        outputs = super().outputs(work, chosen, result)
        outputs.tables["predictions"] = partial(farthest_rows, work.folder.predictions)
        return outputs

    def baselines(self) -> Sequence[Baseline]:
        from rnnlab.kinds.regression.baselines import BASELINES

        return BASELINES

    def answer(self, run: FinishedRun, options: Mapping[str, Any]) -> Answerer:
        return TextAnswers.of_run(run, number_of, FIELDS)

    def export(self, run: FinishedRun) -> Exportable:
        from rnnlab.kinds.regression.export import exportable

        return exportable(run)

    def open_exported(self, exported: Exported) -> Any:
        return TextAnswers.of_export(exported, number_of, FIELDS)

    def explain(self, run: FinishedRun) -> Explainer:
        from rnnlab.kinds.row_explainer import NumberExplainer

        return NumberExplainer(run, "the number")

    def sections(self, files: RunFiles) -> Iterable[Section]:
        from rnnlab.kinds.regression.sections import sections

        return [*super().sections(files), *sections(files)]


def number_of(output: np.ndarray) -> dict[str, float]:
    """Return the answer to a row from the network's output (1,)."""
    return {"predicted": float(output[0])}


KIND = RegressionKind()
