"""fastText: the classifier of its tutorial, rate and epochs chosen on validation.

Not its `autotune`: in version 0.9.3 that ended with "Encountered NaN" on some of these data, or never.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# user: begin
import fasttext

# user: end
from protocol import Clock, Job, in_time, run

SETTINGS = ((0.5, 5), (0.5, 25), (0.1, 25), (0.1, 5))  # learning rate and epochs, of its tutorial's ranges


def train(job: Job, clock: Clock) -> None:
    # user: begin
    files = {}
    for split in ("train", "validation"):
        files[split] = str(job.folder / f"{split}.txt")
        rows = zip(job.labels(split), job.texts(split), strict=True)
        Path(files[split]).write_text("".join(f"__label__{a} {cleaned(b)}\n" for a, b in rows), "utf-8")
    best: Any = None
    best_score = -1.0
    for rate, epochs in SETTINGS:
        model = fasttext.train_supervised(
            files["train"], lr=rate, epoch=epochs, wordNgrams=2, thread=job.threads, seed=job.seed
        )
        found = model.test_label(files["validation"]).values()
        score = sum(one["recall"] for one in found) / len(found)  # of balanced classes it is the accuracy
        if score > best_score:
            best, best_score = model, score
        # user: end
        if clock.over():
            break
        # user: begin
    best.save_model(str(job.folder / "model.bin"))
    # user: end
    predict = labels_of(best)
    clock.mark(lambda split: in_time(job, predict, job.texts(split), chunk=5000), final=True)


# user: begin
def cleaned(text: str) -> str:
    return re.sub(r"([.!?,'/()])", r" \1 ", text.lower())


# user: end
def load(job: Job) -> Callable[[list[str]], Any]:
    # user: begin
    model = fasttext.load_model(str(job.folder / "model.bin"))
    # user: end
    return labels_of(model)


def labels_of(model: Any) -> Callable[[Sequence[str]], list[str]]:
    def predict(texts: Sequence[str]) -> list[str]:
        # user: begin
        labels, _ = model.predict([cleaned(text) for text in texts])
        return [label[0].removeprefix("__label__") for label in labels]
        # user: end

    return predict


if __name__ == "__main__":
    run(train, load)
