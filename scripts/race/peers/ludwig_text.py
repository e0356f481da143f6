"""Ludwig: a text feature with its recurrent encoder as an LSTM, described by a configuration."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

# isort: off
import without_cuda  # noqa: F401 - before ludwig

# user: begin
import pandas as pd
from ludwig.api import LudwigModel

# user: end
from ludwig.callbacks import Callback

# isort: on
from protocol import Clock, Job, in_time, run

EPOCHS = 100  # Ludwig's own number; the budget or its early stop ends it


class Over(Exception):
    """The budget is over."""


def train(job: Job, clock: Clock) -> None:
    # user: begin
    config: dict[str, Any] = {
        "input_features": [
            {
                "name": "text",
                "type": "text",
                "encoder": {"type": "rnn", "cell_type": "lstm", "bidirectional": True},
            }
        ],
        "output_features": [{"name": "label", "type": "category"}],
        "trainer": {"epochs": EPOCHS, "learning_rate": 0.001},
    }
    train_rows, validation = pd.read_csv(job.files["train"]), pd.read_csv(job.files["validation"])
    if job.task == "tweets":
        counts = train_rows.label.value_counts()
        weights = (len(train_rows) / (len(counts) * counts)).to_dict()
        config["output_features"][0]["loss"] = {"type": "softmax_cross_entropy", "class_weights": weights}
    # user: end
    marks = Marks(clock)
    # user: begin
    model = LudwigModel(
        config,
        # user: end
        callbacks=[marks],
        # user: begin
        backend="local",
        logging_level=logging.WARNING,
    )
    # user: end
    predict = labels_of(model)

    def answers(split: str) -> list[str]:
        return in_time(job, predict, job.texts(split), chunk=1000)

    marks.answers = answers
    try:
        # user: begin
        model.train(
            training_set=train_rows,
            validation_set=validation,
            output_directory=str(job.folder / "results"),
            random_seed=job.seed,
            # user: end
            skip_save_progress=True,
            skip_save_log=True,
            skip_save_processed_input=True,
            # user: begin
        )
        # user: end
    except Over:
        print("the budget is over")
    # user: begin
    model.save(str(job.folder / "model"))
    # user: end
    clock.mark(answers, final=True)


class Marks(Callback):  # type: ignore[misc]
    """Predicts when a mark has passed, and ends the training when the budget is over."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.answers: Callable[[str], Any] = list

    def on_batch_end(self, trainer: Any, *more: Any, **named: Any) -> None:
        if self.clock.due():
            self.clock.mark(self.answers)
            trainer.model.train()
        if self.clock.over():
            raise Over


def load(job: Job) -> Callable[[list[str]], Any]:
    # user: begin
    model = LudwigModel.load(str(job.folder / "model"), backend="local", logging_level=logging.WARNING)
    # user: end
    return labels_of(model)


def labels_of(model: Any) -> Callable[[Sequence[str]], list[str]]:
    def predict(texts: Sequence[str]) -> list[str]:
        # user: begin
        found, _ = model.predict(
            pd.DataFrame({"text": texts}), skip_save_predictions=True, skip_save_unprocessed_output=True
        )
        return found["label_predictions"].tolist()
        # user: end

    return predict


if __name__ == "__main__":
    run(train, load)
