"""fastText: the classifier of its tutorial, its settings found on validation by its own autotune."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# user: begin
import fasttext

# user: end
from protocol import Clock, Job, in_time, run

PART = 0.6  # of the first mark that the search takes; the last training, with what it found, comes after it


def train(job: Job, clock: Clock) -> None:
    duration = max(1, int(PART * (job.marks[0] - clock.seconds())))
    # user: begin
    files = {}
    for split in ("train", "validation"):
        files[split] = str(job.folder / f"{split}.txt")
        rows = zip(job.labels(split), job.texts(split), strict=True)
        Path(files[split]).write_text("".join(f"__label__{a} {cleaned(b)}\n" for a, b in rows), "utf-8")
    model = fasttext.train_supervised(
        input=files["train"],
        autotuneValidationFile=files["validation"],
        autotuneDuration=duration,
        thread=job.threads,
        seed=job.seed,
    )
    model.save_model(str(job.folder / "model.bin"))
    # user: end
    predict = labels_of(model)
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
