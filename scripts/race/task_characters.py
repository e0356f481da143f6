"""tiny Shakespeare character by character, measured by nats a character.

N characters are predicted, V are in the alphabet. They are read in blocks of 256, and of what is before a
block only the one character that its first prediction follows.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from lanes import OURS, TORCH, Peer, Task

from rnnlab.public import attribute

BLOCK = 256
PROMPTS = 40
VALIDATION = 50_000  # characters at the end of the official train part
QUICK = {"validation": 5_000, "test": 20_000}
TOLERANCE = 1e-3  # of the sum of a distribution's probabilities


def prepare(folder: Path, quick: bool) -> tuple[dict[str, Path], dict[str, Any]]:
    """Write the official test part, the last tenth, and train and validation out of the rest as texts."""
    data = attribute("load_data")("task=shakespeare")
    parts = [data.tokenizer.decode(data.encoded(split).ids) for split in ("train", "validation")]
    alphabet = sorted(set("".join(parts)))
    texts = {"train": parts[0][:-VALIDATION], "validation": parts[0][-VALIDATION:], "test": parts[1]}
    files = {}
    for split, text in texts.items():
        cut = text[: QUICK[split] + 1] if quick and split in QUICK else text
        files[split] = folder / f"{split}.txt"
        files[split].write_text(cut, encoding="utf-8")
        ids = [alphabet.index(character) for character in cut[1:]]
        np.save(folder / f"truth_{split}.npy", np.array(ids, dtype=np.int64))
    starts = np.linspace(0, len(texts["test"]) - 64, PROMPTS).astype(int).tolist()
    prompts = [texts["test"][start : start + 64] for start in starts]
    files["prompts"] = folder / "prompts.json"
    files["prompts"].write_text(json.dumps(prompts), encoding="utf-8")
    return files, {"alphabet": "".join(alphabet), "block": BLOCK, "length": 30}


def truth(folder: Path, split: str) -> np.ndarray:
    found: np.ndarray = np.load(folder / f"truth_{split}.npy")
    return found


def score(predicted: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Return the mean nats of the true characters (N,) under log-probabilities (N, V).

    Raises:
        ValueError: rows that are no distributions.
    """
    predicted = predicted.astype(np.float64)
    total = np.exp(predicted).sum(-1)
    if not np.abs(total - 1).max() < TOLERANCE:
        raise ValueError(
            f"probabilities of a character sum to {total[np.abs(total - 1).argmax()]:.4f}, not 1"
        )
    nats = -predicted[np.arange(len(predicted)), truth[: len(predicted)]]
    return {
        "nats": float(nats.mean()),
        "accuracy": float((predicted.argmax(-1) == truth[: len(predicted)]).mean()),
    }


PEERS = (
    Peer(OURS, "rnnlab, LSTM", "docs/race.md", "rnnlab_characters.py", once_per_mark=True),
    Peer(
        "char-rnn",
        "char-rnn in bare torch, two LSTM layers of 128",
        "https://github.com/karpathy/char-rnn",
        "torch_characters.py",
        (TORCH, "numpy==2.4.6"),
    ),
    Peer(
        "nanogpt",
        "nanoGPT's CPU settings in bare torch",
        "https://github.com/karpathy/nanoGPT#i-only-have-a-macbook",
        "nanogpt_characters.py",
        (TORCH, "numpy==2.4.6"),
        once_per_mark=True,
    ),
    Peer(
        "textgenrnn",
        "textgenrnn",
        "https://github.com/minimaxir/textgenrnn",
        "textgenrnn_characters.py",
        ("textgenrnn==2.0.0", "tensorflow==2.21.0"),
    ),
)

TASKS = (
    Task(
        "shakespeare",
        "tiny Shakespeare, nats a character in blocks of 256",
        "nats",
        PEERS,
        prepare,
        truth,
        score,
        marks=(300.0,),
        in_quick=False,
        higher=False,
        answer_seconds=60.0,
        rows="passages",
    ),
)
