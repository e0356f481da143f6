"""Small networks whose explanations can be computed by hand, and runs that are open without a folder."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from rnnlab.data.truncation import Truncation
from rnnlab.kinds.classification.explainer import ClassExplainer
from rnnlab.kinds.language_modeling.explainer import SurprisalExplainer
from rnnlab.tokenizer.word import WordTokenizer

WORDS = ["good film . bad plot not fine dull the was it so"]


class Bag(nn.Module):
    """logits = W (sum of the words' vectors) + b: what a word adds is known."""

    def __init__(self, vocab_size: int, embedding_size: int = 3, num_classes: int = 2) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embedding = nn.Embedding(vocab_size, embedding_size)
        self.head = nn.Linear(embedding_size, num_classes)
        self.pooling = SimpleNamespace(attention=None)

    def forward(self, tokens, lengths):
        return self.from_vectors(self.embedding(tokens), lengths)

    def from_vectors(self, vectors, lengths):
        return self.head(vectors.sum(dim=1))


@pytest.fixture
def bag(tokenizer):
    return Bag(tokenizer.vocab_size).eval()


@pytest.fixture(scope="session")
def tokenizer():
    made = WordTokenizer(min_count=1)
    made.train(WORDS)
    return made


@pytest.fixture
def opened(tokenizer):
    """opened(network, ...) -> what explanations ask of an `OpenRun`."""

    def make(
        network,
        kind="classification",
        classes=("negative", "positive"),
        words=None,
        prior=None,
        data=None,
        **others,
    ):
        values = {"shape": Truncation(max_length=8), "temperature": 1.0, **others}
        run = SimpleNamespace(
            kind=kind,
            task="films",
            classes=classes if kind == "classification" else (),
            cleaner=lambda text: text.replace("\t", " "),
            tokenizer=words or tokenizer,
            network=network.eval(),
            config=SimpleNamespace(data=data or {}),
            settings={"task": {"prior": prior}},
            facts={"classes": classes, "class_counts": [1] * len(classes)},
            folder=SimpleNamespace(path=None),
            **values,
        )
        run.explainer = (ClassExplainer if run.classes else SurprisalExplainer)(run)
        return run

    return make
