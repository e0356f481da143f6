"""Config checks for pretrained=, on the configs of both runs."""

from __future__ import annotations

from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.kinds.lookup import kind_of
from rnnlab.run.config.saved import config_of, naming, saved_config
from rnnlab.run.folder.find import find_run
from rnnlab.run.folder.run_folder import RunFolder

TRAINABLE = "rnnlab.embedding.trainable.Trainable"
# Settings of a model that its weights, or what they mean, depend on.
SAME = (
    *(
        "cell",
        "embedding_size",
        "hidden_size",
        "num_layers",
        "connection",
        "norm",
        "input_norm",
        "nonlinearity",
    ),
    *("peephole", "coupled", "projection_size", "rounds", "heads"),
)


def runs_of(cfg: DictConfig) -> list[RunFolder]:
    """Return the runs that `pretrained` names: none, one, or one for each direction.

    Raises:
        SettingError: there is no such run, or it has no best checkpoint.
    """
    named = cfg.get("pretrained")
    if not named:
        return []
    names = [str(name) for name in named] if OmegaConf.is_list(named) else [str(named)]
    return [named_run(cfg, name, "pretrained") for name in names]


def named_run(cfg: DictConfig, name: str, setting: str) -> RunFolder:
    """Return the run that a setting names: not this one, and with weights; errors name the setting."""
    own = OmegaConf.select(cfg, "paths.run_dir", throw_on_resolution_failure=False)
    try:
        folder = find_run(name, Path(cfg.paths.output_dir), None if own is None else Path(own))
    except SettingError as error:
        raise _renamed(error, setting) from error
    for file in (folder.best, folder.tokenizer):
        if not file.is_file():
            rule = f"that run has no {file.relative_to(folder.path)}: it did not come so far"
            raise SettingError(setting, name, rule)
    with naming(setting):
        config_of(folder.config)
    return folder


def _renamed(error: SettingError, setting: str) -> SettingError:
    """Return the same error for another setting, its hint kept."""
    hint = str(error).partition("\n")[2]
    return SettingError(setting, error.value, error.rule + (f"\n{hint}" if hint else ""))


def check_pretrained(cfg: DictConfig) -> None:
    """Raise SettingError for the first clash."""
    runs = runs_of(cfg)
    if not runs:
        return
    model = cfg.model
    if "sentence_encoder" in model:
        rule = "a language model has no encoder of sentences: choose a flat model"
        raise SettingError("pretrained", cfg.pretrained, rule)
    if not cfg.get("embedding"):
        raise SettingError("pretrained", cfg.pretrained, f"task={cfg.task.name} reads no text: choose null")
    if cfg.embedding._target_ != TRAINABLE:
        rule = f"brings vectors of its own, and so does embedding={_name(cfg)}: choose embedding=trainable"
        raise SettingError("pretrained", cfg.pretrained, rule)
    both = bool(model.get("bidirectional"))
    if both and model.num_layers > 1:
        rule = "must be 1: an upper layer of two directions reads both, which no language model's does"
        raise SettingError("model.num_layers", model.num_layers, rule)
    if len(runs) > (2 if both else 1):
        most = "two runs, forward and backward" if both else "one run: model.bidirectional=false"
        raise SettingError("pretrained", cfg.pretrained, f"there is a place for {most}")
    for place, run in enumerate(runs):
        check_run(cfg, run, backward=place == 1)


def check_run(cfg: DictConfig, folder: RunFolder, backward: bool) -> None:
    """Refuse a run that others cannot start from, has another model or reads the other way."""
    with naming("pretrained"):
        saved = saved_config(folder.config)
        theirs = kind_of(saved)
    if not theirs.starts_others:
        rule = f"must be the run of a language model, and this is one of task={saved.task.name}"
        raise SettingError("pretrained", folder.path, rule)
    for name in SAME:
        mine, given = cfg.model.get(name), saved.model.get(name)
        if mine != given:
            rule = f"pretrained={folder.path} needs the model of that run, which has {given}"
            raise SettingError(f"model.{name}", "null" if mine is None else mine, rule)
    check_style_size(cfg, saved, folder)
    reads_back = bool(saved.data.get("reversed"))
    if backward and not reads_back:
        rule = "the second run is for the backward direction: it must have data.reversed=true"
        raise SettingError("pretrained", folder.path, rule)
    if not backward and reads_back and not cfg.data.get("reversed"):
        if theirs is kind_of(cfg):
            return
        rule = "reads its text from the end (data.reversed=true), and this run from the start"
        raise SettingError("pretrained", folder.path, rule)


def check_style_size(cfg: DictConfig, saved: DictConfig, folder: RunFolder) -> None:
    """Check that both encoders read styles of the same size, or none: the width of their first weights."""
    mine, theirs = (int(one.model.get("style_size") or 0) for one in (cfg, saved))
    if theirs and not kind_of(cfg).reads_styles:
        rule = f"reads styles, which task={cfg.task.name} has not: choose a run without"
        raise SettingError("pretrained", folder.path, rule)
    if mine != theirs:
        rule = f"pretrained={folder.path} needs the model of that run, which has {theirs}"
        raise SettingError("model.style_size", mine, rule)


def keeps_tokenizer(cfg: DictConfig) -> bool:
    """Return whether a run that starts from another reads its own text with that one's tokenizer."""
    if not cfg.get("pretrained") or "path" in (cfg.get("tokenizer") or {}):
        return False
    return kind_of(cfg).keeps_tokenizer(cfg)


def same_direction(cfg: DictConfig, folder: RunFolder) -> bool:
    """Return whether a language model reads its text in the direction of the run that it starts from."""
    saved = saved_config(folder.config)
    return bool(OmegaConf.select(saved, "data.reversed")) == bool(cfg.data.get("reversed"))


def _name(cfg: DictConfig) -> str:
    return str(cfg.embedding._target_).rsplit(".", 1)[-1].lower()
