"""Valid values of each model setting, for constructors and config checks. No torch."""

from __future__ import annotations

from typing import TypeVar

from rnnlab.rule import OPTIONAL_SIZE, OPTIONAL_WIDTH, PROBABILITY, SIZE, WIDTH, Choice, Flag, Number
from rnnlab.rule import checked as checked_by

T = TypeVar("T")

INITS = (
    *("orthogonal", "orthogonal_gates", "xavier_uniform", "xavier_normal", "kaiming_uniform"),
    *("kaiming_normal", "normal", "uniform", "identity"),
)
POOLINGS: dict[str, tuple[str, ...]] = {
    "last": ("last",),
    "mean": ("mean",),
    "max": ("max",),
    "attention": ("attention",),
    "dot_attention": ("dot_attention",),
    "last_mean_max": ("last", "mean", "max"),
    "max_mean": ("max", "mean"),
    "max_mean_attention": ("max", "mean", "attention"),
}
"""Pooling names and the parts that they concatenate."""
PADDINGS = ("post", "pre")
SUBWORDS = ("first", "mean")
"""How outputs at the pieces of a word become one."""
MLP_RATIO = 2.0
"""Default of `mlp_ratio`: units of a block's MLP as a multiple of the features of the stream."""
PARAMETER_TOLERANCE, STATE_TOLERANCE = 0.02, 0.1
"""How far from `parameters` and `state_size` a network may be; a matrix's width makes large steps."""
SOLVED = ("hidden_size", "mlp_ratio", "embedding_size")
"""Settings that are solved for where a network's size is given."""
LAYERS = Number(1, 1000, whole=True)

RULES: dict[str, Number | Choice | Flag] = {
    **dict.fromkeys(("embedding_size", "input_size", "hidden_size", "sentence_hidden_size"), WIDTH),
    "projection_size": OPTIONAL_WIDTH,
    "style_size": Number(0, WIDTH.high, whole=True),
    **dict.fromkeys(("num_layers", "members"), LAYERS),
    **dict.fromkeys(("num_heads", "memory", "rounds", "heads", "householders", "state_expansion"), SIZE),
    **dict.fromkeys(("bptt", "parameters", "state_size"), OPTIONAL_SIZE),
    "attention_window": Number(1, 100_000, whole=True),
    **dict.fromkeys(
        ("dropout", "embedding_dropout", "word_dropout", "type_dropout", "layer_dropout"), PROBABILITY
    ),
    **dict.fromkeys(("recurrent_dropout", "zoneout", "memory_zoneout", "attention_dropout"), PROBABILITY),
    "forget_bias": Number(-1000, 1000),
    "min_radius": Number(0, 1, open="high"),
    "max_radius": Number(0, 1, open="low high"),
    "max_phase": Number(0, 6.2832),
    "decay_kind": Choice(("vector", "scalar", "tied")),
    **dict.fromkeys(("bidirectional", "tie_weights", "peephole", "coupled", "negative_eigenvalues"), Flag()),
    "recurrent_dropout_kind": Choice(("variational", "weight_drop")),
    "nonlinearity": Choice(("tanh", "relu")),
    "pairs": Choice(("joined", "apart")),
    "connection": Choice(("none", "residual", "highway", "dense")),
    "norm": Choice(("none", "layer")),
    "block": Choice(("none", "residual")),
    "mlp_ratio": Number(0, 64),
    "conv_size": Number(2, 64, whole=True, words=(0,)),
    "input_norm": Choice(("none", "batch")),
    "mixing": Choice(("concat", "sum", "linear")),
    "pooling": Choice(tuple(POOLINGS)),
    **dict.fromkeys(("input_init", "recurrent_init"), Choice(INITS)),
    # vectors of words from letters, words from pieces
    **dict.fromkeys(("letter_size", "output_size", "width"), WIDTH),
    "subwords": Choice(SUBWORDS),
}
"""Checks by setting name, which is also the name of the constructors' argument."""
PARTS: dict[str, Number | Choice] = {
    **dict.fromkeys(("size", "num_classes", "vocab_size", "pretrained.projection"), WIDTH),
    **dict.fromkeys(("num_tags", "num_letters"), WIDTH),
    "styles": Number(2, WIDTH.high, whole=True),
    "padding": Choice(PADDINGS),
    "init": Choice(INITS),
}
"""Checks of arguments that are not settings of a model."""


def checked(name: str, value: T) -> T:
    """Return the value of an argument. Raises ValueError, which names argument, value and rule, otherwise."""
    return checked_by(name, value, RULES[name] if name in RULES else PARTS[name])


def nearest_heads(heads: int, size: int) -> str | None:
    """Return which numbers of heads near the given one divide a hidden size; None if that one does."""
    if size % heads == 0:
        return None
    below = next(number for number in range(min(heads, size), 0, -1) if size % number == 0)
    above = next((number for number in range(heads, size + 1) if size % number == 0), None)
    return f"choose {below}" if above is None else f"choose {below} or {above}"


def check_heads(heads: int, hidden_size: int) -> None:
    """Raise ValueError for heads that do not divide the hidden size."""
    nearest = nearest_heads(heads, hidden_size)
    if nearest is not None:
        raise ValueError(f"heads={heads} must divide hidden_size={hidden_size}: {nearest}")


def mlp_width(ratio: float, size: int) -> int:
    """Return the units of a block's MLP from `mlp_ratio` and the features of the stream."""
    return max(round(ratio * size), 1) if ratio else 0


def check_reads(name: str, size: int, input_size: int) -> None:
    """Raise ValueError unless the encoder reads vectors of that size."""
    if size != input_size:
        raise ValueError(f"{name}={size} must equal the encoder's input_size={input_size}")
