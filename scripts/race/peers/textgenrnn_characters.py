"""textgenrnn: a new character model of one long text, as its README trains one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

# user: begin
from textgenrnn import textgenrnn

# user: end
from protocol import Clock, Job, run

SCALE = 1e-9  # least probability of a character that its vocabulary lacks


def train(job: Job, clock: Clock) -> None:
    """Train an epoch at a time until the budget is over."""
    # user: begin
    model = textgenrnn(name=str(job.folder / "model"))
    model.train_from_file(
        str(job.files["train"]), new_model=True, single_text=True, num_epochs=1, gen_epochs=0,
        rnn_bidirectional=False, rnn_size=128, rnn_layers=2, max_length=40,
    )  # fmt: skip
    # user: end
    clock.mark(lambda split: predicted(model, job, split))
    while not clock.over():
        # user: begin
        model.train_from_file(str(job.files["train"]), new_model=False, single_text=True, num_epochs=1)
        # user: end
        clock.mark(lambda split: predicted(model, job, split), final=clock.over())


def predicted(model: Any, job: Job, split: str) -> np.ndarray:
    """Return the log-probabilities (N, V) of all characters but the first, from 40 characters at most."""
    text, block, alphabet = (
        job.files[split].read_text(encoding="utf-8"),
        job.settings["block"],
        job.settings["alphabet"],
    )
    columns = [model.vocab.get(character, 0) for character in alphabet]
    ids = [model.vocab.get(character, 0) for character in text]
    length = model.config["max_length"]
    rows = np.zeros((len(text) - 1, length), dtype=np.int64)
    for place in range(len(rows)):
        read = ids[max(place // block * block, place + 1 - length) : place + 1]
        rows[place, length - len(read) :] = read
    found = np.asarray(model.model.predict(rows, batch_size=1024, verbose=0))[:, columns] + SCALE
    return np.log(found / found.sum(-1, keepdims=True)).astype(np.float32)


def load(job: Job) -> Callable[[list[str]], Any]:
    # user: begin
    stem = str(job.folder / "model")
    model = textgenrnn(f"{stem}_weights.hdf5", f"{stem}_vocab.json", f"{stem}_config.json")
    # user: end
    length = job.settings["length"]
    return lambda prompts: [model.generate(1, True, prefix=one, max_gen_length=length)[0] for one in prompts]


def prompts(job: Job) -> list[str]:
    found: list[str] = json.loads(job.files["prompts"].read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    run(train, load, prompts)
