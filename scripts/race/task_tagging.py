"""Entities of WNUT17 (emerging names in posts), measured by the F1 of whole entities."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lanes import OURS, TORCH, Peer, Task

from rnnlab.evaluation.entities import convert
from rnnlab.evaluation.entity_scores import entity_counts, entity_scores
from rnnlab.public import attribute

SCHEME = "BIO"
QUICK = {"train": 800, "validation": 200, "test": 300}  # sentences
SHOWN = ("f1", "precision", "recall")


def prepare(folder: Path, quick: bool) -> tuple[dict[str, Path], dict[str, Any]]:
    """Write sentences as CoNLL columns, a word and its tag a line; the test has words alone."""
    data = attribute("load_data")("task=tagging", "data=wnut17")
    files = {}
    for split in ("train", "validation", "test"):
        count = QUICK[split] if quick else None
        words = data.inputs(split)[:count]
        named = [[data.tag_names[number] for number in row] for row in data.targets(split)[:count]]
        tags = [convert(row, data.scheme, SCHEME) for row in named]
        (folder / f"truth_{split}.json").write_text(json.dumps(tags), encoding="utf-8")
        files[split] = folder / f"{split}.conll"
        with files[split].open("w", encoding="utf-8") as file:
            for row, own in zip(words, tags, strict=True):
                lines = (
                    row if split == "test" else [f"{word}\t{tag}" for word, tag in zip(row, own, strict=True)]
                )
                file.write("\n".join(lines) + "\n\n")
    return files, {"scheme": SCHEME}


def truth(folder: Path, split: str) -> list[list[str]]:
    found: list[list[str]] = json.loads((folder / f"truth_{split}.json").read_text(encoding="utf-8"))
    return found


def score(predicted: Sequence[Sequence[str]], truth: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return F1, precision and recall of the entities of the first rows, as many as were predicted.

    Raises:
        ValueError: a sentence with another number of tags, or a tag that BIO does not have.
    """
    found = entity_scores(entity_counts(truth[: len(predicted)], predicted, SCHEME))
    return {name: found[name] for name in SHOWN}


PEERS = (
    Peer(OURS, "rnnlab, BiLSTM-CRF", "docs/tagging.md", "rnnlab_tagging.py", once_per_mark=True),
    Peer(
        "flair",
        "flair, BiLSTM-CRF, from scratch",
        "https://flairnlp.github.io/docs/tutorial-training/how-to-train-sequence-tagger",
        "flair_tagging.py",
        (TORCH, "transformers==4.57.6", "numpy==2.4.6", "flair==0.15.1"),
    ),
)

TASKS = (
    Task(
        "wnut17",
        "WNUT17, emerging entities, F1 of entities",
        "f1",
        PEERS,
        prepare,
        truth,
        score,
        marks=(120.0,),
        in_quick=False,
        rows="sentences",
    ),
)
