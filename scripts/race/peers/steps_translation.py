"""Tokens a second of JoeyNMT, for `scripts/benchmark_text_to_text.py`: it trains on the tokens of rnnlab."""

from __future__ import annotations

import re
import statistics
import subprocess
from pathlib import Path
from typing import Any

import yaml

RATE = re.compile(r"Tokens per Sec:\s+(\d+)")
WARM_UP = 2  # updates that are not counted


def write_pairs(folder: Path, sources: list[list[int]], targets: list[list[int]]) -> None:
    """Write ids as words: JoeyNMT then reads the tokens that rnnlab reads."""
    for split, count in (("train", len(sources)), ("dev", 8)):
        for side, rows in (("source", sources), ("target", targets)):
            lines = [" ".join(f"w{number}" for number in ids) for ids in rows[:count]]
            (folder / f"{split}.{side}").write_text("\n".join(lines) + "\n", encoding="utf-8")


def config(folder: Path, cfg: Any, batch_size: int, updates: int) -> dict[str, Any]:
    """Return JoeyNMT's config of the network and the training of a config of rnnlab."""
    text = {"max_length": 1000, "lowercase": False, "normalize": False, "level": "word", "voc_min_freq": 1}
    model, decoder = cfg.model, cfg.decoder
    layers = {
        "type": "recurrent",
        "rnn_type": model.cell,
        "embeddings": {"embedding_dim": model.embedding_size, "scale": False},
        "num_layers": model.num_layers,
        "dropout": model.dropout,
    }
    return {
        "name": "peer",
        "joeynmt_version": "2.3.0",
        "model_dir": str(folder / "model"),
        "use_cuda": False,
        "random_seed": 1,
        "data": {
            "train": str(folder / "train"),
            "dev": str(folder / "dev"),
            "dataset_type": "plain",
            "src": {"lang": "source", **text},
            "trg": {"lang": "target", **text},
        },
        "testing": {"beam_size": 1, "batch_size": 8, "eval_metrics": ["bleu"]},
        "training": {
            "optimizer": "adamw",
            "learning_rate": cfg.optimizer.lr,
            "scheduling": "exponential",
            "batch_size": batch_size,
            "batch_type": "sentence",
            "normalization": "tokens",
            "label_smoothing": cfg.task.label_smoothing,
            "clip_grad_norm": cfg.trainer.gradient_clip_val,
            "epochs": 100,
            "updates": updates,
            "validation_freq": 10**6,
            "logging_freq": 1,
            "early_stopping_metric": "loss",
            "overwrite": True,
        },
        "model": {
            "encoder": {**layers, "hidden_size": model.hidden_size, "bidirectional": model.bidirectional},
            "decoder": {
                **layers,
                "hidden_size": decoder.hidden_size,
                "hidden_dropout": model.dropout,
                "attention": "luong",
                "init_hidden": "bridge",
                "input_feeding": bool(decoder.get("input_feeding")),
            },
        },
    }


def tokens_per_second(python: str, folder: Path, cfg: Any, batch_size: int, updates: int) -> float:
    """Return the median of the target tokens per second that JoeyNMT logs after its first updates.

    Raises:
        RuntimeError: it ends with an error, or before it has logged enough.
    """
    path = folder / "joeynmt.yaml"
    path.write_text(yaml.safe_dump(config(folder, cfg, batch_size, updates + WARM_UP)), encoding="utf-8")
    command = [python, "-m", "joeynmt", "train", str(path), "--skip-test"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    rates = [float(rate) for rate in RATE.findall(done.stdout + done.stderr)][WARM_UP:]
    if done.returncode or not rates:
        raise RuntimeError(f"JoeyNMT ended with {done.returncode}: {done.stderr[-2000:]}")
    return statistics.median(rates)
