"""Settings of the pretraining on regions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RegionSettings:
    """Settings of conf/pretraining/regions.yaml, which explains each of them."""

    region: int = 20
    words: int = 10_000
    sample: float = 1e-4
    every: int = 16
    window: int = 300
    batch_tokens: int = 8192
    epochs: int = 1
    lr: float = 2e-3
    warmup: float = 0.1
    gradient_clip_val: float | None = 1.0
    dropout: float = 0.2
    embedding_dropout: float = 0.1
    word_dropout: float = 0.1
    seed: int = 0
