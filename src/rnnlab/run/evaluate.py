"""The end of a run: the best checkpoint is tested once, and what people look at is written."""

from __future__ import annotations

import logging
from typing import Any

import torch
from omegaconf import DictConfig

from rnnlab.logger.media import log_figure, log_text
from rnnlab.report.figures import confusion_figure, curve_figures
from rnnlab.report.tables import run_table
from rnnlab.run.build import Experiment
from rnnlab.run.folder import RunFolder
from rnnlab.run.result import Result

log = logging.getLogger("rnnlab")


def evaluate(experiment: Experiment, cfg: DictConfig, folder: RunFolder, result: Result) -> None:
    """Test the best checkpoint, write predictions, samples and figures, and end the result."""
    trainer, task = experiment.trainer, experiment.task
    rate = trainer.callback_metrics.get("train/tokens_per_second")
    best = best_validation(experiment, cfg)
    trainer.test(task, datamodule=experiment.data, ckpt_path=str(folder.best), verbose=False)
    metrics = {name: float(value) for name, value in trainer.callback_metrics.items() if name.startswith("test/")}
    curve_figures(folder.metrics, folder.figures)
    if hasattr(task, "confusion"):
        write_classification(experiment, folder)
    else:
        metrics |= task.evaluate_stream(experiment.data.stream_dataloader("test"))
        write_samples(experiment, cfg, folder)
    send_media(experiment, folder)
    trainer.logger and [logger.log_metrics(metrics, trainer.global_step) for logger in trainer.loggers]
    result.end(
        "finished",
        metrics={**best, **metrics},
        epochs=trainer.current_epoch,
        steps=trainer.global_step,
        tokens_per_second=None if rate is None else round(float(rate)),
    )
    log.info(run_table(result.fields, folder.path))


def best_validation(experiment: Experiment, cfg: DictConfig) -> dict[str, float]:
    """The monitored metric at the best checkpoint."""
    scores = [c.best_model_score for c in experiment.trainer.checkpoint_callbacks if getattr(c, "monitor", None)]
    return {cfg.task.monitor: float(scores[0])} if scores and scores[0] is not None else {}


def write_classification(experiment: Experiment, folder: RunFolder) -> None:
    """predictions.parquet (row, text, label, one probability a class) and the confusion matrix."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    data, task = experiment.data, experiment.task
    rows, labels, probabilities = task.predictions
    texts = data.split_texts("test")
    columns: dict[str, Any] = {
        "row": rows.numpy(),
        "text": [texts[row] for row in rows.tolist()],
        "label": [data.classes[label] for label in labels.tolist()],
        "predicted": [data.classes[label] for label in probabilities.argmax(1).tolist()],
    }
    columns |= {f"probability_{name}": probabilities[:, i].numpy() for i, name in enumerate(data.classes)}
    pq.write_table(pa.table(columns), folder.predictions)
    confusion_figure(task.confusion.tolist(), data.classes, folder.figures / "confusion.png")


def write_samples(experiment: Experiment, cfg: DictConfig, folder: RunFolder) -> None:
    """samples.txt: a text at each temperature from the best checkpoint, printed as well."""
    from rnnlab.generate.sampling import sample

    wanted, network = cfg.task.samples, experiment.task.network
    parts = []
    for temperature in wanted.temperatures:
        generator = torch.Generator().manual_seed(cfg.seed)
        text = sample(network, experiment.data.tokenizer, wanted.prompt, wanted.length, temperature, generator)
        parts.append(f"--- temperature {temperature} ---\n{text.strip()}\n")
    folder.samples.write_text("\n".join(parts), encoding="utf-8")
    log.info("\n%s", "\n".join(parts))


def send_media(experiment: Experiment, folder: RunFolder) -> None:
    """Figures and samples to whichever logger can show them."""
    trainer = experiment.trainer
    for figure in sorted(folder.figures.glob("*.png")):
        log_figure(trainer.loggers, f"figures/{figure.stem}", figure, trainer.global_step)
    if folder.samples.is_file():
        log_text(trainer.loggers, "samples", folder.samples.read_text(encoding="utf-8"), trainer.global_step)
