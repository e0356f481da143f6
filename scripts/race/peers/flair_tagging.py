"""flair: its sequence tagger, an LSTM and a CRF, on word and character vectors that it learns itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# user: begin
import flair
from flair.data import Dictionary, Sentence
from flair.datasets import ColumnCorpus
from flair.embeddings import CharacterEmbeddings, OneHotEmbeddings, StackedEmbeddings
from flair.models import SequenceTagger
from flair.trainers import ModelTrainer
from flair.trainers.plugins import TrainerPlugin, TrainingInterrupt

# user: end
from protocol import Clock, Job, in_time, run


class Watch(TrainerPlugin):
    """Keeps predictions at the marks, by the best epoch so far, and ends the training with the budget."""

    def __init__(self, job: Job, clock: Clock) -> None:
        super().__init__()
        self.job, self.clock = job, clock

    @TrainerPlugin.hook
    def after_training_batch(self, **_: Any) -> None:
        if self.clock.over():
            raise TrainingInterrupt("the budget is over")

    @TrainerPlugin.hook
    def after_evaluation(self, current_model_is_best: bool, **_: Any) -> None:
        if self.clock.due():
            model = self.model if current_model_is_best else best(self.job)
            self.clock.mark(lambda split: answers(self.job, model, split))


def train(job: Job, clock: Clock) -> None:
    # user: begin
    flair.set_seed(job.seed)
    corpus = ColumnCorpus(
        job.files["train"].parent, {0: "text", 1: "ner"}, train_file=job.files["train"].name,
        dev_file=job.files["validation"].name, sample_missing_splits=False,
    )  # fmt: skip
    letters = Dictionary()
    for character in sorted({character for row in sentences(job, "train") for character in "".join(row)}):
        letters.add_item(character)
    embeddings = StackedEmbeddings(
        [OneHotEmbeddings.from_corpus(corpus, min_freq=2), CharacterEmbeddings(letters)]
    )
    tagger = SequenceTagger(
        hidden_size=256, embeddings=embeddings, tag_type="ner",
        tag_dictionary=corpus.make_label_dictionary("ner", add_unk=False),
    )  # fmt: skip
    ModelTrainer(tagger, corpus).train(
        job.folder / "model",
        learning_rate=0.1,
        mini_batch_size=32,
        max_epochs=150,
        plugins=[Watch(job, clock)],
    )
    # user: end
    final = best(job)
    clock.mark(lambda split: answers(job, final, split), final=True)


def best(job: Job) -> SequenceTagger:
    """Return the model of the best epoch; where none has ended, that of the last step."""
    folder = job.folder / "model"
    name = "best-model.pt" if (folder / "best-model.pt").is_file() else "final-model.pt"
    # user: begin
    return SequenceTagger.load(folder / name)
    # user: end


def sentences(job: Job, split: str) -> list[list[str]]:
    """Return the words of each sentence of a split."""
    found = job.files[split].read_text(encoding="utf-8").removesuffix("\n\n").split("\n\n")
    return [[line.partition("\t")[0] for line in sentence.split("\n")] for sentence in found]


def tagged(model: SequenceTagger, rows: list[list[str]]) -> list[list[str]]:
    """Return BIO tags of the words of each sentence."""
    # user: begin
    read = [Sentence(words) for words in rows]
    model.predict(read, mini_batch_size=32)
    tags = [["O"] * len(words) for words in rows]
    for sentence, own in zip(read, tags, strict=True):
        for span in sentence.get_spans("ner"):
            first, last = span.tokens[0].idx - 1, span.tokens[-1].idx
            own[first:last] = [f"B-{span.tag}"] + [f"I-{span.tag}"] * (last - first - 1)
    return tags
    # user: end


def answers(job: Job, model: SequenceTagger, split: str) -> list[list[str]]:
    found: list[list[str]] = in_time(job, lambda rows: tagged(model, rows), sentences(job, split), chunk=200)
    model.train()
    return found


def load(job: Job) -> Callable[[list[list[str]]], Any]:
    model = best(job)
    return lambda rows: tagged(model, rows)


if __name__ == "__main__":
    run(train, load, lambda job: sentences(job, "test"))
