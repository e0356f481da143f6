"""Rules for the settings of a task, its objective, n-grams and pretraining."""

from __future__ import annotations

from rnnlab.rule import COUNT, NAME, OPTIONAL_SIZE, PROBABILITY, SIZE, Choice, Flag, Number, Text
from rnnlab.rule_lists import Items, Rule, Tree

PRIOR = "null, train, uniform or a list with a probability > 0 for each class, which sum to 1"
WEIGHT = Number(0, 10**6)  # of a term of a loss
POSITIVE = Number(0, 10**6, open="low")
DYNAMIC_RULES: dict[str, Rule] = {
    "enabled": Flag(),
    "rule": Choice(("rms", "sgd")),
    "learning_rates": Items(POSITIVE, 1, told="a list of numbers > 0"),
    "decays": Items(Number(0, 1), 1, told="a list of numbers in [0, 1]"),
    "epsilon": POSITIVE,
    **dict.fromkeys(("segment", "training_segments", "validation_segments"), SIZE),
}

TASK_RULES: dict[str, Rule] = {
    "task": Tree(),
    "task.name": NAME,
    "monitor": Text(),
    "task.network": Tree(),
    "label_smoothing": PROBABILITY,
    "focal_gamma": Number(0, 1000),
    "sampling": Choice(("natural", "balanced")),
    "class_weights": Items(
        POSITIVE,
        1,
        words=(None, "balanced"),
        told="null, balanced or a list with a weight > 0 for each class",
    ),
    "prior": Items(Number(0, 1, open="low"), 1, words=(None, "train", "uniform"), told=PRIOR),
    "calibrate": Flag(),
    "mixup": Number(0, 10**6),
    "mixup_level": Choice(("embedding", "hidden")),
    "state_reset": PROBABILITY,
    "activation_regularization": WEIGHT,
    "temporal_activation_regularization": WEIGHT,
    "sampled_softmax": OPTIONAL_SIZE,
    "task.dynamic_evaluation": Tree(),
    **{f"task.dynamic_evaluation.{name}": rule for name, rule in DYNAMIC_RULES.items()},
    "task.samples": Tree(),
    "task.samples.prompt": Text(),
    "task.samples.length": SIZE,
    "task.samples.temperatures": Items(Number(0, 100, open="low")),
    # objective
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
    **dict.fromkeys(("region", "words", "every"), SIZE),
    "pretraining.batch_tokens": SIZE,
    "pretraining.epochs": SIZE,
    "pretraining.warmup": PROBABILITY,
    "pretraining.seed": COUNT,
}
