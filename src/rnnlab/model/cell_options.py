"""The cells, and the options of each. No torch is imported here."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

from rnnlab.model.settings import checked
from rnnlab.rule import Choice
from rnnlab.rule import checked as checked_by


@dataclass(frozen=True)
class CellOptions:
    """Settings of one layer; each cell rejects the options that it does not support.

    Args:
        nonlinearity: of `rnn`, tanh or relu.
        forget_bias: initial bias of a forget gate (Gers et al. 2000, Jozefowicz et al. 2015).
        peephole: an lstm's gates see the cell state (Gers & Schmidhuber 2000).
        coupled: an lstm's input gate is one minus its forget gate (Greff et al. 2017).
        projection_size: features that an lstm's output is projected to (Sak et al. 2014), or None.
        recurrent_dropout: probability in [0, 1) of what `recurrent_dropout_kind` drops.
        recurrent_dropout_kind: variational, features of the hidden state, one mask a sequence (Gal &
            Ghahramani 2016), or weight_drop, entries of the recurrent matrix, one mask a batch (Merity et
            al. 2018).
        zoneout: probability in [0, 1) that a unit of the hidden state keeps its value (Krueger et al. 2017).
        memory_zoneout: the same for an lstm's cell state.
        rounds: of a mogrifier's mutual gating (Melis et al. 2020), at least 1.
        heads: blocks of an slstm's recurrent matrix, heads of a window_attention, or matrices of the state of
            an mlstm (Beck et al. 2024), a deltanet, gla or rwkv7, which divide the hidden size.
        negative_eigenvalues: a step of a deltanet or rwkv7 can flip what it holds for a key (Grazzi et al.
            2025).
        householders: writes of a deltanet's step, one after the other (Siems et al. 2025), at least 1.
        min_radius, max_radius, max_phase: magnitudes and largest phase in radians that an lru's eigenvalues
            start with (Orvieto et al. 2023).
        decay_kind: of a gla's matrices: vector, a decay for each feature of a key (Yang et al. 2024), scalar,
            one for all (Mamba-2, Dao & Gu 2024), or tied, keys that are one minus the decay (HGRN2, Qin et
            al. 2024).
        state_expansion: numbers of a mamba's state for each unit (Gu & Dao 2023), at least 1.
        attention_window: steps that a window_attention reads, its own among them, at least 1.
        input_init, recurrent_init: names of `rnnlab.model.initialise.INITS`.

    Raises:
        ValueError: a value outside its range.
    """

    nonlinearity: str = "tanh"
    forget_bias: float = 1.0
    peephole: bool = False
    coupled: bool = False
    projection_size: int | None = None
    recurrent_dropout: float = 0.0
    recurrent_dropout_kind: str = "weight_drop"
    zoneout: float = 0.0
    memory_zoneout: float = 0.0
    rounds: int = 5
    heads: int = 1
    negative_eigenvalues: bool = False
    householders: int = 1
    min_radius: float = 0.9
    max_radius: float = 0.999
    max_phase: float = 6.2832
    decay_kind: str = "vector"
    state_expansion: int = 16
    attention_window: int = 256
    input_init: str = "xavier_uniform"
    recurrent_init: str = "orthogonal"

    def __post_init__(self) -> None:
        for field in fields(self):
            checked(field.name, getattr(self, field.name))


RECURRENT = frozenset({"recurrent_init", "variational", "weight_drop", "zoneout"})
"""Options of every cell with a recurrent matrix, from `cells.base.Cell`."""
LSTM = RECURRENT | {"forget_bias", "memory_zoneout"}
DELTA = frozenset({"heads", "negative_eigenvalues", "householders"})
EVERYWHERE = frozenset({"input_init", "recurrent_dropout_kind"})


class KnownCell(NamedTuple):
    """A built-in cell of rnnlab.

    Attributes:
        layer: its class in `rnnlab.model.cells.NAME`.
        options: names of `CellOptions` that it supports; each kind of recurrent dropout counts as one.
        gates: how many matrices read the input, and how many the whole hidden state; lower bounds.
    """

    layer: str
    options: frozenset[str]
    gates: tuple[int, int]


CELLS: dict[str, KnownCell] = {
    "rnn": KnownCell("RNN", RECURRENT | {"nonlinearity"}, (1, 1)),
    "lstm": KnownCell("LSTM", LSTM | {"peephole", "coupled", "projection_size"}, (4, 4)),
    "gru": KnownCell("GRU", RECURRENT, (3, 3)),
    "layernorm_lstm": KnownCell("LayerNormLSTM", LSTM, (4, 4)),
    "mogrifier_lstm": KnownCell("MogrifierLSTM", LSTM | {"rounds"}, (4, 4)),
    "slstm": KnownCell("SLSTM", RECURRENT | {"forget_bias", "heads"}, (4, 0)),
    "indrnn": KnownCell("IndRNN", frozenset({"variational", "zoneout"}), (1, 0)),
    "cfc": KnownCell("CfC", RECURRENT, (4, 4)),
    "mingru": KnownCell("MinGRU", frozenset(), (2, 0)),
    "minlstm": KnownCell("MinLSTM", frozenset({"forget_bias"}), (3, 0)),
    "rg_lru": KnownCell("RGLRU", frozenset(), (3, 0)),
    "lru": KnownCell("LRU", frozenset({"min_radius", "max_radius", "max_phase"}), (3, 0)),
    "gla": KnownCell("GLA", frozenset({"heads", "decay_kind"}), (3, 0)),
    "mamba": KnownCell("Mamba", frozenset({"state_expansion"}), (2, 0)),
    "deltanet": KnownCell("DeltaNet", DELTA, (4, 0)),
    "gated_deltanet": KnownCell("GatedDeltaNet", DELTA, (4, 0)),
    "rwkv7": KnownCell("RWKV7", frozenset({"heads", "negative_eigenvalues"}), (6, 0)),
    "mlstm": KnownCell("MLSTM", frozenset({"heads"}), (4, 0)),
    "window_attention": KnownCell("WindowAttention", frozenset({"heads", "attention_window"}), (3, 0)),
}


CELL = Choice(tuple(CELLS))


class MisplacedOption(ValueError):
    """An option that a cell does not support; `option` is its name, `value` what it was set to."""

    def __init__(self, option: str, value: object, cell: str, has: str) -> None:
        self.option, self.value, self.reason = option, value, f"cell={cell} has {has}"
        super().__init__(f"{option}={value} has no place: {self.reason}")


def check_options(cell: str, options: CellOptions, has: frozenset[str] | None = None) -> None:
    """Raise MisplacedOption for an option that is not at its default and that the cell does not support.

    Args:
        cell: a name of `CELLS`, or of any other cell, with the options that it `has`.
    """
    places = CELLS[checked_by("cell", cell, CELL)].options if has is None else has
    kind = options.recurrent_dropout_kind
    if options.recurrent_dropout and kind not in places:
        matrix = "recurrent matrix" if kind == "weight_drop" else "recurrent product of its hidden state"
        raise MisplacedOption("recurrent_dropout_kind", kind, cell, f"no {matrix}")
    for field in fields(CellOptions):
        value = getattr(options, field.name)
        dropout = field.name == "recurrent_dropout"
        if value != field.default and not dropout and field.name not in places | EVERYWHERE:
            others = ", ".join(name for name, known in CELLS.items() if field.name in known.options)
            raise MisplacedOption(field.name, value, cell, f"no such part, only {others}")
