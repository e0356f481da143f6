"""Sentiment of film reviews and of tweets: the files, the measures, and the libraries that classify text."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from lanes import OURS, TORCH, Peer, Task

from rnnlab.data.files import read_texts
from rnnlab.data.source import resolve_source
from rnnlab.evaluation.scores import confusion, totals, whole_scores
from rnnlab.public import attribute

SPLITS = ("train", "validation", "test")
QUICK = {"train": 4000, "validation": 500, "test": 1000}  # rows of the quick race
ORDER = 0  # seed of the order of rows


def prepare(name: str, folder: Path, quick: bool) -> tuple[dict[str, Path], dict[str, Any]]:
    """Write the rows of a task of rnnlab as CSV with `text` and `label`; the test's labels lie apart.

    The rows of each split are in one random order, so that the first answers of a slow peer are a fair
    sample. `unlabelled` has further texts, where the data have them.
    """
    data = attribute("load_data")(f"task={name}")
    classes = list(data.classes)
    files = {}
    for split in SPLITS:
        texts, labels = data.inputs(split), np.asarray(data.targets(split))
        order = np.random.default_rng(ORDER).permutation(len(texts))[: QUICK[split] if quick else None]
        named = [classes[int(labels[place])] for place in order]
        (folder / f"truth_{split}.json").write_text(json.dumps(named), encoding="utf-8")
        files[split] = folder / f"{split}.csv"
        write(files[split], [texts[place] for place in order], None if split == "test" else named)
    unlabelled = resolve_source(data.recipe, data.source, data.data_dir, data.cache_dir).unlabelled
    if unlabelled is not None:
        files["unlabelled"] = folder / "unlabelled.csv"
        write(files["unlabelled"], read_texts(unlabelled, "text")[: QUICK["train"] if quick else None], None)
    return files, {"classes": classes, "official": data.provenance["official"]}


def write(path: Path, texts: Sequence[str], labels: Sequence[str] | None) -> None:
    """Write rows of `text` and, if there are labels, `label`; a text is one line."""
    lines = [" ".join(text.splitlines()) for text in texts]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text"] if labels is None else ["text", "label"])
        writer.writerows([[line] for line in lines] if labels is None else zip(lines, labels, strict=True))


def truth(folder: Path, split: str) -> list[str]:
    found: list[str] = json.loads((folder / f"truth_{split}.json").read_text(encoding="utf-8"))
    return found


def score(predicted: Sequence[str], truth: Sequence[str]) -> dict[str, float]:
    """Return accuracy, macro_recall and the like of the first rows, as many as were predicted.

    Raises:
        ValueError: a prediction that is no class.
    """
    classes = sorted(set(truth))
    wrong = set(predicted) - set(classes)
    if wrong:
        raise ValueError(f"{sorted(map(str, wrong))[0]!r} is no class: {', '.join(classes)}")
    ids = [[classes.index(label) for label in labels] for labels in (truth[: len(predicted)], predicted)]
    counts = confusion(np.array(ids[0]), np.array(ids[1]), len(classes))
    return {name: float(value) for name, value in whole_scores(totals(counts)).items()}


PEERS = (
    Peer(OURS, "rnnlab", "docs/race.md", "rnnlab_text.py", once_per_mark=True),
    Peer(
        "ludwig",
        "Ludwig, LSTM encoder",
        "https://ludwig.ai/latest/configuration/features/text_features/",
        "ludwig_text.py",
        (TORCH, "ludwig==0.11.0"),
    ),
    Peer(
        "keras",
        "Keras 3, its BiLSTM example",
        "https://keras.io/examples/nlp/bidirectional_lstm_imdb/",
        "keras_text.py",
        ("tensorflow-cpu==2.21.0", "keras==3.15.1"),
        environment={"KERAS_BACKEND": "tensorflow"},
    ),
    Peer(
        "fastai",
        "fastai, AWD-LSTM from scratch",
        "https://docs.fast.ai/tutorial.text.html",
        "fastai_text.py",
        (TORCH, "spacy==3.8.18", "fastai==2.8.12"),
    ),
    Peer(
        "flair",
        "flair, RNN document embeddings from scratch",
        "https://flairnlp.github.io/docs/tutorial-training/how-to-train-text-classifier",
        "flair_text.py",
        (TORCH, "flair==0.15.1"),
        environment={"FLAIR_CACHE_ROOT": "flair"},
    ),
    Peer(
        "fasttext",
        "fastText, pairs of words",
        "https://fasttext.cc/docs/en/supervised-tutorial.html",
        "fasttext_text.py",
        ("numpy==1.26.4", "fasttext==0.9.3"),
        neural=False,
        typical=120.0,
    ),
    Peer(
        "sklearn",
        "scikit-learn, TF-IDF and linear SVM",
        "https://scikit-learn.org/stable/auto_examples/text/plot_document_classification_20newsgroups.html",
        "sklearn_text.py",
        ("scikit-learn==1.9.1",),
        neural=False,
        typical=60.0,
    ),
)

TASKS = (
    Task(
        "imdb",
        "film reviews, two classes, accuracy",
        "accuracy",
        PEERS,
        partial(prepare, "imdb"),
        truth,
        score,
        marks=(120.0, 300.0),
        in_quick=False,
        rows="reviews",
    ),
    Task(
        "tweets",
        "tweets, three classes, macro-averaged recall",
        "macro_recall",
        PEERS,
        partial(prepare, "tweets"),
        truth,
        score,
        marks=(60.0, 120.0),
        rows="tweets",
    ),
)
