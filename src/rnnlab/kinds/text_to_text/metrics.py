"""Metrics of text to text: those of free-running output, and the teacher-forced loss apart from them."""

from __future__ import annotations

from rnnlab.kinds.metric import Metric

EVALUATED = ("val", "test")
FORCED = (
    Metric("loss", lower_is_better=True, unit="nats a token", splits=("train", *EVALUATED)),
    Metric("perplexity", lower_is_better=True),
    Metric("token_accuracy"),
)
"""Of each reference token, given the reference before it."""
FREE = (
    Metric("bleu", decimals=2, interval=True),
    Metric("bleu_lowercase", decimals=2, interval=True),
    Metric("chrf", decimals=2, interval=True),
    Metric("ter", lower_is_better=True, decimals=2, interval=True),
    Metric("rouge1", decimals=2, interval=True),
    Metric("rouge2", decimals=2, interval=True),
    Metric("rougeL", decimals=2, interval=True),
    Metric("exact_match", interval=True),
    Metric("word_error_rate", lower_is_better=True, unit="%", decimals=2, interval=True),
    Metric("token_error_rate", lower_is_better=True, unit="%", decimals=2, interval=True),
    Metric("character_error_rate", lower_is_better=True, unit="%", decimals=2, interval=True),
    Metric("edit_distance", lower_is_better=True, unit="characters", interval=True),
    Metric("similarity_train_vectors", interval=True),
    Metric("length_ratio"),
    Metric("repetition", lower_is_better=True),
)
"""Of outputs that the model wrote by itself, against the reference texts."""
METRICS = (*FORCED, *FREE)
MEASURES = tuple(metric.name for metric in FREE)
