"""Keras 3: the network of its example "Bidirectional LSTM on IMDB", texts read by TextVectorization."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

# user: begin
import keras
import numpy as np
from keras import layers

# user: end
from protocol import Clock, Job, in_time, run

EPOCHS = 50  # at most; the budget or validation ends it
FEW = 32  # rows that fit one call of the network


def train(job: Job, clock: Clock) -> None:
    classes = job.settings["classes"]
    # user: begin
    keras.utils.set_random_seed(job.seed)
    texts, labels = column(job.texts("train")), ids(job.labels("train"), classes)
    vectorize = layers.TextVectorization(max_tokens=20000, output_sequence_length=200)
    vectorize.adapt(texts)
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int64"),
            layers.Embedding(20000, 128, mask_zero=True),
            layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
            layers.Bidirectional(layers.LSTM(64)),
            layers.Dense(len(classes), activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    whole = keras.Sequential([keras.Input((1,), dtype="string"), vectorize, model])
    # user: end
    predict = labels_of(whole, classes)

    def answers(split: str) -> list[str]:
        return in_time(job, predict, job.texts(split))

    # user: begin
    stop = keras.callbacks.EarlyStopping("val_accuracy", patience=2, restore_best_weights=True)
    model.fit(
        vectorize(texts),
        labels,
        batch_size=32,
        epochs=EPOCHS,
        validation_data=(vectorize(column(job.texts("validation"))), ids(job.labels("validation"), classes)),
        class_weight=weights(labels) if job.task == "tweets" else None,
        # user: end
        callbacks=[stop, Marks(clock, answers)],
        verbose=2,
        # user: begin
    )
    whole.save(job.folder / "model.keras")
    # user: end
    clock.mark(answers, final=True)


class Marks(keras.callbacks.Callback):
    """Predicts when a mark has passed, and ends the training when the budget is over."""

    def __init__(self, clock: Clock, answers: Callable[[str], Any]) -> None:
        super().__init__()
        self.clock, self.answers = clock, answers

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.clock.mark(self.answers)
        self.model.stop_training = self.model.stop_training or self.clock.over()


# user: begin
def column(texts: Sequence[str]) -> Any:
    return np.array(texts, dtype=object)[:, None]


def ids(labels: Sequence[str], classes: Sequence[str]) -> Any:
    return np.array([classes.index(label) for label in labels])


def weights(labels: Any) -> dict[int, float]:
    counts = np.bincount(labels)
    return dict(enumerate(len(labels) / (len(counts) * counts)))


# user: end
def load(job: Job) -> Callable[[list[str]], Any]:
    # user: begin
    model = keras.models.load_model(job.folder / "model.keras")
    # user: end
    return labels_of(model, job.settings["classes"])


def labels_of(model: Any, classes: Sequence[str]) -> Callable[[Sequence[str]], list[str]]:
    def predict(texts: Sequence[str]) -> list[str]:
        # user: begin
        rows = keras.ops.convert_to_tensor(column(texts), dtype="string")
        scores = model(rows) if len(texts) <= FEW else model.predict(rows, batch_size=256, verbose=0)
        return [classes[place] for place in np.argmax(scores, axis=-1)]
        # user: end

    return predict


if __name__ == "__main__":
    run(train, load)
