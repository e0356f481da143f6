"""Pretraining of embedding and encoder on text alone, before the training: `pretraining=`."""

from __future__ import annotations

import logging
from typing import Any

from rnnlab.data.cache import Split
from rnnlab.data.documents import merged, without
from rnnlab.kinds.work import Work

log = logging.getLogger("rnnlab")


def pretrain(work: Work) -> dict[str, Any] | None:
    """Start every member of the network from the pretrained weights; return facts for `result.json`, or None.

    Reads the train rows and the texts without labels, except those that are validation or test rows too.
    """
    cfg, data = work.settings, work.data
    if not cfg.get("pretraining"):
        return None
    settings = work.lab.make(cfg.pretraining, {})
    changed = {name: getattr(settings, name) for name in ("embedding_dropout", "word_dropout")}
    learned = settings.learned(
        lambda: work.lab.member(changed),
        text_of(data),
        work.lab.plain("model.encoder"),
        data.cache_dir,
        work.trainer.strategy.root_device,
        cfg.trainer.precision in ("bf16-mixed", "bf16"),  # two names for the same precision
    )
    for member in getattr(work.network, "members", [work.network]):
        member.load_state_dict({**member.state_dict(), **learned.weights})
    say(learned.facts)
    return learned.facts


def text_of(data: Any) -> Split:
    """Return the text to pretrain on, without the rows that validate and test."""
    more = data.unlabelled() if getattr(data, "train_rows", None) is None else None
    held = [data.encoded(split) for split in ("validation", "test")]
    return merged(data.encoded("train"), None if more is None else without(more, held))


def say(facts: dict[str, Any]) -> None:
    start, end = (" and ".join(f"{value:.3f}" for value in facts["nats"][name]) for name in ("start", "end"))
    took = "from the cache" if facts["cached"] else f"{facts['seconds']:.0f} s"
    log.info("regions: %s nats a word, by frequency alone %s (%s: %s)", end, start, took, facts["folder"])
