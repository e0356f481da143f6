"""The assembler: tokenizer, then data, then model, then task, then trainer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError

if TYPE_CHECKING:
    import pytorch_lightning as pl

# Keys of conf/task that the assembler or the end of a run reads; the rest are the task's own arguments.
NOT_THE_TASKS = {"name", "network", "samples", "class_weights"}


@dataclass
class Experiment:
    """The parts of one run."""

    data: Any
    network: torch.nn.Module
    task: Any
    trainer: pl.Trainer


def make(node: Any, **parts: Any) -> Any:
    """The object that a config node names, from its keys and parts that are objects already.

    Objects do not pass through Hydra's own call, which would turn dataclasses and lists into configs.
    """
    maker: Any = instantiate(node, _partial_=True, _convert_="all")
    return maker(**parts)


def build_data(cfg: DictConfig) -> Any:
    """The data module around a cleaner and an untrained tokenizer, not yet prepared."""
    data = make(cfg.data, tokenizer=make(cfg.tokenizer), cleaner=make(cfg.text))
    classifies = hasattr(type(data), "split_texts")
    if classifies != cfg.task._target_.endswith(".Classification"):
        need = "a running text" if classifies else "labelled texts"
        have = "labelled texts" if classifies else "a running text"
        raise SettingError("data", cfg.data.name, f"task={cfg.task.name} needs {need}, and this is {have}")
    return data


def build_network(cfg: DictConfig, data: Any) -> torch.nn.Module:
    """Embedding, encoder and head for data that are prepared."""
    encoder = make(cfg.model.encoder)
    sizes = {"vocab_size": data.tokenizer.vocab_size}
    if hasattr(data, "num_classes"):
        sizes["num_classes"] = data.num_classes
    network: torch.nn.Module = make(cfg.task.network, encoder=encoder, **sizes)
    return network


def build_task(cfg: DictConfig, data: Any, network: torch.nn.Module) -> Any:
    """The LightningModule: loss, metrics, optimizer and scheduler around the network."""
    settings = {k: v for k, v in cfg.task.items() if k not in NOT_THE_TASKS}
    extra: dict[str, Any] = {}
    if hasattr(data, "classes"):
        extra = {
            "classes": data.classes,
            "class_weights": class_weights(cfg.task.class_weights, data.class_counts),
        }
    optimizer, scheduler = instantiate(cfg.optimizer), make(cfg.scheduler)
    return make(settings, network=network, optimizer=optimizer, scheduler=scheduler, **extra)


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


def build_trainer(cfg: DictConfig, folder: Path) -> pl.Trainer:
    """The trainer with its callbacks and loggers; metrics.csv is always among them."""
    from pytorch_lightning.callbacks import ProgressBar

    from rnnlab.logger.csv import CSVLogger

    callbacks = [make(c) for c in (cfg.callback or {}).values() if c is not None]
    if not cfg.trainer.enable_progress_bar:  # Lightning takes the two for a contradiction
        callbacks = [c for c in callbacks if not isinstance(c, ProgressBar)]
    loggers = [make(c) for c in (cfg.logger or {}).values() if c is not None]
    if not any(isinstance(logger, CSVLogger) for logger in loggers):
        loggers.insert(0, CSVLogger(str(folder)))
    trainer: pl.Trainer = make(
        cfg.trainer,
        callbacks=callbacks,
        logger=loggers,
        default_root_dir=str(folder),
        enable_model_summary=False,
    )
    return trainer


def check_device(cfg: DictConfig) -> None:
    """Refuse an accelerator that this machine lacks, before data are read."""
    accelerator = cfg.trainer.get("accelerator")
    there: dict[str, Callable[[], bool]] = {
        "gpu": torch.cuda.is_available,
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
    }
    if accelerator in there and not there[accelerator]():
        present = ["cpu", *(name for name in ("gpu", "mps") if there[name]())]
        raise SettingError(
            "trainer", accelerator, f"this machine has no {accelerator}; there are: {', '.join(present)}"
        )


def resolved(cfg: DictConfig) -> dict[str, Any]:
    """The config as plain containers, every interpolation resolved."""
    container = OmegaConf.to_container(cfg, resolve=True)
    assert isinstance(container, dict)
    return {str(key): value for key, value in container.items()}
