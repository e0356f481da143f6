"""What each setting of a model may be."""

from __future__ import annotations

from rnnlab.model.cell_options import CELLS, NONLINEARITIES, RECURRENT_DROPOUTS
from rnnlab.run.config.rule import OPTIONAL_WIDTH, PROBABILITY, SIZE, WIDTH, Choice, Flag, Number, Text
from rnnlab.run.config.rule_lists import NameOrClass, Rule, Tree

INITS = (
    *("orthogonal", "orthogonal_gates", "xavier_uniform", "xavier_normal", "kaiming_uniform"),
    *("kaiming_normal", "normal", "uniform", "identity"),
)

MODEL_RULES: dict[str, Rule] = {
    "model": Tree(),
    "model.classifier": Text(),
    "model.encoder": Tree(),
    "model.encoder.options": Tree(),
    "model.encoder.attention": Tree(optional=True),
    "model.sentence_encoder": Tree(),
    "model.sentence_encoder.options": Tree(),
    "model.sentence_encoder.attention": Tree(optional=True),
    "embedding_size": WIDTH,
    "input_size": WIDTH,
    "hidden_size": WIDTH,
    "style_size": Number(0, 2**63 - 1, whole=True),
    "num_layers": Number(1, 1000, whole=True),
    "bidirectional": Flag(),
    "dropout": PROBABILITY,
    "embedding_dropout": PROBABILITY,
    "word_dropout": PROBABILITY,
    "type_dropout": PROBABILITY,
    "layer_dropout": PROBABILITY,
    "tie_weights": Flag(),
    "members": Number(1, 1000, whole=True),
    "sentence_hidden_size": WIDTH,
    "cell": NameOrClass(tuple(CELLS)),
    "recurrent_dropout": PROBABILITY,
    "recurrent_dropout_kind": Choice(RECURRENT_DROPOUTS),
    "zoneout": PROBABILITY,
    "memory_zoneout": PROBABILITY,
    "connection": Choice(("none", "residual", "highway", "dense")),
    "norm": Choice(("none", "layer")),
    "input_norm": Choice(("none", "batch")),
    "mixing": Choice(("concat", "sum", "linear")),
    "nonlinearity": Choice(NONLINEARITIES),
    "forget_bias": Number(-1000, 1000),
    "peephole": Flag(),
    "coupled": Flag(),
    "projection_size": OPTIONAL_WIDTH,
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
