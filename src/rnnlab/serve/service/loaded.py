"""A run loaded into the service: its name there, and its abilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnnlab.explain.attribution import explain_text
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.kinds.use import TEXT
from rnnlab.report.names import tested_prefix
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.serve.service.batcher import Batcher, Workers
from rnnlab.serve.service.engine import Engine, engine_of
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.metrics import Metrics
from rnnlab.serve.service.writer import Writer

WARM = "Sooo gooood!!! 😂 :-) #BestDayEver @you &amp; me http://a.org don't"  # needs every table


class Loaded:
    """An opened run, ready to answer.

    Attributes:
        engine: computes outputs; answerer: the engine's, for a run that answers rows, else None.
        methods: of explanations, the default first; empty for a kind that has none.
    """

    def __init__(self, name: str, run: OpenRun, engine: Engine | None = None) -> None:
        self.name, self.run = name, run
        self.engine = engine or engine_of(run)
        self.answerer = None if self.engine.answerer is None else self.engine.answerer.serving()
        self.methods = run.explainer.methods if "explain" in run.problem.commands else ()
        self.batcher: Batcher | None = None

    def start(self, workers: Workers, limits: Limits, metrics: Metrics) -> None:
        """Start the batcher of a run that answers rows, from the event loop."""
        if self.answerer is not None:
            batcher = Batcher(self.answerer, workers, limits, metrics.batch(self.name))
            batcher.start()
            metrics.watch_queue(self.name, lambda: len(batcher))
            self.batcher = batcher

    def warm_up(self) -> None:
        """Load the weights, so that the first client does not wait for them."""
        if self.answerer is not None:
            free = self.answerer.reads == TEXT and self.answerer.free_text
            row = WARM if free else self.answerer.example
            self.answerer([row] if row else [])
        else:
            self.writer(WARM, 2, Decoding(), 0).write(2)

    def writer(self, prompt: str, length: int, decoding: Decoding, seed: int) -> Writer:
        """Return the writer of a run that generates text."""
        assert self.engine.write is not None
        return self.engine.write(prompt, length, decoding, seed)

    def explain(self, text: str, method: str) -> dict[str, Any]:
        """Return the fields of `schemas.ExplainAnswer`. Raises SettingError for a method not available."""
        found = explain_text(self.run, text, method)
        names = ("method", "signed", "label", "probability", "text", "tokens", "scores", "left_out")
        lists = {name: [list(one) for one in getattr(found, name)] for name in ("spans", "weights")}
        plain = {name: getattr(found, name) for name in names}
        return {"run": self.name, **plain, **lists, "outputs": list(found.outputs)}

    def describe(self) -> dict[str, Any]:
        """Return the fields of `run_schemas.LoadedRun`."""
        prefix = tested_prefix(self.run.result)
        metrics = {k: float(v) for k, v in self.run.metrics.items() if k.startswith(prefix) and v == v}
        return {
            "name": self.name,
            "task": self.run.task,
            "model": self.run.model,
            "kind": self.run.kind,
            "engine": self.engine.name,
            "reads": None if self.answerer is None else self.answerer.reads,
            "example": None if self.answerer is None else self.answerer.example,
            "route": "" if self.answerer is None else self.answerer.route,
            "streams": self.answerer is not None and self.answerer.streams,
            "series": self._series(),
            "classes": list(self.run.classes),
            "methods": list(self.methods),
            "metrics": metrics,
        }

    def _series(self) -> dict[str, Any] | None:
        form = None if self.answerer is None else self.answerer.series
        return None if form is None else form._asdict()


def named(runs: Sequence[OpenRun]) -> dict[str, OpenRun]:
    """Name each run by its task and model, `tweets-gru`, and number later ones of the same name."""
    found: dict[str, OpenRun] = {}
    for run in runs:
        first = name = f"{run.task}-{run.model}"
        number = 2
        while name in found:
            name, number = f"{first}-{number}", number + 1
        found[name] = run
    return found
