"""Rules for the settings of a classification, for constructors and early checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.rule import COUNT, PROBABILITY, SIZE, Choice, Flag, Number, Text
from rnnlab.rule import checked as checked_by
from rnnlab.rule_lists import Items, Rule, Tree

T = TypeVar("T")
PRIOR = "null, train, uniform or a list with a probability > 0 for each class, which sum to 1"
WEIGHT = Number(0, 10**6)  # of a term of a loss
POSITIVE = Number(0, 10**6, open="low")

RULES: dict[str, Rule] = {
    "label_smoothing": PROBABILITY,
    "focal_gamma": Number(0, 1000),
    "class_weights": Items(
        POSITIVE,
        1,
        words=(None, "balanced"),
        told="null, balanced or a list with a weight > 0 for each class",
    ),
    "prior": Items(Number(0, 1, open="low"), 1, words=(None, "train", "uniform"), told=PRIOR),
    "calibrate": Flag(),
    "multi_label": Flag(),
    "mixup": Number(0, 10**6),
    "mixup_level": Choice(("embedding", "hidden")),
    "objective": Tree(),
    "task.objective": Tree(),
    **dict.fromkeys(("adversarial", "virtual_adversarial", "entropy", "teacher"), WEIGHT),
    "objective.teachers": Items(Text(), 1, told="a list of ngrams or finished runs, one at least"),
    "unlabelled_share": Number(0, 1000),
    **dict.fromkeys(("perturbation_norm", "finite_difference"), POSITIVE),
    "perturbation_scale": Choice(("deviation", "absolute")),
    # ngrams
    "ngrams": Tree(),
    "longest": Number(1, 100, whole=True),
    "ngrams.characters": Number(0, 100, whole=True),
    "self_training": Flag(),
    "smoothing": POSITIVE,
    "ngrams.strengths": Items(POSITIVE, 1, told="a list of at least one number > 0"),
    "ngrams.blend": Items(
        POSITIVE, 2, 2, words=(None,), told="null or two numbers > 0, of network and n-grams"
    ),
    # pretraining
    "pretraining": Tree(),
    **dict.fromkeys(("region", "words", "pretraining.every"), SIZE),
    "pretraining.batch_tokens": SIZE,
    "pretraining.epochs": SIZE,
    "pretraining.warmup": PROBABILITY,
    "pretraining.seed": COUNT,
}


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, RULES[name])
