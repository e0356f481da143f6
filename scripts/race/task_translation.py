"""Translation of Multi30k, English to German, measured by BLEU (cased, detokenised, sacreBLEU 13a)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lanes import OURS, TORCH, Peer, Task

from rnnlab.evaluation.sequence.measures import corpus_scores
from rnnlab.public import attribute

SOURCE, TARGET = "en", "de"
QUICK = {"train": 4000, "validation": 200, "test": 200}  # pairs


def prepare(folder: Path, quick: bool) -> tuple[dict[str, Path], dict[str, Any]]:
    """Write parallel text files, train.en beside train.de; the test's translations lie apart.

    A split's path is what its files are called before the language.
    """
    data = attribute("load_data")("task=translation")
    files = {}
    for split in ("train", "validation", "test"):
        count = QUICK[split] if quick else None
        sources, targets = (list(rows)[:count] for rows in (data.inputs(split), data.targets(split)))
        (folder / f"truth_{split}.json").write_text(json.dumps([sources, targets]), encoding="utf-8")
        files[split] = folder / split
        write(folder / f"{split}.{SOURCE}", sources)
        if split != "test":
            write(folder / f"{split}.{TARGET}", targets)
    return files, {"source": SOURCE, "target": TARGET}


def write(path: Path, texts: Sequence[str]) -> None:
    path.write_text("".join(" ".join(text.split()) + "\n" for text in texts), encoding="utf-8")


def truth(folder: Path, split: str) -> list[tuple[str, str]]:
    """Return pairs of source and reference."""
    sources, targets = json.loads((folder / f"truth_{split}.json").read_text(encoding="utf-8"))
    return list(zip(sources, targets, strict=True))


def score(predicted: Sequence[str], truth: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Return BLEU and chrF of the first rows, as many as were translated."""
    sources, references = zip(*truth[: len(predicted)], strict=True)
    return corpus_scores(["bleu", "chrf"], sources, references, predicted)


PEERS = (
    Peer(
        OURS,
        "rnnlab, LSTM with attention",
        "docs/text_to_text.md",
        "rnnlab_translation.py",
        once_per_mark=True,
    ),
    Peer(
        "joeynmt",
        "JoeyNMT, LSTM with attention",
        "https://github.com/joeynmt/joeynmt/blob/main/configs/rnn_small.yaml",
        "joeynmt_translation.py",
        (TORCH, "numpy==2.4.6", "importlib_metadata==10.2.0", "sentencepiece==0.2.0", "joeynmt==2.3.0"),
    ),
)

TASKS = (
    Task(
        "multi30k",
        "Multi30k, English to German, BLEU",
        "bleu",
        PEERS,
        prepare,
        truth,
        score,
        marks=(600.0,),
        in_quick=False,
        decimals=2,
        answer_seconds=90.0,
        rows="sentences",
    ),
)
