"""The stage before a training in which embedding and encoder learn from text alone: `pretraining=`."""

from __future__ import annotations

import logging
from typing import Any

import torch
from omegaconf import DictConfig, OmegaConf

from rnnlab.data.cache import Split
from rnnlab.data.documents import merged, without
from rnnlab.run.build.assemble import build_member
from rnnlab.run.build.make import make
from rnnlab.run.build.vectors import Words

log = logging.getLogger("rnnlab")


def pretrain(
    cfg: DictConfig, data: Any, words: Words, network: torch.nn.Module, device: torch.device
) -> dict[str, Any] | None:
    """Every member of the network starts from what was learned; facts for `result.json`, or None.

    Read are the train rows and the texts without labels, but those that are validation or test rows too.
    """
    if not cfg.get("pretraining"):
        return None
    settings = make(cfg.pretraining)
    changed = {name: getattr(settings, name) for name in ("embedding_dropout", "word_dropout")}
    own = OmegaConf.merge(cfg, {"model": {**changed, "members": 1}})
    encoder: Any = OmegaConf.to_container(cfg.model.encoder, resolve=True)
    learned = settings.learned(
        lambda: build_member(own, data, words),  # type: ignore[arg-type]
        text_of(data),
        encoder,
        data.cache_dir,
        device,
        cfg.trainer.precision in ("bf16-mixed", "bf16"),  # two names for the same precision
    )
    for member in getattr(network, "members", [network]):
        member.load_state_dict({**member.state_dict(), **learned.weights})
    say(learned.facts)
    return learned.facts


def text_of(data: Any) -> Split:
    """What may be read without a look at what validates and tests."""
    more = data.unlabelled() if getattr(data, "train_rows", None) is None else None
    held = [data.encoded(split) for split in ("validation", "test")]
    return merged(data.encoded("train"), None if more is None else without(more, held))


def say(facts: dict[str, Any]) -> None:
    start, end = (" and ".join(f"{value:.3f}" for value in facts["nats"][name]) for name in ("start", "end"))
    took = "from the cache" if facts["cached"] else f"{facts['seconds']:.0f} s"
    log.info("regions: %s nats a word, by frequency alone %s (%s: %s)", end, start, took, facts["folder"])
