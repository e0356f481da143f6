"""Which options each cell has a place for. Nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import fields

from rnnlab.model import check
from rnnlab.model.options import CellOptions

_RECURRENT = {"recurrent_init", "variational", "weight_drop", "zoneout"}
_LSTM = _RECURRENT | {"forget_bias", "memory_zoneout"}
PLACES: dict[str, set[str]] = {
    "rnn": _RECURRENT | {"nonlinearity"},
    "lstm": _LSTM | {"peephole", "coupled", "projection_size"},
    "gru": _RECURRENT,
    "layernorm_lstm": _LSTM,
    "mogrifier_lstm": _LSTM | {"rounds"},
    "slstm": _RECURRENT | {"forget_bias", "heads"},
    "indrnn": {"variational", "zoneout"},
    "mingru": set(),
    "minlstm": {"forget_bias"},
}
"""Cell to names of `CellOptions`; the two kinds of recurrent dropout each stand for themselves."""
CELLS = tuple(PLACES)
EVERYWHERE = {"input_init", "recurrent_dropout_kind"}


class MisplacedOption(ValueError):
    """An option that a cell has no place for; `option` is its name, `value` what it was set to."""

    def __init__(self, option: str, value: object, cell: str, has: str) -> None:
        self.option, self.value, self.reason = option, value, f"cell={cell} has {has}"
        super().__init__(f"{option}={value} has no place: {self.reason}")


def check_places(cell: str, options: CellOptions) -> None:
    """Raises MisplacedOption for an option that is not at its default and that the cell has no place for."""
    places = PLACES[check.one_of("cell", cell, CELLS)]
    kind = options.recurrent_dropout_kind
    if options.recurrent_dropout and kind not in places:
        matrix = "recurrent matrix" if kind == "weight_drop" else "recurrent product of its hidden state"
        raise MisplacedOption("recurrent_dropout_kind", kind, cell, f"no {matrix}")
    for field in fields(CellOptions):
        value = getattr(options, field.name)
        dropout = field.name == "recurrent_dropout"
        if value != field.default and not dropout and field.name not in places | EVERYWHERE:
            takers = [name for name, taken in PLACES.items() if field.name in taken]
            raise MisplacedOption(field.name, value, cell, f"no such part, only {', '.join(takers)}")
