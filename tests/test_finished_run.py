"""A finished run of each task, copied elsewhere, and every command on it from another working directory."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import forked
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

REAL = os.environ.get("RNNLAB_DATA_DIR")
FOLDERS = {"tweets": "tweet_eval_sentiment", "imdb": "imdb"}
ROWS = {"train": 600, "validation": 80, "test": 80}
SMALL = [
    "model.hidden_size=8",
    "model.embedding_size=8",
    "trainer.max_epochs=1",
    "trainer.enable_progress_bar=false",
]
SMALL += ["threads=1", "data.workers=1"]
TASKS = {
    "tweets": ["task=tweets", "model=bilstm_attention"],
    "imdb": ["task=imdb", "model=bilstm_attention", "data.max_length=60", "tokenizer.vocab_size=2000"],
    "shakespeare": ["task=shakespeare", "model=lstm", "data=synthetic_brackets", "task.samples.length=40"],
}
TEXT = "what a waste of two hours"
ROOT = Path(__file__).parents[1]


class Place:
    """A folder with a run of one task under `outputs`, and a copy of that run beside it."""

    def __init__(self, folder: Path, task: str) -> None:
        self.folder, self.task = folder, task
        self.environment = {
            **os.environ,
            "RNNLAB_DATA_DIR": str(folder / "data"),
            "RNNLAB_CACHE_DIR": str(folder / "cache"),
        }

    def start(self, *command: str, code: int = 0) -> str:
        done = forked.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def rnnlab(self, *arguments: str, code: int = 0) -> str:
        return self.start("-m", "rnnlab.cli", *arguments, code=code)

    @property
    def copy(self) -> str:
        return "moved"


def small_data(folder: Path) -> None:
    """The first rows of the real files, or made-up ones where there are none."""
    for name in FOLDERS.values():
        (folder / name).mkdir(parents=True)
        for split, count in ROWS.items():
            source = Path(REAL or "none") / name / f"{split}.parquet"
            if source.is_file():
                table = pq.read_table(source)
                step = max(1, len(table) // count)
                table = table.take(list(range(0, len(table), step))[:count])
            else:
                words = ["good", "bad", "fine", "dull", "what", "a", "day", "film"]
                texts = [" ".join(words[(i * k) % 8] for k in range(1, 9)) for i in range(count)]
                table = pa.table({"text": texts, "label": [i % 2 for i in range(count)]})
            pq.write_table(table, folder / name / f"{split}.parquet")


@pytest.fixture(scope="module", params=list(TASKS))
def place(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    small_data(folder / "data")
    place = Place(folder, request.param)
    place.start(str(ROOT / "train.py"), *TASKS[request.param], *SMALL)
    run = next(path.parent for path in (folder / "outputs").rglob("result.json"))
    shutil.copytree(run, folder / place.copy)
    return place


@pytest.mark.slow
def test_every_command_on_the_last_run_and_on_a_copy(place):
    run = f"last:{place.task}"
    assert place.task in place.rnnlab("runs", "--task", place.task)
    assert "loss" in place.rnnlab("evaluate", run) or place.task == "shakespeare"
    explained = place.rnnlab(
        "explain", place.copy, "([" if place.task == "shakespeare" else TEXT, "--html", "out.html"
    )
    assert explained.strip()
    assert (place.folder / "out.html").read_text().lstrip().lower().startswith("<!doctype html>")
    assert "differs from torch by" in place.rnnlab("export", place.copy, "--to", "onnx", "--output", "model")
    place.rnnlab("report", place.copy, "--output", "page.html")
    page = (place.folder / "page.html").read_text()
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert (place.folder / place.copy / "report.html").is_file()
    assert "no setting differs" in place.rnnlab("compare", run, place.copy)


@pytest.mark.slow
def test_predictions_of_the_copy(place):
    if place.task == "shakespeare":
        assert "is a language model's" in place.rnnlab("predict", place.copy, TEXT, code=2)
        return
    answer = json.loads(place.rnnlab("predict", place.copy, TEXT, "--json"))
    assert answer["probability"] == max(answer["probabilities"].values())
    (place.folder / "new.csv").write_text(f"text\n{TEXT}\nfine\n")
    place.rnnlab("predict", place.copy, "--input", "new.csv", "--output", "out.jsonl")
    rows = [json.loads(line) for line in (place.folder / "out.jsonl").read_text().splitlines()]
    assert rows[0]["label"] == answer["label"]
    code = "import sys, rnnlab.runtime as r; print(r.open_model('model').predict(sys.argv[1]).label)"
    place.rnnlab("export", place.copy, "--output", "model")
    assert place.start("-c", code, TEXT).strip() == answer["label"]


@pytest.mark.slow
def test_the_training_again_is_the_same_to_the_last_bit(place):
    assert "identical: " in place.rnnlab("reproduce", place.copy, "--output", "again")


@pytest.mark.slow
def test_the_service_answers_for_the_copy(place):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "rnnlab.cli", "serve", place.copy, "--port", str(port)]
    service = forked.Popen(command, cwd=place.folder, env=place.environment, stderr=subprocess.PIPE)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/health", service)
        if place.task == "shakespeare":
            request = {"prompt": "([", "length": 20, "temperature": 0.5, "seed": 1}
            assert post(f"{address}/generate", request)
        else:
            assert b"label" in post(f"{address}/predict", {"text": TEXT})
    finally:
        service.send_signal(signal.SIGTERM)
        assert service.wait(30) == 0


def wait_for(address: str, service: subprocess.Popen) -> None:
    for _ in range(300):
        assert service.poll() is None, service.stderr.read()
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{address} does not answer")


def post(address: str, body: dict) -> bytes:
    data = json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()
