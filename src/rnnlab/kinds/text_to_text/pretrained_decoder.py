"""Start a decoder from a language model of target texts, `task.pretrained_decoder`."""

from __future__ import annotations

import logging
from typing import Any

import torch
from torch import Tensor

from rnnlab.errors import SettingError
from rnnlab.kinds.lookup import kind_of
from rnnlab.kinds.work import EarlierRun, Facts, Work

log = logging.getLogger("rnnlab")
SETTING = "task.pretrained_decoder"
LAYERS, VECTORS = "decoder.layers.", "target_embedding.vectors.weight"


def start_decoder(work: Work) -> Facts:
    """Copy the layers and vectors of a language model to the decoder; return their source, for result.json.

    Its tokenizer must be that of the target side. The vectors of the two marks, the attention and the output
    layer keep their random start, except an output layer that is tied to the vectors.

    Raises:
        SettingError: no language model's run, one of styles, or another tokenizer or layers of other sizes.
    """
    names = list(work.settings.task.get("pretrained_decoder") or ())
    if not names:
        return {}
    run = work.lab.earlier(str(names[0]), SETTING)
    check_run(run)
    tokenizer = work.data.tokenizer.target
    run.check_tokenizer(tokenizer)
    language: Any = run.network(tokenizer, {"styles": []})
    given = {f"{LAYERS}{name}": weight for name, weight in language.encoder.state_dict().items()}
    given[VECTORS] = language.embedding.vectors.weight
    for member in getattr(work.network, "members", [work.network]):
        take(member, given, run)
    log.info("pretrained decoder: layers and vectors from %s", run.folder.path)
    return {"pretrained_decoder": {"run": str(run.folder.path.absolute())}}


def check_run(run: EarlierRun) -> None:
    """Refuse a run that is no language model's, or reads styles."""
    if not kind_of(run.settings).starts_others:
        rule = f"must be the run of a language model, and this is one of task={run.settings.task.name}"
        raise SettingError(SETTING, run.folder.path, rule)
    if run.settings.model.get("style_size"):
        raise SettingError(SETTING, run.folder.path, "reads styles, which a decoder has not: choose another")


@torch.no_grad()
def take(network: Any, given: dict[str, Tensor], run: EarlierRun) -> None:
    """Copy weights by name; the vectors to the first rows of the target's, before the marks."""
    own: dict[str, Tensor] = {LAYERS + name: w for name, w in network.decoder.layers.state_dict().items()}
    own[VECTORS] = network.target_embedding.vectors.weight[: len(given[VECTORS])]
    for name in sorted({*own, *given}, reverse=True):  # the vectors first, whose size says most
        if name not in own or name not in given:
            whose = "this run's decoder" if name in own else "that run"
            raise SettingError(SETTING, run.folder.path, f"the networks differ: only {whose} has {name}")
        mine, theirs = tuple(own[name].shape), tuple(given[name].shape)
        if mine != theirs:
            rule = f"the networks differ: {name} is {theirs} in that run and {mine} in this one"
            raise SettingError(SETTING, run.folder.path, rule)
    for name, weight in own.items():
        weight.copy_(given[name])
