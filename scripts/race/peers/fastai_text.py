"""fastai: AWD-LSTM by `text_classifier_learner`, from scratch, as nothing can be downloaded in the race."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

# user: begin
import pandas as pd
import torch
from fastai.text.all import (
    AWD_LSTM,
    Callback,
    CancelFitException,
    CrossEntropyLossFlat,
    TextDataLoaders,
    accuracy,
    load_learner,
    set_seed,
    text_classifier_learner,
)

# user: end
from protocol import Clock, Job, in_time, run

EPOCHS = 4  # those of its tutorial
FEW = 64  # rows that are tokenised in this process; a frame of more starts others


def train(job: Job, clock: Clock) -> None:
    # user: begin
    set_seed(job.seed)
    frames = [pd.read_csv(job.files[split]).assign(held=held) for split, held in SPLITS]
    data = TextDataLoaders.from_df(
        pd.concat(frames), path=job.folder, text_col="text", label_col="label", valid_col="held", bs=64
    )
    loss = CrossEntropyLossFlat(weight=balanced(frames[0].label)) if job.task == "tweets" else None
    learner = text_classifier_learner(
        data, AWD_LSTM, pretrained=False, drop_mult=0.5, metrics=accuracy, loss_func=loss
    )
    # user: end
    predict = labels_of(learner)

    def answers(split: str) -> list[str]:
        return in_time(job, predict, job.texts(split), chunk=128)

    with learner.no_bar(), learner.no_logging():
        # user: begin
        learner.fit_one_cycle(
            EPOCHS,
            1e-2,
            # user: end
            cbs=[Marks(clock, answers)],
            # user: begin
        )
    learner.export("model.pkl")
    # user: end
    clock.mark(answers, final=True)


class Marks(Callback):  # type: ignore[misc]
    """Predicts when a mark has passed, and ends the training when the budget is over."""

    order = 100

    def __init__(self, clock: Clock, answers: Callable[[str], Any]) -> None:
        super().__init__()
        self.clock, self.answers = clock, answers

    def after_batch(self) -> None:
        if self.training:
            self.clock.mark(self.answers)
            if self.clock.over():
                raise CancelFitException


SPLITS = (("train", False), ("validation", True))


# user: begin
def balanced(labels: pd.Series) -> torch.Tensor:
    counts = labels.value_counts().sort_index()
    return torch.tensor((len(labels) / (len(counts) * counts)).to_numpy(), dtype=torch.float32)


# user: end
def load(job: Job) -> Callable[[list[str]], Any]:
    # user: begin
    learner = load_learner(job.folder / "model.pkl")
    # user: end
    return labels_of(learner)


def labels_of(learner: Any) -> Callable[[Sequence[str]], list[str]]:
    """Return the function that answers; it also works while the learner trains, and leaves it training."""

    def predict(texts: Sequence[str]) -> list[str]:
        training = learner.model.training
        learner.model.eval()
        # user: begin
        items = list(texts) if len(texts) <= FEW else pd.DataFrame({"text": texts})
        rows = learner.dls.test_dl(items, bs=64)
        with torch.no_grad():
            found = []
            for (tokens,) in rows:
                learner.model.reset()
                found.append(learner.model(tokens)[0].argmax(-1))
        order = torch.tensor(rows.get_idxs()).argsort()
        labels = [learner.dls.vocab[1][int(place)] for place in torch.cat(found)[order]]
        # user: end
        learner.model.reset()
        learner.model.train(training)
        return labels

    return predict


if __name__ == "__main__":
    run(train, load)
