"""What a recurrent layer may have beside its cell and its sizes."""

from __future__ import annotations

from dataclasses import dataclass

from rnnlab.model import check

RECURRENT_DROPOUTS = ("variational", "weight_drop")
NONLINEARITIES = ("tanh", "relu")


@dataclass(frozen=True)
class CellOptions:
    """Settings of one layer; each cell refuses those that it has no place for.

    Args:
        nonlinearity: of `rnn`, tanh or relu.
        forget_bias: where a forget gate's bias starts (Gers et al. 2000, Jozefowicz et al. 2015).
        peephole: an lstm's gates see the memory (Gers & Schmidhuber 2000).
        coupled: an lstm's input gate is one minus its forget gate (Greff et al. 2017).
        projection_size: features that an lstm's output is projected to (Sak et al. 2014); None has none.
        recurrent_dropout: probability in [0, 1) of what `recurrent_dropout_kind` drops.
        recurrent_dropout_kind: variational, features of the hidden state, one mask a sequence (Gal &
            Ghahramani 2016), or weight_drop, entries of the recurrent matrix, one mask a batch (Merity et
            al. 2018).
        zoneout: probability in [0, 1) of a unit of the hidden state to stay as it was (Krueger et al. 2017).
        memory_zoneout: the same for an lstm's memory.
        rounds: of a mogrifier's mutual gating (Melis et al. 2020), at least 1.
        heads: blocks of an slstm's recurrent matrix (Beck et al. 2024), which divide the hidden size.
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
    input_init: str = "xavier_uniform"
    recurrent_init: str = "orthogonal"

    def __post_init__(self) -> None:
        check.one_of("nonlinearity", self.nonlinearity, NONLINEARITIES)
        check.one_of("recurrent_dropout_kind", self.recurrent_dropout_kind, RECURRENT_DROPOUTS)
        for name in ("recurrent_dropout", "zoneout", "memory_zoneout"):
            check.probability(name, getattr(self, name))
        for name in ("rounds", "heads"):
            check.positive(name, getattr(self, name))
        if self.projection_size is not None:
            check.positive("projection_size", self.projection_size)
