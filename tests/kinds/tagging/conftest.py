"""Finished taggers of a tiny language of names and places in a few frames, and an untrained one."""

import random
from functools import partial

import pytest
import torch

from rnnlab.kinds.tagging.task import Tagging
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.head.crf import CRF
from rnnlab.model.tagger import Tagger
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.training.scheduler.lr_curve import Constant

PEOPLE = ["Ann", "Bob Lee", "Carla", "Dan Wu", "Eve", "Frank Ray Poe", "Gina", "Hal Orr"]
PLACES = ["Rome", "New York", "Oslo", "Lima", "San Marino", "Bonn"]
FRAMES = [
    "P lives in L .",
    "in L , P met P",
    "nobody saw P",
    "it rains in L again",
    "nothing happened today",
    "P P and P left L",
]
SMALL = [
    "data=tagged",
    "model.embedding_size=12",
    "model.hidden_size=16",
    "model.dropout=0",
    "data.batch_size=8",
    "optimizer.lr=0.03",
    "callback=default",
]


def sentences(count, seed):
    """Sentences as (word, tag) pairs, in BIO."""
    drawn, found = random.Random(seed), []
    for _ in range(count):
        pairs = []
        for word in drawn.choice(FRAMES).split():
            names, kind = {"P": (PEOPLE, "person"), "L": (PLACES, "place")}.get(word, ([word], ""))
            for place, part in enumerate(drawn.choice(names).split()):
                pairs.append((part, f"{'I' if place else 'B'}-{kind}" if kind else "O"))
        found.append(pairs)
    return found


def conll(found):
    return "".join("".join(f"{word}\t{tag}\n" for word, tag in pairs) + "\n" for pairs in found)


@pytest.fixture(scope="session")
def tagged_files(tmp_path_factory):
    """CoNLL files of the language: train, validation and test."""
    folder = tmp_path_factory.mktemp("tagged")
    for number, (name, count) in enumerate({"train": 160, "validation": 40, "test": 60}.items()):
        (folder / f"{name}.conll").write_text(conll(sentences(count, number)))
    return folder


def overrides(files):
    return [f"data.files.{name}='{files / name}.conll'" for name in ("train", "validation", "test")]


@pytest.fixture(scope="session")
def entity_run(train_run, tagged_files, tmp_path_factory):
    """A tagger of entities by CRF and letters, good at its language."""
    folder = tmp_path_factory.mktemp("entities") / "run"
    own = ["task=tagging", "model=bilstm", "head=crf", "characters=cnn", "trainer.max_epochs=3"]
    return train_run(folder, *own, *SMALL, *overrides(tagged_files))


@pytest.fixture(scope="session")
def weak_run(train_run, tagged_files, tmp_path_factory):
    """A tagger of the same data by a softmax, without letters, hardly trained."""
    folder = tmp_path_factory.mktemp("weak") / "run"
    own = ["task=tagging", "model=lstm", "head=softmax", "characters=none", "trainer.limit_train_batches=4"]
    return train_run(folder, *own, *SMALL, *overrides(tagged_files))


@pytest.fixture(scope="session")
def word_run(train_run, tmp_path_factory):
    """A tagger of parts of speech: each word's tag is its kind."""
    folder = tmp_path_factory.mktemp("words")
    kinds = {"in": "ADP", "and": "CCONJ", ".": "PUNCT", ",": "PUNCT"}
    for number, (name, count) in enumerate({"train": 80, "validation": 20, "test": 30}.items()):
        found = [
            [(word, kinds.get(word, "NOUN" if word[0].isupper() else "VERB")) for word, _ in pairs]
            for pairs in sentences(count, number)
        ]
        (folder / f"{name}.conll").write_text(conll(found))
    own = ["task=tagging", "model=bilstm", "head=softmax", "characters=none", "trainer.max_epochs=5"]
    return train_run(folder / "run", *own, *SMALL, *overrides(folder))


@pytest.fixture
def opened(entity_run):
    return OpenRun(RunFolder(entity_run))


@pytest.fixture
def tagging():
    """tagging(tags, scheme, ...) -> a task whose network has random weights."""

    def make(tags=("O", "B-a", "I-a", "E-a", "S-a"), scheme="BIOES", **settings) -> Tagging:
        torch.manual_seed(0)
        encoder = RecurrentEncoder("lstm", 4, 4, bidirectional=True)
        network = Tagger(9, 4, encoder, len(tags), CRF)
        return Tagging(network, partial(torch.optim.SGD, lr=0.1), Constant(), list(tags), scheme, **settings)

    return make
