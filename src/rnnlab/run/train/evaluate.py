"""The end of a run: the best checkpoint is tested once, and what people look at is written."""

from __future__ import annotations

import logging
from typing import Any

import pytorch_lightning as pl
from omegaconf import DictConfig
from torch import Tensor

from rnnlab.atomic import whole_file
from rnnlab.report.figures import confusion_figure, curve_figures
from rnnlab.report.limited import part_of, parts_of
from rnnlab.report.names import tested, tested_prefix
from rnnlab.report.page.write import write_report
from rnnlab.report.tables import run_table
from rnnlab.run.build.assemble import Experiment
from rnnlab.run.build.ensemble import blend
from rnnlab.run.build.limits import has_test, read_parts, training_part
from rnnlab.run.folder.checkpoint import loading
from rnnlab.run.folder.result import Result
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.train.baselines import measured, to_log
from rnnlab.run.train.dynamic import add_dynamic
from rnnlab.run.train.samples import write_samples
from rnnlab.run.train.tuning import Tuned, calibrated_metrics, tune
from rnnlab.training.callback.checkpoint import BestCheckpoint
from rnnlab.training.callback.get_callback import get_callback
from rnnlab.training.callback.throughput import Throughput
from rnnlab.training.logger.csv import CSVLogger
from rnnlab.training.logger.media import log_checkpoints, log_figure, log_predictions, log_summary, log_text

log = logging.getLogger("rnnlab")


def evaluate(experiment: Experiment, cfg: DictConfig, folder: RunFolder, result: Result) -> None:
    """Test the best checkpoint, write predictions, samples and figures, and end the result."""
    trainer, task = experiment.trainer, experiment.task
    trained = training_facts(trainer)
    metrics = best_validation(experiment)
    tuned = tune(experiment, cfg, folder)
    trainer.test(task, datamodule=experiment.data, verbose=False, **loading(trainer.test, folder.best))
    found = {name: float(value) for name, value in trainer.callback_metrics.items() if "test/" in name}
    if hasattr(experiment.data, "stream_dataloader"):
        found |= task.evaluate_stream(experiment.data.stream_dataloader("test"))
        found |= add_dynamic(cfg, experiment, trained)
    if not trainer.is_global_zero:
        return
    more, blended = tuned_outputs(experiment, tuned, folder)
    metrics |= named(experiment, found | more)
    trained["limited"] = trained.get("limited", {}) | read_parts(experiment.data)
    result.fields.update(trained)
    write_outputs(experiment, cfg, folder, result, blended)
    if tuned.temperature is not None:
        trained["calibration"] = {**tuned.temperature._asdict(), "said": str(tuned.temperature)}
    if tuned.ensemble is not None:
        trained["ngrams"] = tuned.ensemble.facts
    baselines = measured(cfg, experiment, folder, metrics, tested_prefix(result.fields))
    trained |= {"baselines": baselines} if baselines else {}
    show_outputs(experiment, folder, result, metrics | to_log(baselines))
    result.end("finished", metrics=metrics, **trained)
    write_page(cfg, experiment, folder)
    log.info("\n%s", run_table(result.fields, folder.path))


def named(experiment: Experiment, metrics: dict[str, float]) -> dict[str, float]:
    """Rename final `test/` metrics to `val/` where no test rows or text are held out."""
    if has_test(experiment.data):
        return metrics
    return {name.replace("test/", "val/", 1): value for name, value in metrics.items()}


def write_page(cfg: DictConfig, experiment: Experiment, folder: RunFolder) -> None:
    """report.html, and the checkpoints to W&B, where they are wanted; the training has ended well without."""
    if cfg.get("report"):
        try:
            write_report(folder.path, folder.report)
        except OSError as error:
            log.warning("report.html cannot be written: %s", error)
    log_checkpoints(experiment.trainer.loggers, [folder.best, folder.last])


def end_pruned(experiment: Experiment, folder: RunFolder, result: Result) -> None:
    """End the result of a run that its sweep's pruner ended: curves and its best validation, no test."""
    trainer, metrics = experiment.trainer, best_validation(experiment)
    if not trainer.is_global_zero:
        return
    curve_figures(folder.metrics, folder.figures)
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
    """The monitored metric at the best checkpoint."""
    best = get_callback(experiment.trainer, BestCheckpoint)
    return {} if best is None or best.best_model_score is None else {best.monitor: best.best_model_score}


def write_outputs(
    experiment: Experiment, cfg: DictConfig, folder: RunFolder, result: Result, blended: Tensor | None
) -> None:
    """Curves, and what the kind of task has to show."""
    curve_figures(folder.metrics, folder.figures)
    data, task = experiment.data, experiment.task
    if hasattr(task, "confusion"):
        write_predictions(experiment, folder, blended)
        path, split = folder.figures / "confusion_matrix.png", tested(result.fields)
        notes = [part_of(result.fields, split)] if part_of(result.fields, split) else []
        notes += ["not the official split"] if data.provenance["official"] is False else []
        confusion_figure(task.confusion.numpy(), data.classes, path, split, notes)
    else:
        write_samples(experiment, cfg, folder)


def tuned_outputs(
    experiment: Experiment, tuned: Tuned, folder: RunFolder
) -> tuple[dict[str, float], Tensor | None]:
    """What calibration and n-grams make of the test: metrics, and the blend's probabilities (N, C)."""
    metrics: dict[str, float] = {}
    blended = None
    if not has_test(experiment.data):  # the temperature and n-grams were fitted on the same rows
        return {} if tuned.temperature is None else {"temperature": tuned.temperature.value}, None
    if tuned.temperature is not None:
        figure = folder.figures / "reliability.png"
        metrics |= calibrated_metrics(tuned.temperature.value, experiment.task.scored, figure)
    if tuned.ensemble is not None:
        both, scored = blend(tuned.ensemble, experiment.data, experiment.task.scored)
        blended = both.exp()
        metrics |= scored
    return metrics, blended


def write_predictions(experiment: Experiment, folder: RunFolder, blended: Tensor | None) -> None:
    """predictions.parquet: each test row with its text, label, predicted label and a probability a class.

    These are the network's, before calibration; those of its blend with n-grams (N, C) stand beside them.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    classes = experiment.data.classes
    rows, labels, probabilities = experiment.task.predictions
    texts = experiment.data.split_texts("test")
    columns: dict[str, Any] = {
        "row": rows.numpy(),
        "text": [texts[row] for row in rows.tolist()],
        "label": [classes[label] for label in labels.tolist()],
        "predicted": [classes[label] for label in probabilities.argmax(1).tolist()],
    }
    columns |= {f"probability_{name}": probabilities[:, i].numpy() for i, name in enumerate(classes)}
    if blended is not None:
        columns["predicted_ensemble"] = [classes[label] for label in blended.argmax(1).tolist()]
        columns |= {f"probability_ensemble_{name}": blended[:, i].numpy() for i, name in enumerate(classes)}
    with whole_file(folder.predictions) as part:
        pq.write_table(pa.table(columns), part)


def show_outputs(
    experiment: Experiment, folder: RunFolder, result: Result, metrics: dict[str, float]
) -> None:
    """Figures, samples and final numbers to whichever logger can show them."""
    loggers, step = experiment.trainer.loggers, experiment.trainer.global_step
    for figure in sorted(folder.figures.glob("*.png")):
        log_figure(loggers, f"figures/{figure.stem}", figure, step)
    if folder.samples.is_file():
        log_text(loggers, "samples", folder.samples.read_text(encoding="utf-8"), step)
    if folder.predictions.is_file():
        log_predictions(loggers, folder.predictions, step)
    log_summary(loggers, metrics, parts_of(result.fields))
    for logger in loggers:
        if not isinstance(logger, CSVLogger):  # metrics.csv is of the training; result.json has the test's
            logger.log_metrics(metrics, step)
