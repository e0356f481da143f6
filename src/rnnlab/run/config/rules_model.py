"""Rules for the settings of a model: the model's own rules, and the settings that are mappings."""

from __future__ import annotations

from rnnlab.model.cell_options import CELLS
from rnnlab.model.decoder.settings import DECODER_RULES
from rnnlab.model.forecast.options import FORECAST_RULES
from rnnlab.model.head.distribution_settings import HEAD_RULES
from rnnlab.model.settings import RULES
from rnnlab.rule import Text
from rnnlab.rule_lists import NameOrClass, Rule, Tree

MODEL_RULES: dict[str, Rule] = {
    "model": Tree(),
    "model.classifier": Text(),
    "model.forecaster": Text(),
    "model.encoder": Tree(),
    "model.encoder.options": Tree(),
    "model.encoder.attention": Tree(optional=True),
    "model.sentence_encoder": Tree(),
    "model.sentence_encoder.options": Tree(),
    "model.sentence_encoder.attention": Tree(optional=True),
    "decoder": Tree(),
    "decoder.options": Tree(optional=True),
    **{f"decoder.{name}": rule for name, rule in DECODER_RULES.items()},
    **{f"task.network.decoder.{name}": rule for name, rule in DECODER_RULES.items()},
    "cell": NameOrClass(tuple(CELLS)),
    **FORECAST_RULES,
    **HEAD_RULES,
    **{f"task.network.{name}": rule for name, rule in HEAD_RULES.items()},
    "task.network.options": Tree(),
    **RULES,
}
