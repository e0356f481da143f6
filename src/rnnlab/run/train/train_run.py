"""One run, from a config to a folder with its result: build, fit, test the best checkpoint."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytorch_lightning as pl
from omegaconf import DictConfig
from pytorch_lightning.utilities.exceptions import MisconfigurationException

from rnnlab.errors import UserError
from rnnlab.kinds.lookup import kind_of
from rnnlab.kinds.metric import to_json
from rnnlab.kinds.work import Work
from rnnlab.model.size import size_of
from rnnlab.run.build.assemble import (
    Experiment,
    build_data,
    build_network,
    build_task,
    resolved,
    tokenizer_of,
)
from rnnlab.run.build.limits import hand_over
from rnnlab.run.build.machine import ask_kernels, device_name, return_freed, set_threads
from rnnlab.run.build.pretrained import load_pretrained
from rnnlab.run.build.trainer import build_trainer, check_device
from rnnlab.run.build.vectors import build_choice, build_vectors
from rnnlab.run.config.allowed import targets
from rnnlab.run.config.config_dir import FIELD, remember_config_dir
from rnnlab.run.config.saved import naming
from rnnlab.run.config.trust import remember
from rnnlab.run.folder.checkpoint import loading, part_of
from rnnlab.run.folder.code_changes import code_differences
from rnnlab.run.folder.result import Result
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.folder.same_data import check_resumed, check_sweep
from rnnlab.run.lab import work_of
from rnnlab.run.train.companions import companions
from rnnlab.run.train.evaluate import end_pruned, evaluate
from rnnlab.run.train.solved_sizes import keep_sizes, solve_sizes
from rnnlab.run.train.sweep_job import sweep_job
from rnnlab.tokenizer.file import save
from rnnlab.training.callback.get_callback import get_callback
from rnnlab.training.callback.pruning import Pruning
from rnnlab.training.callback.quiet import quiet
from rnnlab.training.callback.signals import SIGNALS
from rnnlab.training.logger.csv import CSVLogger
from rnnlab.training.logger.media import log_config

log = logging.getLogger("rnnlab")


def train(cfg: DictConfig, folder: RunFolder, result: Result, begin: Callable[[], None]) -> None:
    """Train, test the best checkpoint once, and leave everything in the folder.

    Args:
        cfg: the config.
        folder: the run's folder.
        result: the run's result.json.
        begin: writes config and code to the folder; called once the data are known to be the run's own.

    Raises:
        UserError: a setting that only the machine or the data could show to be wrong.
        Interrupted: a signal; checkpoints/last.ckpt holds the state to resume from.
    """
    quiet()
    try:
        experiment = assemble(cfg, folder, result, begin)
    except UserError:
        raise
    except (
        ValueError,
        MisconfigurationException,
    ) as error:  # errors of the parts on settings that do not fit
        raise UserError(str(error)) from error
    if result.primary:
        remember(str(target) for _, target in targets(resolved(cfg)))
        if FIELD in result.fields:
            remember_config_dir(result.fields[FIELD])
    sweep = sweep_job()
    more = {} if sweep is None else {"sweep": {**sweep.fields(), "overrides": result.fields["overrides"]}}
    log_config(experiment.trainer.loggers, resolved(cfg) | more)
    pruning = get_callback(experiment.trainer, Pruning)
    with companions(experiment.trainer):
        return_freed()  # what preparing the data, the vectors and the teachers took
        fit(experiment, folder)
        return_freed()
        if pruning is not None and pruning.pruned:
            end_pruned(experiment, folder, result)
        else:
            evaluate(experiment, cfg, folder, result)


def assemble(cfg: DictConfig, folder: RunFolder, result: Result, begin: Callable[[], None]) -> Experiment:
    """Return all parts of the run, with the data prepared, and log them."""
    threads = set_threads(cfg.threads)
    check_device(cfg)
    pl.seed_everything(cfg.seed, workers=True, verbose=False)
    choice = build_choice(cfg)
    data = build_data(cfg)
    data.prepare()
    check_data(cfg, data, folder, result)
    keep_sizes(cfg, folder)
    begin()
    SIGNALS.check()
    kind, tokenizer = kind_of(cfg), tokenizer_of(cfg, data)
    if tokenizer is not None:
        save(tokenizer, folder.tokenizer)
    work = work_of(cfg, folder, data, kind.facts(data))
    kind.check_data(work)
    work.words = build_vectors(choice, data)
    SIGNALS.check()
    found = {} if work.words is None else {"embedding": work.words.facts()}
    found |= kind.before_network(work)
    solve_sizes(cfg, work, tokenizer, result)
    work.network = build_network(cfg, data, work.words)
    found |= load_pretrained(cfg, tokenizer, work.network)
    work.trainer = build_trainer(cfg, folder.path)
    ask_kernels(work.network, work.trainer)
    hand_over(work.trainer, data)
    found |= kind.before_training(work)
    SIGNALS.check()
    work.task = build_task(cfg, data, work.network)
    result.update(**{name: fields for name, fields in found.items() if fields is not None})
    say(cfg, work, result, threads)
    return Experiment(data, work.network, work.task, work.trainer, work)


def say(cfg: DictConfig, work: Work, result: Result, threads: int) -> None:
    """Record and log the run's data, model and device."""
    kind = kind_of(cfg)
    parameters = sum(p.numel() for p in work.network.parameters())
    size = size_of(work.network)
    device = device_name(work.trainer.strategy.root_device, threads)
    name = result.fields["model"]["name"]
    provenance = {"name": cfg.data.name, **work.data.provenance}
    result.update(
        data=provenance,
        model={"name": name, "parameters": parameters},
        size=size._asdict(),
        device=device,
        threads=threads,
        kind=kind.name,
        facts=work.facts,
        metric_facts=to_json(kind.metrics),
    )
    say_data(provenance)
    log.info("model: %s, %s parameters, on %s", name, f"{parameters:,}", device)
    if size.operations_per_token:
        counts = f"{size.state_size:,}", f"{size.operations_per_token:,}"
        log.info("size: %s numbers of state a row, %s multiply-adds a step of the layers", *counts)


def check_data(cfg: DictConfig, data: Any, folder: RunFolder, result: Result) -> None:
    """Refuse data that the run or its sweep did not begin with; warn where the code has changed since."""
    check_resumed(data, folder, result.before)
    sweep = sweep_job()
    if sweep is not None:
        check_sweep(data, cfg, sweep.folder)
    if folder.last.is_file():
        for line in code_differences(result.before.get("git"), folder):
            log.warning("%s: what follows is trained by other code than what came before", line)


def say_data(provenance: dict[str, Any]) -> None:
    rows = ", ".join(f"{split} {count:,}" for split, count in provenance["rows"].items())
    log.info("data: %s from %s (%s)", provenance["name"], provenance["source"], rows)
    for note in provenance["notes"]:
        log.info("note: %s", note)


def fit(experiment: Experiment, folder: RunFolder) -> None:
    """Train from the last checkpoint where there is one, else from the start."""
    checkpoint = folder.last if folder.last.is_file() else None
    step = 0
    if checkpoint is not None:
        with naming("resume"):
            step = int(part_of(checkpoint, "global_step"))
        log.info("going on after step %d", step)
    for logger in experiment.trainer.loggers:
        if isinstance(logger, CSVLogger):
            logger.truncate_after(step)
    fit = experiment.trainer.fit
    fit(experiment.task, datamodule=experiment.data, **loading(fit, checkpoint))
