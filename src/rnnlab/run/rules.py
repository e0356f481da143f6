"""What each setting may be, by its name: checked before anything heavy is imported or downloaded.

A rule is found by a setting's full key (`scheduler.every`) or, failing that, its last part (`hidden_size`),
so that a new model which uses the field's standard names has its values checked without a line here.
"""

from __future__ import annotations

from rnnlab.run.rule import OPTIONAL_SIZE, PROBABILITY, SIZE, Choice, Flag, Names, Number, Pattern, Rule
from rnnlab.run.rules_model import MODEL_RULES
from rnnlab.run.rules_sweep import SWEEP_RULES

COUNT = Number(0, whole=True)
SHARE = Number(0, 1)
LIMIT = Number(0, open="low", words=(None,))
DYNAMIC_RULES: dict[str, Rule] = {
    "enabled": Flag(),
    "rule": Choice(("rms", "sgd")),
    "epsilon": Number(0, open="low"),
    **dict.fromkeys(("segment", "training_segments", "validation_segments"), SIZE),
}

RULES: dict[str, Rule] = {
    "seed": Number(0, 2**32 - 1, whole=True),
    "report": Flag(),
    "checkpoints": Flag(),
    "threads": Number(1, whole=True, words=("auto",)),
    **MODEL_RULES,
    **SWEEP_RULES,
    "bptt": OPTIONAL_SIZE,
    # task
    "label_smoothing": PROBABILITY,
    "no_decay": Names(("bias", "norm", "embedding")),
    "layer_decay": Number(1, words=(None,)),
    "focal_gamma": Number(0),
    "sampling": Choice(("natural", "balanced")),
    "calibrate": Flag(),
    "mixup": Number(0),
    "mixup_level": Choice(("embedding", "hidden")),
    "state_reset": PROBABILITY,
    "activation_regularization": Number(0),
    "temporal_activation_regularization": Number(0),
    "sampled_softmax": OPTIONAL_SIZE,
    **{f"task.dynamic_evaluation.{name}": rule for name, rule in DYNAMIC_RULES.items()},
    "task.mode": Choice(("max", "min")),
    "task.samples.length": SIZE,
    # data
    "source": Choice(("auto", "files", "hub", "package")),
    "truncation": Choice(("head", "tail", "head_tail", "middle")),
    "padding": Choice(("post", "pre")),
    "bucketing": Flag(),
    "head_fraction": SHARE,
    "max_length": SIZE,
    "evaluation_length": OPTIONAL_SIZE,
    "data.batch_size": OPTIONAL_SIZE,
    "batch_tokens": OPTIONAL_SIZE,
    "eval_batch_size": SIZE,
    "window": SIZE,
    "eval_window": SIZE,
    "window_jitter": Number(0),
    "eval_documents": OPTIONAL_SIZE,
    "reversed": Flag(),
    "validation_fraction": Number(0, 1, open="low high"),
    "test_fraction": PROBABILITY,
    "split_seed": COUNT,
    "split_block": SIZE,
    "text_seed": COUNT,
    "num_workers": COUNT,
    "workers": OPTIONAL_SIZE,
    "characters": SIZE,
    # generated data
    **dict.fromkeys(("train_rows", "validation_rows", "test_rows"), SIZE),
    **dict.fromkeys(("train_characters", "validation_characters", "test_characters"), SIZE),
    **dict.fromkeys(("clauses", "kinds", "max_depth", "max_pairs"), SIZE),
    **dict.fromkeys(("negations", "fillers"), COUNT),
    # tokenizer
    "lowercase": Flag(),
    "vocab_size": Number(3, whole=True, words=(None,)),
    "min_count": SIZE,
    "max_words": SIZE,
    "other_data": Flag(),
    # embedding
    "embedding.size": OPTIONAL_SIZE,
    "projection": OPTIONAL_SIZE,
    "freeze": Flag(),
    "freeze_epochs": COUNT,
    "scale": LIMIT,
    "embedding.unlabelled": Flag(),
    "skip_gram": Flag(),
    "embedding.epochs": OPTIONAL_SIZE,
    "callback.unfreeze.epochs": COUNT,
    "callback.gradual.epochs": COUNT,
    "callback.grad_norms.enabled": Flag(),
    "callback.average.start": Number(0, 1, open="high"),
    "callback.average.every": SIZE,
    "callback.average.patience": SIZE,
    "embedding.alpha": Number(0, open="low"),
    "embedding.workers": SIZE,
    "sample": Number(0),
    "format": Choice(("auto", "text", "binary")),
    **dict.fromkeys(("negative", "min_n", "max_n", "bucket"), SIZE),
    # augment
    **{
        f"augment.{name}": SHARE
        for name in ("word_dropout", "swap", "deletion", "insertion", "replacement", "typo", "sentences")
    },
    "augment.window": COUNT,
    "probability": SHARE,
    "pick": Choice(("one", "all")),
    # objective
    **dict.fromkeys(("adversarial", "virtual_adversarial", "entropy", "teacher"), Number(0)),
    "unlabelled_share": Number(0),
    **dict.fromkeys(("perturbation_norm", "finite_difference"), Number(0, open="low")),
    "perturbation_scale": Choice(("deviation", "absolute")),
    # ngrams
    "longest": SIZE,
    "ngrams.characters": COUNT,
    "self_training": Flag(),
    "smoothing": Number(0, open="low"),
    # pretraining
    **dict.fromkeys(("region", "words", "every"), SIZE),
    "pretraining.batch_tokens": SIZE,
    "pretraining.epochs": SIZE,
    "pretraining.warmup": PROBABILITY,
    # optimizer
    "lr": Number(0, open="low"),
    "muon_lr": Number(0, open="low"),
    "weight_decay": Number(0),
    "momentum": PROBABILITY,
    "alpha": PROBABILITY,
    "eps": Number(0, open="low"),
    "nesterov": Flag(),
    "fused": Flag(),
    # scheduler
    "scheduler.warmup": PROBABILITY,
    "scheduler.final": SHARE,
    "scheduler.start": SHARE,
    "scheduler.factor": Number(0, 1, open="low high"),
    "scheduler.cut": Number(0, 1, open="low high"),
    "scheduler.ratio": Number(1),
    "scheduler.fall": SHARE,
    "scheduler.every": Number(0, 1, open="low"),
    "patience": COUNT,
    "min_delta": Number(0),
    "decay": PROBABILITY,
    # trainer
    "devices": Number(1, whole=True, words=("auto", -1)),
    "max_epochs": Number(1, whole=True, words=(-1, None)),
    "max_steps": Number(1, whole=True, words=(-1,)),
    "max_time": Pattern(r"\d+:\d\d:\d\d:\d\d", "days:hours:minutes:seconds such as 00:00:05:00"),
    "gradient_clip_val": Number(0, words=(None,)),
    "gradient_clip_algorithm": Choice(("norm", "value")),
    "accumulate_grad_batches": SIZE,
    "check_val_every_n_epoch": SIZE,
    "val_check_interval": LIMIT,
    "log_every_n_steps": SIZE,
    "limit_train_batches": LIMIT,
    "limit_val_batches": LIMIT,
    "limit_test_batches": LIMIT,
    "num_sanity_val_steps": COUNT,
    "overfit_batches": Number(0),
    "deterministic": Flag(),
    "benchmark": Flag(optional=True),
    "enable_progress_bar": Flag(),
    "use_distributed_sampler": Flag(),
}


def rule_for(key: str) -> Rule | None:
    """The rule of a dotted key: of the whole key, else of its last part."""
    return RULES.get(key) or RULES.get(key.rsplit(".", 1)[-1])
