"""The assembler: text and tokenizer, then data, then vectors, then model, then task, then trainer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from hydra.utils import get_class, instantiate
from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.kinds.lookup import kind_of
from rnnlab.kinds.work import OF_THE_LAB, Facts
from rnnlab.run.build.make import make
from rnnlab.run.build.pretrained import starting_tokenizer
from rnnlab.run.build.vectors import AnyWords
from rnnlab.training.optimizer.groups import grouped

if TYPE_CHECKING:
    import pytorch_lightning as pl
    import torch

    from rnnlab.tokenizer import Tokenizer


@dataclass
class Experiment:
    """The parts of one run."""

    data: Any
    network: torch.nn.Module
    task: Any
    trainer: pl.Trainer
    work: Any  # as a kind sees it, `rnnlab.kinds.work.Work`


def build_data(cfg: DictConfig, tokenizer: Tokenizer | None = None) -> Any:
    """Return the data module, not yet prepared, with a cleaner and a tokenizer where the config has them.

    Args:
        tokenizer: a trained one; None takes that of `pretrained=` where it is kept, else an untrained one.
    """
    kind = kind_of(cfg)
    kind.check_served(cfg, get_class(cfg.data._target_))
    parts = kind.data_settings(cfg)
    if cfg.get("tokenizer"):
        parts["tokenizer"] = tokenizer or starting_tokenizer(cfg) or make(cfg.tokenizer)
    if cfg.get("text"):
        parts["cleaner"] = make(cfg.text)
    own = kind.own_data_settings
    node = {k: v for k, v in resolved(cfg.data).items() if k not in own} if own else cfg.data
    data = make(node, **parts)
    kind.before_prepare(cfg, data)
    return data


def tokenizer_of(cfg: DictConfig, data: Any) -> Tokenizer | None:
    """Return the trained tokenizer of prepared data; None where they are not text."""
    tokenizer: Tokenizer | None = data.tokenizer if cfg.get("tokenizer") else None
    return tokenizer


def build_network(cfg: DictConfig, data: Any, words: AnyWords | None) -> torch.nn.Module:
    """Return the network for prepared data; an ensemble of `model.members` where that is more than 1."""
    return network_of(cfg, kind_of(cfg).facts(data), tokenizer_of(cfg, data), words)


def network_of(
    cfg: DictConfig, facts: Facts, tokenizer: Tokenizer | None, words: AnyWords | None
) -> torch.nn.Module:
    """Return the network for the facts of its data.

    Args:
        tokenizer, words: the trained tokenizer and the word vectors; None for data that are no text.
    """
    if tokenizer is not None:  # of tokenizer=saved
        marks = getattr(tokenizer, "sentence_id", None) is not None
        if ("sentence_encoder" in cfg.model) != marks:
            rule = "this file does not fit: model=hierarchical and a tokenizer of sentences need each other"
            raise SettingError("tokenizer.path", cfg.tokenizer.get("path"), rule)
    vocab_size = None if tokenizer is None else tokenizer.vocab_size
    members = cfg.model.get("members", 1)
    if members == 1:
        return build_member(cfg, facts, vocab_size, words)
    return kind_of(cfg).ensemble(cfg, [build_member(cfg, facts, vocab_size, words) for _ in range(members)])


def build_member(
    cfg: DictConfig, facts: Facts, vocab_size: int | None, words: AnyWords | None
) -> torch.nn.Module:
    """Return one network; given vectors keep their own size, whatever `model.embedding_size` is."""
    kind = kind_of(cfg)
    parts = kind.network_settings(cfg, facts)
    own = None
    if words is not None:
        size = words.size()
        own = cfg.model.embedding_size if size is None else size
        parts |= {"vocab_size": vocab_size, "pretrained": words.pretrained()}
        parts |= {} if size is None else {"embedding_size": size}
    read = kind.input_size(cfg, facts, own)
    as_it_is = words is not None and read == cfg.model.embedding_size
    parts["encoder"] = make(cfg.model.encoder, **({} if as_it_is else {"input_size": read}))
    if "sentence_encoder" in cfg.model:
        parts["sentence_encoder"] = instantiate(cfg.model.sentence_encoder)
    network: torch.nn.Module = make(cfg.task.network, **parts)
    return network


def build_task(cfg: DictConfig, data: Any, network: torch.nn.Module) -> Any:
    """Return the LightningModule: loss, metrics, optimizer and scheduler around the network."""
    kind = kind_of(cfg)
    settings = {k: v for k, v in resolved(cfg.task).items() if k not in OF_THE_LAB | kind.own_settings}
    extra = kind.task_settings(cfg, kind.facts(data)) | kind.task_parts(data)
    settings_of_groups = (tuple(cfg.task.get("no_decay") or ()), cfg.task.get("layer_decay"))
    optimizer = partial(grouped, instantiate(cfg.optimizer), network, *settings_of_groups)
    scheduler = make(cfg.scheduler)
    return make(settings, network=network, optimizer=optimizer, scheduler=scheduler, **extra)


def resolved(cfg: DictConfig) -> dict[str, Any]:
    """Return the config as plain containers, every interpolation resolved."""
    container = OmegaConf.to_container(cfg, resolve=True)
    assert isinstance(container, dict)
    return {str(key): value for key, value in container.items()}
