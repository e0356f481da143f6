"""Config checks for model=: settings that cannot go together."""

from __future__ import annotations

from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.kinds.lookup import kind_of
from rnnlab.model.cell_options import CellOptions, MisplacedOption
from rnnlab.model.cell_options import check_options as check_cell_options
from rnnlab.model.forecast.options import DIRECT
from rnnlab.model.settings import MLP_RATIO, nearest_heads

ENCODER = "rnnlab.model.encoder.RecurrentEncoder"


def check_model(cfg: DictConfig) -> None:
    """Raise SettingError for a setting that the kind of problem cannot use, or a clash in our encoder."""
    check_kind(cfg)
    if cfg.model.get("encoder", {}).get("_target_") != ENCODER:
        return
    check_options(cfg)
    check_depth(cfg)
    check_size(cfg.model)
    check_input_norm(cfg)
    check_tied(cfg)


def check_kind(cfg: DictConfig) -> None:
    """Refuse several members and styles where the kind of problem has none."""
    check_forecaster(cfg)
    kind, members, size = kind_of(cfg), cfg.model.get("members", 1), cfg.model.get("style_size", 0)
    if members > 1 and not kind.ensembles:
        rule = f"task={cfg.task.name} predicts with one network"
        raise SettingError("model.members", members, rule)
    if size and not kind.reads_styles:
        rule = f"is of language models, and task={cfg.task.name} reads no styles: choose 0"
        raise SettingError("model.style_size", size, rule)


def check_forecaster(cfg: DictConfig) -> None:
    """Refuse a model file that is made for forecasts where the task's network is another."""
    chosen = cfg.model.get("forecaster", DIRECT)
    if chosen != DIRECT and cfg.task.get("network", {}).get("_target_") != chosen:
        rule = f"forecasts series, and task={cfg.task.name} does not: choose another model"
        raise SettingError("model.forecaster", chosen, rule)


def check_options(cfg: DictConfig) -> None:
    if not isinstance(cfg.model.encoder.cell, str):  # a class from elsewhere, which knows its own options
        return
    options = {str(name): value for name, value in cfg.model.encoder.options.items() if name != "_target_"}
    try:
        check_cell_options(cfg.model.encoder.cell, CellOptions(**options))
    except MisplacedOption as error:
        raise SettingError(f"model.{error.option}", error.value, f"has no place: {error.reason}") from error
    nearest = nearest_heads(cfg.model.heads, cfg.model.hidden_size)
    if nearest is not None and not is_matched(cfg.model):
        rule = f"must divide model.hidden_size={cfg.model.hidden_size}: {nearest}"
        raise SettingError("model.heads", cfg.model.heads, rule)
    if cfg.model.min_radius >= cfg.model.max_radius:
        rule = f"must be below model.max_radius={cfg.model.max_radius}"
        raise SettingError("model.min_radius", cfg.model.min_radius, rule)


def check_depth(cfg: DictConfig) -> None:
    model = cfg.model
    check_block(model)
    if model.mixing != "concat" and not model.bidirectional:
        rule = "makes one of two directions: it needs model.bidirectional=true"
        raise SettingError("model.mixing", model.mixing, rule)
    if model.num_layers > 1:
        return
    between = {"layer_dropout": 0, "norm": "none"}
    for name, off in between.items():
        if model[name] != off:
            rule = "acts between layers: it needs model.num_layers > 1"
            raise SettingError(f"model.{name}", model[name], rule)
    if model.connection == "dense":
        raise SettingError("model.connection", "dense", "acts between layers: it needs model.num_layers > 1")


def check_block(model: DictConfig) -> None:
    """Refuse what a residual block has no place for, and settings of blocks without blocks."""
    if model.get("block", "none") == "residual":
        for name in ("connection", "norm"):
            if model[name] != "none":
                rule = "has no place with model.block=residual, which has its own: choose none"
                raise SettingError(f"model.{name}", model[name], rule)
        return
    for name, default in (("mlp_ratio", MLP_RATIO), ("conv_size", 0)):
        if model.get(name, default) != default:
            rule = "is a part of residual blocks: it needs model.block=residual"
            raise SettingError(f"model.{name}", model[name], rule)


def is_matched(model: DictConfig) -> bool:
    """Return whether the width is solved for, from parameters or state."""
    return model.get("parameters") is not None or model.get("state_size") is not None


def check_size(model: DictConfig) -> None:
    """Refuse two sizes to match at once: both are matched by the width."""
    if model.get("parameters") is not None and model.get("state_size") is not None:
        rule = "is matched by the width, as model.parameters is: choose null for one of them"
        raise SettingError("model.state_size", model.state_size, rule)


def check_input_norm(cfg: DictConfig) -> None:
    if cfg.model.input_norm != "batch":
        return
    if cfg.data.get("batch_size") == 1:
        rule = "normalises over a batch, and model.input_norm=batch needs more than one row: take 2 or more"
        raise SettingError("data.batch_size", 1, rule)


def check_tied(cfg: DictConfig) -> None:
    """Require vectors of the size of a tied softmax; the size of vectors from a file is checked later."""
    model, network = cfg.model, cfg.task.get("network", {})
    size = model.projection_size or model.hidden_size
    tied = network.get("tie_weights") is True  # a word of encoder-decoders
    if tied and model.embedding_size != size and (model.projection_size or not is_matched(model)):
        rule = f"must equal the encoder's output size {size}: the softmax is tied to the vectors"
        raise SettingError("model.embedding_size", model.embedding_size, rule)
