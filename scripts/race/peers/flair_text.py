"""flair: a text classifier over DocumentRNNEmbeddings, whose words are learned from the train rows alone."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# user: begin
import flair
from flair.data import Dictionary, Sentence
from flair.datasets import CSVClassificationCorpus
from flair.embeddings import DocumentRNNEmbeddings, OneHotEmbeddings
from flair.models import TextClassifier
from flair.trainers import ModelTrainer

# user: end
from flair.trainers.plugins import TrainerPlugin, TrainingInterrupt

from protocol import Clock, Job, in_time, run

RARE = 3  # `OneHotEmbeddings.from_corpus` counts so too, but holds all tokens of the reviews in memory
EPOCHS = 150  # flair's own number; the budget or a small learning rate ends it


def train(job: Job, clock: Clock) -> None:
    folder = data_folder(job)
    # user: begin
    flair.set_seed(job.seed)
    corpus = CSVClassificationCorpus(
        folder,
        {0: "text", 1: "label"},
        label_type="label",
        train_file="train.csv",
        dev_file="validation.csv",
        sample_missing_splits=False,
        skip_header=True,
    )
    counts = Counter(token.text for row in range(len(corpus.train)) for token in corpus.train[row])
    vocabulary = Dictionary()
    for word, count in counts.items():
        if count >= RARE:
            vocabulary.add_item(word)
    words = OneHotEmbeddings(vocabulary, embedding_length=300)
    embeddings = DocumentRNNEmbeddings([words], hidden_size=256, rnn_type="LSTM", bidirectional=True)
    labels = corpus.make_label_dictionary(label_type="label")
    weights = balanced(job.labels("train")) if job.task == "tweets" else None
    model = TextClassifier(embeddings, label_dictionary=labels, label_type="label", loss_weights=weights)
    # user: end
    predict = labels_of(model)

    def answers(split: str) -> list[str]:
        model.eval()
        found = in_time(job, predict, job.texts(split))
        model.train()
        return found

    # user: begin
    ModelTrainer(model, corpus).train(
        job.folder / "model",
        learning_rate=0.1,
        mini_batch_size=32,
        # user: end
        max_epochs=EPOCHS,
        plugins=[Marks(clock, answers)],
        # user: begin
    )
    # user: end
    clock.mark(answers, final=True)


class Marks(TrainerPlugin):  # type: ignore[misc]
    """Predicts when a mark has passed, and ends the training when the budget is over."""

    def __init__(self, clock: Clock, answers: Callable[[str], Any]) -> None:
        super().__init__()
        self.clock, self.answers = clock, answers

    @TrainerPlugin.hook
    def after_training_batch(self, **kwargs: Any) -> None:
        self.clock.mark(self.answers)
        if self.clock.over():
            raise TrainingInterrupt("the budget is over")


def data_folder(job: Job) -> Path:
    """Write the rows as flair reads them, label behind text in a folder of their own, and return it."""
    folder = job.folder / "data"
    folder.mkdir()
    for split in ("train", "validation"):
        with (folder / f"{split}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [["text", "label"], *zip(job.texts(split), job.labels(split), strict=True)]
            )
    return folder


# user: begin
def balanced(labels: Sequence[str]) -> dict[str, float]:
    names = sorted(set(labels))
    return {name: len(labels) / (len(names) * labels.count(name)) for name in names}


# user: end
def load(job: Job) -> Callable[[list[str]], Any]:
    # user: begin
    model = TextClassifier.load(job.folder / "model" / "final-model.pt")
    # user: end
    return labels_of(model)


def labels_of(model: Any) -> Callable[[Sequence[str]], list[str]]:
    def predict(texts: Sequence[str]) -> list[str]:
        # user: begin
        sentences = [Sentence(text) for text in texts]
        model.predict(sentences, mini_batch_size=32)
        return [sentence.get_label().value for sentence in sentences]
        # user: end

    return predict


if __name__ == "__main__":
    run(train, load)
