"""Config checks for decoder=: settings that cannot go together."""

from __future__ import annotations

from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.model.cell_options import CellOptions, MisplacedOption, check_options

PLAIN = "rnnlab.model.decoder.none.PlainDecoder"
ENCODER = "rnnlab.model.encoder.RecurrentEncoder"


def check_decoder(cfg: DictConfig) -> None:
    """Raise SettingError for the first clash of the decoder's settings; a config without one has none."""
    decoder = cfg.get("decoder")
    if not decoder or not str(decoder.get("_target_")).startswith("rnnlab.model.decoder."):
        return
    check_cell(decoder)
    check_depth(decoder)
    check_dot(cfg)
    if decoder._target_ == PLAIN and decoder.bridge == "zero":
        rule = "leaves a decoder without attention nothing of its source: choose learned"
        raise SettingError("decoder.bridge", "zero", rule)


def check_cell(decoder: DictConfig) -> None:
    """Refuse options that the decoder's cell does not support; by default they are the encoder's."""
    if not isinstance(decoder.cell, str) or decoder.options is None:
        return
    options = {str(name): value for name, value in decoder.options.items() if name != "_target_"}
    try:
        check_options(decoder.cell, CellOptions(**options))
    except MisplacedOption as error:
        rule = f"has no place for {error.option}={error.value}: {error.reason}"
        raise SettingError("decoder.cell", decoder.cell, rule) from error
    heads = options.get("heads", 1)
    if decoder.hidden_size % heads:
        rule = f"must be a multiple of its cell's heads={heads}"
        raise SettingError("decoder.hidden_size", decoder.hidden_size, rule)


def check_depth(decoder: DictConfig) -> None:
    blocks = decoder.get("block", "none") == "residual"
    for name in ("connection", "norm"):
        if blocks and decoder[name] != "none":
            rule = "has no place with decoder.block=residual, which has its own: choose none"
            raise SettingError(f"decoder.{name}", decoder[name], rule)
    if decoder.num_layers > 1:
        return
    for name, off in {"dropout": 0, "norm": "none"}.items():
        if decoder[name] != off:
            rule = f"acts between layers: it needs decoder.num_layers > 1, choose {off}"
            raise SettingError(f"decoder.{name}", decoder[name], rule)
    if decoder.connection == "dense":
        rule = "acts between layers: it needs decoder.num_layers > 1, choose none"
        raise SettingError("decoder.connection", "dense", rule)


def check_dot(cfg: DictConfig) -> None:
    """Refuse dot products of vectors of two sizes, as far as the config shows them."""
    decoder, model = cfg.decoder, cfg.model
    if decoder.get("score") != "dot" or model.get("encoder", {}).get("_target_") != ENCODER:
        return
    both = 2 if model.bidirectional and model.mixing == "concat" else 1
    values = both * (model.encoder.options.projection_size or model.hidden_size)
    projected = None if decoder.options is None else decoder.options.projection_size
    queries = projected or decoder.hidden_size
    if queries != values:
        rule = (
            f"compares vectors of one size, and the decoder has {queries} features, the encoder {values}: "
            "choose general"
        )
        raise SettingError("decoder.score", "dot", rule)
