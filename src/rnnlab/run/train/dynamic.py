"""Dynamic evaluation of a language model: settings chosen on the validation text, the test read once."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import torch
from omegaconf import DictConfig

from rnnlab.data.batch import Window
from rnnlab.data.running import SHARED
from rnnlab.kinds.language_modeling.dynamic_evaluation import (
    Adaptation,
    dynamic_nats,
    gradient_roots,
    segments_of,
)
from rnnlab.run.build.assemble import Experiment

log = logging.getLogger("rnnlab")
ALL = -1


class Dynamic(NamedTuple):
    """metrics: `test/nats_dynamic` and so on; chosen: what the validation chose, for `result.json`."""

    metrics: dict[str, float]
    chosen: dict[str, Any]


def add_dynamic(cfg: DictConfig, experiment: Experiment, fields: dict[str, Any]) -> dict[str, float]:
    """The metrics of a run that asks for them, none of others; what was chosen goes into `fields`."""
    settings = cfg.task.get("dynamic_evaluation")
    if settings is None or not settings.enabled:
        return {}
    dynamic = dynamic_evaluation(settings, experiment.task.network, experiment.data)
    fields["dynamic_evaluation"] = dynamic.chosen
    return dynamic.metrics


def dynamic_evaluation(settings: DictConfig, network: torch.nn.Module, data: Any) -> Dynamic:
    """Every rate with every decay on the start of the validation text, then the best of them on the test.

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
