"""Dynamic evaluation of a language model: settings chosen on the validation text, the test read once."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import torch

from rnnlab.data.batch import Window
from rnnlab.data.running import SHARED
from rnnlab.kinds.language_modeling.dynamic_evaluation import (
    Adaptation,
    dynamic_nats,
    gradient_roots,
    segments_of,
)
from rnnlab.kinds.language_modeling.ngram_mixture import ngram_mixture
from rnnlab.kinds.work import Outputs, Settings, Work

log = logging.getLogger("rnnlab")
ALL = -1


class Dynamic(NamedTuple):
    """metrics: `test/nats_dynamic` and so on; chosen: what the validation chose, for `result.json`."""

    metrics: dict[str, float]
    chosen: dict[str, Any]


def further_tests(work: Work) -> Outputs:
    """Test a running text as one stream and, where the run asks for it, mixed with n-grams and by dynamic
    evaluation.
    """
    found, chosen = Outputs(), work.settings.task
    if work.data.running:
        found.metrics |= work.task.evaluate_stream(work.data.stream_dataloader("test"))
    mixture = chosen.get("ngram_mixture")
    if mixture is not None and mixture.enabled:
        mixed = ngram_mixture(mixture, work.task, work.data)
        found.metrics |= mixed.metrics
        found.facts |= mixed.facts
    settings = chosen.get("dynamic_evaluation")
    if work.data.running and settings is not None and settings.enabled:
        dynamic = dynamic_evaluation(settings, work.task.network, work.data)
        found.metrics |= dynamic.metrics
        found.facts["dynamic_evaluation"] = dynamic.chosen
    return found


def dynamic_evaluation(settings: Settings, network: torch.nn.Module, data: Any) -> Dynamic:
    """Try every rate with every decay on the start of the validation text, and test with the best of them.

    The network has its own weights again at the end.
    """
    device = next(network.parameters()).device

    def segments(split: str, most: int) -> Iterator[Window]:
        return segments_of(data.stream_dataloader(split), settings.segment, device, most)

    roots = None
    if settings.rule == "rms":
        roots = gradient_roots(network, segments("train", settings.training_segments))
    tried: dict[Adaptation, float] = {}
    for rate, decay in product(settings.learning_rates, settings.decays):
        adaptation = Adaptation(settings.rule, float(rate), float(decay), settings.epsilon)
        nats = dynamic_nats(network, segments("validation", settings.validation_segments), adaptation, roots)
        loss = nats.metrics("dynamic")["nats_dynamic"]
        log.info("dynamic evaluation: learning rate %g, decay %g: validation nats %.4f", rate, decay, loss)
        tried[adaptation] = loss if math.isfinite(loss) else math.inf
    best = min(tried, key=tried.__getitem__)
    metrics = dynamic_nats(network, segments("test", ALL), best, roots).metrics("dynamic")
    if data.provenance["notes"] and SHARED in data.provenance["notes"]:
        log.info("dynamic evaluation: chosen on the start of the text that it reports on; %s", SHARED)
    chosen = {**best._asdict(), "segment": settings.segment, "validation_nats": tried[best]}
    return Dynamic({f"test/{name}": value for name, value in metrics.items()}, chosen)
