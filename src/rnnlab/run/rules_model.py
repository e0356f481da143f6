"""What each setting of a model may be."""

from __future__ import annotations

from rnnlab.model.options import NONLINEARITIES, RECURRENT_DROPOUTS
from rnnlab.model.places import CELLS
from rnnlab.run.rule import OPTIONAL_SIZE, PROBABILITY, SIZE, Choice, Flag, Number, Rule

INITS = (
    *("orthogonal", "orthogonal_gates", "xavier_uniform", "xavier_normal", "kaiming_uniform"),
    *("kaiming_normal", "normal", "uniform", "identity"),
)

MODEL_RULES: dict[str, Rule] = {
    "embedding_size": SIZE,
    "input_size": SIZE,
    "hidden_size": SIZE,
    "style_size": Number(0, whole=True),
    "num_layers": SIZE,
    "bidirectional": Flag(),
    "dropout": PROBABILITY,
    "embedding_dropout": PROBABILITY,
    "word_dropout": PROBABILITY,
    "type_dropout": PROBABILITY,
    "layer_dropout": PROBABILITY,
    "tie_weights": Flag(),
    "members": SIZE,
    "sentence_hidden_size": SIZE,
    "cell": Choice(CELLS),
    "recurrent_dropout": PROBABILITY,
    "recurrent_dropout_kind": Choice(RECURRENT_DROPOUTS),
    "zoneout": PROBABILITY,
    "memory_zoneout": PROBABILITY,
    "connection": Choice(("none", "residual", "highway", "dense")),
    "norm": Choice(("none", "layer")),
    "input_norm": Choice(("none", "batch")),
    "mixing": Choice(("concat", "sum", "linear")),
    "nonlinearity": Choice(NONLINEARITIES),
    "forget_bias": Number(),
    "peephole": Flag(),
    "coupled": Flag(),
    "projection_size": OPTIONAL_SIZE,
    "num_heads": SIZE,
    "memory": SIZE,
    "attention_dropout": PROBABILITY,
    "rounds": SIZE,
    "heads": SIZE,
    "input_init": Choice(INITS),
    "recurrent_init": Choice(INITS),
    "pooling": Choice(
        (
            "last",
            "mean",
            "max",
            "attention",
            "dot_attention",
            "last_mean_max",
            "max_mean",
            "max_mean_attention",
        )
    ),
}
