"""The end of a run: test the best checkpoint, and write the results that people look at."""

from __future__ import annotations

import logging
from typing import Any

import pytorch_lightning as pl
from omegaconf import DictConfig

from rnnlab.kinds.lookup import kind_of
from rnnlab.kinds.work import Outputs
from rnnlab.report.figures import curve_figures
from rnnlab.report.limited import parts_of
from rnnlab.report.names import tested_prefix
from rnnlab.report.page.write import write_report
from rnnlab.report.tables import run_table
from rnnlab.run.build.assemble import Experiment
from rnnlab.run.build.limits import has_test, read_parts, training_part
from rnnlab.run.folder.checkpoint import loading
from rnnlab.run.folder.report_files import files_of
from rnnlab.run.folder.result import Result
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.train.baselines import measured, to_log
from rnnlab.run.train.finished_media import show_finished
from rnnlab.training.callback.checkpoint import BestCheckpoint
from rnnlab.training.callback.get_callback import get_callback
from rnnlab.training.callback.throughput import Throughput
from rnnlab.training.logger.csv import CSVLogger
from rnnlab.training.logger.media import log_checkpoints, log_figure, log_summary, log_table, log_text

log = logging.getLogger("rnnlab")


def evaluate(experiment: Experiment, cfg: DictConfig, folder: RunFolder, result: Result) -> None:
    """Test the best checkpoint, write the kind's outputs, and end the result."""
    trainer, task, work, kind = experiment.trainer, experiment.task, experiment.work, kind_of(cfg)
    trained = training_facts(trainer)
    metrics = best_validation(experiment)
    chosen = kind.before_test(work)
    trainer.test(task, datamodule=experiment.data, verbose=False, **loading(trainer.test, folder.best))
    found = {name: float(value) for name, value in trainer.callback_metrics.items() if "test/" in name}
    further = kind.after_test(work)
    if not trainer.is_global_zero:
        return
    trained["limited"] = trained.get("limited", {}) | read_parts(experiment.data)
    result.fields.update(trained)
    draw_curves(cfg, folder, result)
    outputs = kind.outputs(work, chosen, result.fields)
    metrics |= named(experiment, found | further.metrics | outputs.metrics)
    trained |= further.facts | outputs.facts
    baselines = measured(cfg, experiment, metrics, tested_prefix(result.fields))
    trained |= {"baselines": baselines} if baselines else {}
    show_outputs(experiment, folder, result, metrics | to_log(baselines), outputs)
    result.end("finished", metrics=metrics, **trained)
    show_finished(trainer.loggers, folder, trainer.global_step)
    write_page(cfg, experiment, folder)
    log.info("\n%s", run_table(result.fields, folder.path))


def named(experiment: Experiment, metrics: dict[str, float]) -> dict[str, float]:
    """Rename final `test/` metrics to `val/` where no test rows or text are held out."""
    if has_test(experiment.data):
        return metrics
    return {name.replace("test/", "val/", 1): value for name, value in metrics.items()}


def draw_curves(cfg: DictConfig, folder: RunFolder, result: Result) -> None:
    """Draw the curves of metrics.csv as PNG files, where wanted: to load matplotlib alone takes a second."""
    if cfg.get("figures", True):
        curve_figures(folder.metrics, folder.figures, result.fields.get("metric_facts") or ())


def write_page(cfg: DictConfig, experiment: Experiment, folder: RunFolder) -> None:
    """Write report.html and upload checkpoints to W&B, where wanted; an unwritable page fails no run."""
    if cfg.get("report"):
        try:
            write_report(files_of(folder.path), folder.report)
        except OSError as error:
            log.warning("report.html cannot be written: %s", error)
    log_checkpoints(experiment.trainer.loggers, [folder.best, folder.last])


def end_pruned(experiment: Experiment, folder: RunFolder, result: Result) -> None:
    """End the result of a run that its sweep's pruner ended: curves and its best validation, no test."""
    trainer, metrics = experiment.trainer, best_validation(experiment)
    if not trainer.is_global_zero:
        return
    draw_curves(experiment.work.settings, folder, result)
    log_summary(trainer.loggers, metrics)
    result.end("pruned", metrics=metrics, **training_facts(trainer))
    log.info("pruned by its sweep after %d epochs: %s", trainer.current_epoch, metrics)


def training_facts(trainer: pl.Trainer) -> dict[str, Any]:
    """Return epochs, steps and speed of the training, and the part of an epoch that it read."""
    facts: dict[str, Any] = {"epochs": trainer.current_epoch, "steps": trainer.global_step}
    facts["limited"] = training_part(trainer)
    throughput = get_callback(trainer, Throughput)
    if throughput is not None:
        facts["tokens_per_second"] = round(throughput.tokens_per_second)
        facts["training_seconds"] = round(throughput.seconds, 3)
    return facts


def best_validation(experiment: Experiment) -> dict[str, float]:
    """Return the monitored metric at the best checkpoint."""
    best = get_callback(experiment.trainer, BestCheckpoint)
    return {} if best is None or best.best_model_score is None else {best.monitor: best.best_model_score}


def show_outputs(
    experiment: Experiment, folder: RunFolder, result: Result, metrics: dict[str, float], outputs: Outputs
) -> None:
    """Show figures, texts, tables and final numbers in each logger that can."""
    loggers, step = experiment.trainer.loggers, experiment.trainer.global_step
    for figure in sorted(folder.figures.glob("*.png")):
        log_figure(loggers, f"figures/{figure.stem}", figure, step)
    for name, text in outputs.texts.items():
        log_text(loggers, name, text, step)
    for name, table in outputs.tables.items():
        log_table(loggers, name, table, step)
    log_summary(loggers, metrics, parts_of(result.fields))
    for logger in loggers:
        if not isinstance(logger, CSVLogger):  # metrics.csv is of the training; result.json has the test's
            logger.log_metrics(metrics, step)
