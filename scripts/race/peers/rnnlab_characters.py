"""rnnlab: `train.py` with the recipe of tiny Shakespeare, then `rnnlab export`, whose model writes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from protocol import Clock, Job, run

ROOT = Path(__file__).parents[3]


def train(job: Job, clock: Clock) -> None:
    """Train once for the job's last mark."""
    folder = job.folder / "run"
    # user: begin
    call("train.py", "experiment=race_shakespeare", "data.source=files",
         f"data.files.train={job.files['train']}", f"+data.files.validation={job.files['validation']}",
         f"callback.whole_time.seconds={job.budget:g}", f"seed={job.seed}", f"threads={job.threads}",
         "report=false", "baselines=false", "figures=false", f"hydra.run.dir={folder}")  # fmt: skip
    # user: end
    with clock.stopped():
        # user: begin
        call("-m", "rnnlab", "export", str(folder), "--output", str(job.folder / "model"))
        # user: end
    model = opened(job)
    clock.mark(lambda split: predicted(model, job, split), final=True)


def call(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)


def opened(job: Job) -> Any:
    # user: begin
    from rnnlab.runtime import open_model

    return open_model(job.folder / "model")
    # user: end


def predicted(model: Any, job: Job, split: str) -> np.ndarray:
    """Return the log-probabilities (N, V) of all characters but the first, blocks side by side."""
    text, block, alphabet = (
        job.files[split].read_text(encoding="utf-8"),
        job.settings["block"],
        job.settings["alphabet"],
    )
    columns = [model.tokenizer.encode(character)[0] for character in alphabet]
    # user: begin
    inputs = np.zeros(-(-(len(text) - 1) // block) * block, dtype=np.int64)
    inputs[: len(text) - 1] = model.tokenizer.encode(text[:-1])
    blocks = inputs.reshape(-1, block)  # (B, 256)
    state, found = model.initial_state(len(blocks)), []
    for step in range(block):
        logits, state = model.step(blocks[:, step], state)
        found.append(logits[:, columns])
    # user: end
    logits = np.stack(found, axis=1).reshape(-1, len(columns))[: len(text) - 1]
    logits = logits - logits.max(-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


def load(job: Job) -> Callable[[list[str]], Any]:
    # user: begin
    model = opened(job)
    return lambda prompts: model.generate_batch(prompts, job.settings["length"])
    # user: end


def prompts(job: Job) -> list[str]:
    found: list[str] = json.loads(job.files["prompts"].read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    run(train, load, prompts)
