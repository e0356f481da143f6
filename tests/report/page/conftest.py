"""Run folders as a training leaves them, made in no time, with texts that would like to be markup."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from rnnlab.kinds.classification import KIND as CLASSIFICATION
from rnnlab.kinds.language_modeling import KIND as LANGUAGE
from rnnlab.report.page.files import RunFiles

KINDS = {"language": LANGUAGE}  # by the folder's name
CLASSES = ("negative", "neutral", "posit<b>ive")
EVIL = '<script>fetch("https://example.org")</script> & "quoted" </style>'


def files(folder):
    """The run's files with its kind, as the lab hands them over."""
    return RunFiles(folder, KINDS.get(folder.name, CLASSIFICATION))


def result_of(seed, model, accuracy):
    return {
        "status": "finished",
        "metrics": {
            "val/accuracy": accuracy,
            "test/accuracy": accuracy - 0.01,
            "test/loss": 0.9,
            "temperature": 1.5,
        },
        "task": "tweets",
        "model": {"name": model, "parameters": 1234},
        "seed": seed,
        "overrides": ["task=tweets", f"model={model}", f"seed={seed}", EVIL],
        "command": f"python train.py {EVIL}",
        "git": {"commit": "0123456789abcdef", "dirty": True},
        "versions": {"python": "3.11"},
        "seconds": 61.0 + seed,
        "data": {
            "name": "tweets",
            "source": "files",
            "official": False,
            "rows": {"train": 100, "test": 60},
            "fingerprint": "cafe",
            "vocabulary": 99,
            "notes": [EVIL],
            "classes": list(CLASSES),
        },
        "device": "cpu (1 threads)",
        "epochs": 3,
        "steps": 30,
    }


def predictions(path, share, rows=60, seed=0):
    """A table in which about `share` of the rows are right."""
    generator = np.random.default_rng(7)
    labels, ease = generator.integers(0, 3, rows), generator.random(rows)
    noise = np.random.default_rng(seed).dirichlet(np.ones(3), rows)
    said = np.where(ease < share, labels, (labels + 1) % 3)
    shares = 0.4 * noise + 0.6 * np.eye(3)[said]
    texts = [f"text {row} " + "word " * (row % 9) + (EVIL if row % 5 == 0 else "") for row in range(rows)]
    columns = {"row": np.arange(rows), "text": texts, "label": [CLASSES[i] for i in labels]}
    columns["predicted"] = [CLASSES[i] for i in shares.argmax(1)]
    columns |= {f"probability_{name}": shares[:, i].astype(np.float32) for i, name in enumerate(CLASSES)}
    pq.write_table(pa.table(columns), path)


@pytest.fixture
def make_run(tmp_path):
    """make_run(name, model, seed, accuracy) -> a finished classifier's folder, without a checkpoint."""

    def make(name="run", model="gru", seed=1, accuracy=0.7):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "result.json").write_text(json.dumps(result_of(seed, model, accuracy)), encoding="utf-8")
        config = {
            "seed": seed,
            "task": {"name": "tweets", "monitor": "val/accuracy", "mode": "max"},
            "model": {"cell": model, "hidden_size": 8},
            "paths": {"run_dir": str(folder)},
        }
        (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        lines = ["epoch,step,train/loss,val/accuracy,val/recall_negative,lr"]
        for step in range(1, 31):
            validation = f"{0.5 + accuracy * (step == 20) / 9},0.5" if step % 10 == 0 else ","
            lines.append(f"{(step - 1) // 10},{step},{1 / step},{validation},0.01")
        (folder / "metrics.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        predictions(folder / "predictions.parquet", accuracy, seed=seed)
        return folder

    return make


@pytest.fixture
def language_folder(tmp_path):
    """A finished language model's folder."""
    folder = tmp_path / "language"
    folder.mkdir()
    metrics = {"test/nats_windows": 1.5, "test/bits_windows": 2.16, "test/perplexity_windows": 4.5}
    metrics |= {"test/nats_stream": 1.4, "test/bits_stream": 2.0, "test/perplexity_stream": 4.1}
    fields = {"status": "finished", "task": "shakespeare", "model": {"name": "lstm"}, "metrics": metrics}
    (folder / "result.json").write_text(json.dumps(fields), encoding="utf-8")
    samples = f"--- temperature 0.5 ---\nTo be {EVIL}\n\n--- temperature 1.0 ---\nOr not\n"
    (folder / "samples.txt").write_text(samples, encoding="utf-8")
    return folder
