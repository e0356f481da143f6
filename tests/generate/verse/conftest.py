"""A small model of characters that knows verse: it counts what follows five characters."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

import numpy as np
import pytest
import torch

from rnnlab.tokenizer import CharTokenizer

BEHIND = 5
_ENDS = """
    day way say may stay night light bright sight right sea tree free me heart part art start love above
    rose knows goes chose mind kind find blind hand land stand sand king spring sing thing face grace place
    heaven seven ear hear near dear eye high sky die time rhyme prime climb song long strong wrong
"""
_MIDDLES = """
    the sun the moon my love the winter his summer thy beauty our sorrow no river one flower a garden
    that morning this evening the golden the silver the gentle the tender and never and ever but only
    will follow will wander can borrow and whisper has spoken was broken shall answer must tremble of roses
"""
ENDS, MIDDLES = _ENDS.split(), _MIDDLES.split()


def verse(lines: int) -> str:
    """Lines of some ten syllables, which do not mean much."""
    chance = random.Random(5)
    found = []
    for _ in range(lines):
        words = [chance.choice(MIDDLES) for _ in range(chance.randint(5, 8))]
        line = " ".join([*words, chance.choice(ENDS)]) + chance.choice([",", ".", ";", "", "?"])
        found.append(line[0].upper() + line[1:])
    return "\n".join(found) + "\n"


class Counts:
    """An engine as rnnlab.generate.engine has it; its state is what was read last, (1, B, 5)."""

    workers = 1
    walker = None

    def __init__(self, text: str, tokenizer: CharTokenizer) -> None:
        self.vocab_size = tokenizer.vocab_size
        self.counts: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        ids = tokenizer.encode(text)
        for place in range(BEHIND, len(ids)):
            for length in range(BEHIND + 1):
                self.counts[tuple(ids[place - length : place])][ids[place]] += 1
        self.known: dict[tuple[int, ...], np.ndarray] = {}

    def logits(self, behind: tuple[int, ...]) -> np.ndarray:
        if behind not in self.known:
            total = np.full(self.vocab_size, 1e-6)
            for length in range(BEHIND + 1):
                found = self.counts.get(behind[BEHIND - length :], Counter())
                for token, count in found.items():
                    total[token] += 20.0**length * count / sum(found.values())
            self.known[behind] = np.log(total / total.sum()).astype(np.float32)
        return self.known[behind]

    def read(self, tokens, state=None):
        given = torch.as_tensor(np.asarray(tokens, np.int64))
        before = torch.zeros(1, len(given), BEHIND, dtype=torch.long) if state is None else state[0]
        after = torch.cat([before[0], given], dim=1)[:, -BEHIND:]
        return np.stack([self.logits(tuple(row)) for row in after.tolist()]), (after[None],)

    def step(self, tokens, state):
        return self.read(np.asarray(tokens)[:, None], state)


@pytest.fixture(scope="session")
def verses():
    """Text to learn from."""
    return verse(1500)


@pytest.fixture(scope="session")
def letters(verses):
    """A tokenizer of characters."""
    tokenizer = CharTokenizer()
    tokenizer.train([verses + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'-:!:|0123456789\n"])
    return tokenizer


@pytest.fixture(scope="session")
def poet(verses, letters):
    """An engine that writes such lines."""
    return Counts(verses, letters)


@pytest.fixture(scope="session")
def counts():
    """The class of such engines."""
    return Counts
