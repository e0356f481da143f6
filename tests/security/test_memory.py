"""Bombs take neither memory nor time: all of them in one process of its own, which says what it needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .hostile import broken_files, copied

MOST = 500_000  # KiB above what the process has after its first command
SCRIPT = """
import json, resource, sys, time
from rnnlab.cli import main

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

fine, runs = sys.argv[1], sys.argv[2:]
for words in (["predict", fine, "good"], ["tokenize", fine, "good"], ["report", fine]):
    assert main(words) == 0
before, slowest = peak(), 0.0
for run in runs:
    for words in (["predict", run, "a"], ["tokenize", run, "a"], ["report", run], ["embeddings", run, "a"]):
        start = time.process_time()
        assert main(words) in (0, 2), words
        slowest = max(slowest, time.process_time() - start)
print(json.dumps({"grown": peak() - before, "slowest": slowest}))
"""


def rows_without_end(run: Path) -> None:
    """A parquet of ten million rows that are all the same, and of a few rows whose text is long."""
    columns = {"row": np.zeros(10_000_000, np.int64)}
    table = pa.table(
        {**columns, "text": pa.array(["a" * 100]).take(pa.array(np.zeros(10_000_000, np.int32)))}
    )
    pq.write_table(table.append_column("label", table["text"]), run / "predictions.parquet")


@pytest.mark.slow
def test_no_bomb_takes_memory_or_time(classifier_run, tmp_path):
    fine, folders = copied(classifier_run, tmp_path / "fine"), []
    for number, (kind, change) in enumerate(broken_files(tmp_path / "executed").items()):
        if kind.startswith(("config: 50", "config: alias", "tokenizer", "result: b", "n-grams", "metrics")):
            folders.append(copied(classifier_run, tmp_path / str(number)))
            change(folders[-1])
    folders.append(copied(classifier_run, tmp_path / "rows"))
    rows_without_end(folders[-1])
    command = [sys.executable, "-c", SCRIPT, str(fine), *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["grown"] < MOST
    assert found["slowest"] < 5  # seconds of computing; a report draws figures
    assert not (tmp_path / "executed").exists()
