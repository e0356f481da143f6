"""The scripts that figures come from, at a small size: each runs to its end and prints what it is for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import forked
import pytest
import torch

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted(path.stem for path in (ROOT / "scripts").glob("*.py") if not path.stem.startswith("peer_"))


@pytest.fixture
def run_script(tmp_path):
    """run_script(name, *arguments) -> what it printed, in a folder of its own; it must end with `code`."""

    def run(name: str, *arguments: object, code: int = 0) -> str:
        command = [sys.executable, str(ROOT / "scripts" / f"{name}.py"), *map(str, arguments)]
        own = {**os.environ, "OMP_NUM_THREADS": "1"}
        done = forked.run(
            command, cwd=tmp_path, env=own, capture_output=True, text=True, timeout=400, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.mark.slow
@pytest.mark.parametrize("name", SCRIPTS)
def test_it_says_what_it_is_for(run_script, name):
    assert "usage:" in run_script(name, "--help")


@pytest.mark.long
def test_speed_of_exported_models(run_script, classifier_run, language_run):
    runs = ["--classifier", classifier_run, "--writer", language_run]
    printed = run_script("benchmark_inference", *runs, "--texts", 80, "--length", 30, "--quantize")
    rows = [
        "one text ",
        "torch eager / exported",
        "many texts, 2 processes",
        "start to the answer to: a first text",
    ]
    assert [row for row in [*rows, "characters written"] if row not in printed] == []


@pytest.mark.long
def test_speed_of_forecasters(run_script):
    small = ["model.hidden_size=4", "data.input_length=24", "data.horizon=6", "threads=1"]
    printed = run_script(
        "benchmark_forecasting", "train", "data=sunspots", *small, "--steps", 4, "--rounds", 1
    )
    assert "train.py" in printed
    assert "bare torch" in printed
    sizes = ["--series", 3, "--origins", 20, "--points", 200]
    printed = run_script("benchmark_forecasting", "backtest", *small[:1], "threads=1", *sizes)
    assert "| 60 " in printed


@pytest.mark.long
def test_speed_of_decoders(run_script, language_run):
    printed = run_script("benchmark_generation", "--run", language_run, "--length", 8, "--rounds", 1)
    assert "in 8 bits" in printed
    assert printed.count("likeliest") == printed.count("min-p, penalties") == 2  # one passage, and many


@pytest.mark.long
@pytest.mark.parametrize("more", [("--malformed", 0.2), ("--sigterm",)])
def test_load_on_the_service(run_script, classifier_run, more):
    printed = run_script("load_test", classifier_run, "--clients", 8, "--seconds", 3, *more)
    assert "lost without an answer: 0" in printed
    assert "exit code    0" in printed


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        (
            "benchmark_peers",
            [
                "--steps",
                2,
                "--rounds",
                1,
                "--peers",
                "bare,packed,in_turn",
                "data=synthetic",
                "model.hidden_size=8",
            ],
            "in_turn",
        ),
        ("benchmark_step", ["--steps", 2, "--rounds", 2, "task=imdb", "data=synthetic"], "over bare"),
        (
            "benchmark_roofline",
            ["--steps", 4, "--rounds", 1, "--hidden-size", 16, "--embedding-size", 8, "--batch-size", 2],
            "AdamW",
        ),
        (
            "benchmark_roofline",
            ["--cells", "lstm", "--kinds", "regression", "--quick", "--json", "floors.json"],
            "task=regression",
        ),
        ("benchmark_weight_drop", ["--width", 8, "--batch", 2, "--steps", 4, "--rounds", 2], "weight-drop"),
        (
            "benchmark_models",
            ["--cells", "lstm", "--lengths", 8, "--batches", 2, "--widths", 8, "--seconds", 0.01],
            "lstm, training",
        ),
        (
            "benchmark_recurrences",
            [
                "--cells",
                "mlstm",
                "--lengths",
                8,
                "--batch",
                2,
                "--width",
                8,
                "--rounds",
                1,
                "--seconds",
                0.01,
            ],
            "mlstm against lstm",
        ),
        (
            "benchmark_tagging",
            ["--width", 8, "--batch", 2, "--words", 4, "--rounds", 2, "--peer"],
            "pytorch-crf, head alone",
        ),
        ("measure_memory", ["task=imdb", "data=synthetic", "debug=fast", "--places", 3], "| fit  "),
        ("simulate_sweep", ["--jobs", 20, "--workers", 4, "--desks", 1], "jobs"),
    ],
)
def test_other_measurements(run_script, name, arguments, words):
    assert words in run_script(name, *arguments)


@pytest.mark.long
def test_commits_that_train_alike_and_such_as_do_not(run_script, tmp_path, monkeypatch):
    git = ["git", "-C", str(ROOT), "worktree", "list"]
    before = subprocess.run(git, capture_output=True, text=True, check=False)
    if before.returncode:
        pytest.skip("not a git checkout")
    monkeypatch.delenv("RNNLAB_DATA_DIR", raising=False)
    arguments = ["HEAD", "HEAD", "--steps", 2, "--case", "shakespeare", "--cache", tmp_path / "kept"]
    printed = run_script("compare_commits", *arguments)
    assert printed.splitlines()[-1].split()[-2] == "equal"
    (kept,) = (tmp_path / "kept").iterdir()
    numbers, tensors = torch.load(kept)
    weights = "last.ckpt: state_dict network.head.bias"
    tensors[weights][0] += 1e-7
    torch.save((numbers | {"result.json: steps": "3"}, tensors), kept)
    printed = run_script("compare_commits", *arguments, code=1)
    assert "the old one from the cache" in printed
    assert "2 differ: result.json: steps 3, now 2; " in printed
    assert f"{weights} differs in 1 of " in printed
    assert subprocess.run(git, capture_output=True, text=True, check=True).stdout == before.stdout


@pytest.mark.long
def test_speed_of_encoder_decoders(run_script, tmp_path):
    rows = [f"{' '.join('abc'[k % 3] for k in range(n % 5 + 1))}\t{n}" for n in range(60)]
    (tmp_path / "pairs.tsv").write_text("\n".join(["source\ttarget", *rows]), encoding="utf-8")
    small = ["task=text_to_text", f"data.files.train={tmp_path / 'pairs.tsv'}", "tokenizer=char"]
    small += ["model.hidden_size=8", "model.embedding_size=8", "data.batch_size=8", "threads=1"]
    printed = run_script("benchmark_text_to_text", "train", *small, "--steps", 2, "--rounds", 2)
    rows = ["train.py  ", "bare  ", "bare, cross_entropy  ", "packed, cross_entropy "]
    assert [row for row in rows if row not in printed] == []


@pytest.mark.long
def test_speed_of_the_board(run_script):
    printed = run_script("benchmark_board", "--runs", 12, "--repeats", 1)
    assert "12 runs, median of 1, seconds" in printed
    assert "first answer (reads every folder)" in printed
