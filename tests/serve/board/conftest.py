"""Many run folders in no time: what a training leaves, without a checkpoint."""

from __future__ import annotations

import json
import os

import pytest
import yaml

FACTS = [
    {"name": "accuracy", "lower_is_better": False, "by": ""},
    {"name": "loss", "lower_is_better": True, "by": ""},
]
MODELS = ("gru", "lstm", "bilstm")


def write_run(folder, place=0, **changes):
    """A finished run; `place` decides its settings and results, `changes` are other fields of result.json."""
    model, seed, size = MODELS[place % 3], place % 2, 8 * 2 ** (place // 6 % 4)
    rate, accuracy = 10 ** -(2 + place % 5 / 4), 0.6 + 0.3 * (place * 7919 % 1000) / 1000
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "seed": seed,
        "task": {"name": "tweets", "monitor": "val/accuracy", "mode": "max"},
        "model": {"cell": model, "hidden_size": size, "dropout": 0.1, "layers": [1, 2]},
        "optimizer": {"lr": rate, "weight_decay": 0.01},
        "paths": {"run_dir": str(folder)},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    os.utime(folder / "config.yaml", (1_700_000_000 + 60 * place,) * 2)
    result = {
        "status": "finished",
        "task": "tweets",
        "model": {"name": model, "parameters": 1000 * size},
        "seed": seed,
        "overrides": [
            "task=tweets",
            f"model={model}",
            f"model.hidden_size={size}",
            f"optimizer.lr={rate:.4g}",
            f"seed={seed}",
        ],
        "seconds": 60.0 + place,
        "metrics": {"val/accuracy": accuracy, "test/accuracy": accuracy - 0.01, "test/loss": 1 - accuracy},
        "metric_facts": FACTS,
        "epochs": 3,
        "steps": 30,
        "training_seconds": 60.0,
        "data": {"official": True},
    } | changes
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")
    (folder / "metrics.csv").write_text(metrics_of(accuracy), encoding="utf-8")
    return folder


def metrics_of(accuracy, steps=30):
    lines = ["epoch,step,train/loss,val/accuracy,val/loss"]
    for step in range(1, steps + 1):
        last = f"{accuracy * step / steps:.4f},{1 - accuracy * step / steps:.4f}" if step % 10 == 0 else ","
        lines.append(f"{(step - 1) // 10},{step},{1 / step:.5f},{last}")
    return "\n".join(lines) + "\n"


def write_runs(root, count):
    """`count` finished runs, a third of them jobs of a sweep's folder."""
    for place in range(count):
        if place % 3:
            write_run(root / "tweets" / MODELS[place % 3] / f"run{place:04d}", place)
        else:
            write_run(root / "sweeps" / "search" / str(place // 3), place)
    return root


@pytest.fixture
def root(tmp_path):
    """Six runs of a folder `outputs`."""
    return write_runs(tmp_path / "outputs", 6)
