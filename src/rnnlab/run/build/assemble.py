"""The assembler: text and tokenizer, then data, then vectors, then model, then task, then trainer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from hydra.utils import get_class, instantiate
from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.kinds.classification.prior import target_prior, trained_prior
from rnnlab.run.build.make import make
from rnnlab.run.build.pretrained import starting_tokenizer
from rnnlab.run.build.vectors import Words
from rnnlab.run.config.check_objective import wants_unlabelled
from rnnlab.run.config.rules_task import NOT_THE_TASKS
from rnnlab.training.optimizer.groups import grouped

if TYPE_CHECKING:
    import pytorch_lightning as pl

    from rnnlab.tokenizer import Tokenizer


@dataclass
class Experiment:
    """The parts of one run."""

    data: Any
    network: torch.nn.Module
    task: Any
    trainer: pl.Trainer


def build_data(cfg: DictConfig, tokenizer: Tokenizer | None = None) -> Any:
    """The data module around a cleaner and a tokenizer, not yet prepared.

    Args:
        tokenizer: a trained one; None takes that of `pretrained=` where it is kept, else an untrained one.
    """
    classifies = hasattr(get_class(cfg.data._target_), "split_texts")
    if classifies != cfg.task._target_.endswith(".Classification"):
        need = "a running text" if classifies else "labelled texts"
        have = "labelled texts" if classifies else "a running text"
        raise SettingError("data", cfg.data.name, f"task={cfg.task.name} needs {need}, and this is {have}")
    sampling = {"sampling": cfg.task.sampling} if "sampling" in cfg.task else {}
    tokenizer = tokenizer or starting_tokenizer(cfg) or make(cfg.tokenizer)
    data = make(cfg.data, tokenizer=tokenizer, cleaner=make(cfg.text), **sampling)
    if wants_unlabelled(cfg):
        data.unlabelled_share = cfg.objective.unlabelled_share
    return data


def build_network(cfg: DictConfig, data: Any, words: Words) -> torch.nn.Module:
    """The network for data that are prepared; `model.members` of them in one where that is more than 1."""
    if ("sentence_encoder" in cfg.model) != hasattr(data.tokenizer, "sentence_id"):  # of tokenizer=saved
        rule = "this file does not fit: model=hierarchical and a tokenizer of sentences need each other"
        raise SettingError("tokenizer.path", cfg.tokenizer.get("path"), rule)
    members = cfg.model.get("members", 1)
    if not hasattr(data, "num_classes") or members == 1:
        return build_member(cfg, data, words)
    from rnnlab.model.ensemble import Ensemble

    return Ensemble([build_member(cfg, data, words) for _ in range(members)])


def build_member(cfg: DictConfig, data: Any, words: Words) -> torch.nn.Module:
    """One network, which reads given vectors at their own size, whatever `model.embedding_size` says."""
    size = words.size()
    parts: dict[str, Any] = styles_of(cfg, data)
    beside = parts.get("style_size", 0)
    if size is not None:
        parts["embedding_size"] = size
    if size is None and not beside:
        parts["encoder"] = make(cfg.model.encoder)
    else:
        read = cfg.model.embedding_size if size is None else size
        parts["encoder"] = make(cfg.model.encoder, input_size=read + beside)
    if "sentence_encoder" in cfg.model:
        parts["sentence_encoder"] = instantiate(cfg.model.sentence_encoder)
    if hasattr(data, "num_classes"):
        parts |= {"num_classes": data.num_classes, "padding": data.padding}
    vocab_size = data.tokenizer.vocab_size
    network: torch.nn.Module = make(
        cfg.task.network, vocab_size=vocab_size, pretrained=words.pretrained(), **parts
    )
    return network


def styles_of(cfg: DictConfig, data: Any) -> dict[str, int]:
    """The number of styles and the size of their vectors; nothing where `model.style_size` asks for none."""
    size = cfg.model.get("style_size", 0)
    if not size:
        return {}
    styles = getattr(data, "styles", ())
    if not styles:
        rule = f"needs texts of several styles, and data={cfg.data.name} has none: choose data=styles"
        raise SettingError("model.style_size", size, rule)
    return {"styles": len(styles), "style_size": size}


def build_task(cfg: DictConfig, data: Any, network: torch.nn.Module) -> Any:
    """The LightningModule: loss, metrics, optimizer and scheduler around the network."""
    settings = {k: v for k, v in resolved(cfg.task).items() if k not in NOT_THE_TASKS}
    extra = class_settings(cfg.task, data) if hasattr(data, "classes") else {}
    if getattr(data, "styles", ()):
        extra["styles"] = data.styles
    settings_of_groups = (tuple(cfg.task.get("no_decay") or ()), cfg.task.get("layer_decay"))
    optimizer = partial(grouped, instantiate(cfg.optimizer), network, *settings_of_groups)
    scheduler = make(cfg.scheduler)
    return make(settings, network=network, optimizer=optimizer, scheduler=scheduler, **extra)


def class_settings(task: DictConfig, data: Any) -> dict[str, Any]:
    """What the task has to know of the classes: names, weights, the balance of training and that to go to."""
    counts = data.class_counts
    weights = class_weights(task.class_weights, counts)
    wanted = list(task.prior) if OmegaConf.is_list(task.prior) else task.prior
    prior = target_prior(wanted, counts)
    trained = trained_prior(counts, weights, task.sampling == "balanced")
    return {"classes": data.classes, "class_weights": weights, "prior": prior, "trained_prior": trained}


def class_weights(setting: Any, counts: list[int]) -> list[float] | None:
    """A weight a class; `balanced` is rows / (classes x rows of the class): the mean over rows is 1."""
    if setting is None:
        return None
    if setting == "balanced":
        return [
            sum(counts) / (len(counts) * max(count, 1)) for count in counts
        ]  # an absent class never counts
    if len(setting) != len(counts):
        raise SettingError("task.class_weights", setting, f"must have {len(counts)} weights, one a class")
    return [float(weight) for weight in setting]


def resolved(cfg: DictConfig) -> dict[str, Any]:
    """The config as plain containers, every interpolation resolved."""
    container = OmegaConf.to_container(cfg, resolve=True)
    assert isinstance(container, dict)
    return {str(key): value for key, value in container.items()}
