"""All checks of a config that need no torch: first each value, then clashes between settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from omegaconf import MISSING, DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from rnnlab.errors import SettingError, suggest
from rnnlab.kinds.lookup import kind_of
from rnnlab.rule import Choice, shown
from rnnlab.rule_lists import NameOrClass, Rule
from rnnlab.run.config.check_decoder import check_decoder
from rnnlab.run.config.check_model import check_model
from rnnlab.run.config.check_pretrained import check_pretrained, named_run
from rnnlab.run.config.check_scheduler import check_scheduler
from rnnlab.run.config.check_text import check_text
from rnnlab.run.config.compose_error import names
from rnnlab.run.config.home import check_home
from rnnlab.run.config.rules import NONE, rule_for

PLACE = re.compile(r"\$\{(paths\.|hydra:)")
UNCHECKED = {"paths", "hydra", "resume", "sweep", "launcher"}


def check(cfg: DictConfig) -> None:
    """Raise SettingError for the first setting that cannot work."""
    check_home(cfg)
    try:
        own = own_rules(cfg)
        settings = list(leaves(cfg, own))
        check_rules(settings, own)
        check_parts(cfg)
        _check_together(cfg, settings)
    except OmegaConfBaseException as error:
        raise unresolved(cfg, error) from error


def _check_together(cfg: DictConfig, settings: list[tuple[str, Any]]) -> None:
    """Raise SettingError for the first setting that clashes with another or needs a missing library."""
    kind = kind_of(cfg)
    check_end(cfg)
    check_precision(cfg)
    check_monitors(cfg, settings)
    check_pretrained(cfg)
    check_model(cfg)
    check_decoder(cfg)
    check_scheduler(cfg)
    check_text(cfg)
    for setting, runs in kind.named_runs(cfg).items():
        for run in runs:
            named_run(cfg, run, setting)
    kind.check(cfg)


def own_rules(cfg: DictConfig) -> Mapping[str, Rule]:
    """Return the rules of the task's kind; none where no kind is found, which later checks report."""
    try:
        return kind_of(cfg).rules
    except SettingError:
        return {}


def check_rules(settings: Iterable[tuple[str, Any]], own: Mapping[str, Rule] = NONE) -> None:
    """Raise SettingError for the first value that its own rule forbids."""
    for key, value in settings:
        if value == MISSING:
            raise SettingError(key, MISSING, f"must be given: add {key}=... to the command")
        rule = rule_for(key, own)
        if rule is not None and not rule.allows(value):
            near = (
                suggest(str(value), map(shown, rule.names)) if isinstance(rule, Choice | NameOrClass) else ""
            )
            hint = near.partition(" there are:")[0]
            raise SettingError(
                key, shown(value), f"must be {rule}" + (f"\n{hint}" if "did you mean" in hint else "")
            )


def check_parts(cfg: DictConfig) -> None:
    """Refuse callbacks and loggers that name no class to build them with."""
    for group in ("callback", "logger"):
        for name, part in (cfg.get(group) or {}).items():
            if part is not None and "_target_" not in part:
                rule = f"must name its class: {group}.{name}._target_=package.module.Name, or be null"
                raise SettingError(f"{group}.{name}", part, rule)


def leaves(cfg: DictConfig, own: Mapping[str, Rule] = NONE) -> Iterator[tuple[str, Any]]:
    """Yield dotted key and resolved value of each setting, a list as one; places on disk are left out."""
    for name in cfg:
        if name not in UNCHECKED:
            yield from leaves_of(cfg, str(name), own)


def leaves_of(cfg: DictConfig, key: str, own: Mapping[str, Rule] = NONE) -> Iterator[tuple[str, Any]]:
    node = OmegaConf.select(cfg, key)
    if isinstance(node, DictConfig):
        rule = rule_for(key, own)
        if rule is not None and not rule.allows({}):  # a mapping where a value belongs
            yield key, OmegaConf.to_container(node)
            return
        raw: Any = OmegaConf.to_container(node, resolve=False)
        for name in raw:
            if OmegaConf.is_missing(node, name):
                yield f"{key}.{name!s}", MISSING
            elif not (OmegaConf.is_interpolation(node, name) and PLACE.search(str(raw[name]))):
                yield from leaves_of(cfg, f"{key}.{name!s}", own)
    else:
        yield key, OmegaConf.to_container(node) if OmegaConf.is_list(node) else node


def unresolved(cfg: DictConfig, error: OmegaConfBaseException) -> SettingError:
    """Convert OmegaConf's error on `model.dropout=${modle.dropout}`: name the setting, its text and why."""
    why = (str(error.msg or error).strip() or type(error).__name__).splitlines()[0]
    asked = re.search(r"Interpolation key '([^']*)' not found", why)
    raw = dict(_raw(OmegaConf.to_container(cfg, resolve=False)))
    asking = (key for key, value in raw.items() if asked and f"{{{asked.group(1)}}}" in str(value))
    key = str(next(asking, error.full_key or "config"))  # OmegaConf names the last of a chain, or none
    typed = shown(raw.get(key))
    if asked is None:
        return SettingError(key, typed, f"cannot be resolved: {why}")
    near = suggest(asked.group(1), names(cfg)).partition(" there are:")[0]
    hint = f"\n{near}" if near.startswith("did you mean") else ""
    return SettingError(key, typed, f"there is no setting {asked.group(1)} to take the value of{hint}")


def _raw(node: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted key and the unresolved value of every setting; lists count as one value."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _raw(value, f"{key}.{name}" if key else str(name))
    else:
        yield key, node


def check_end(cfg: DictConfig) -> None:
    trainer = cfg.trainer
    endless = trainer.max_epochs in (-1, None) and trainer.max_steps == -1 and trainer.max_time is None
    if endless and not (cfg.get("callback") or {}).get("whole_time"):
        raise SettingError(
            "trainer.max_epochs",
            shown(trainer.max_epochs),
            "nothing ends this training: set trainer.max_epochs, trainer.max_steps or trainer.max_time",
        )
    if cfg.data.get("batch_size", 1) is None and cfg.data.get("batch_tokens") is None:
        raise SettingError("data.batch_size", "null", "data.batch_size or data.batch_tokens must be a number")


def check_precision(cfg: DictConfig) -> None:
    """Refuse to clip gradients that a fused optimizer unscales itself: Lightning finds out after the data."""
    scaled, clipped = str(cfg.trainer.precision) in ("16-mixed", "16"), cfg.trainer.gradient_clip_val
    if scaled and clipped and cfg.optimizer.get("fused"):
        rule = (
            "cannot be clipped under trainer.precision=16-mixed: "
            "choose false, trainer.precision=bf16-mixed, or trainer.gradient_clip_val=null"
        )
        raise SettingError("optimizer.fused", True, rule)


def check_monitors(cfg: DictConfig, settings: Iterable[tuple[str, Any]]) -> None:
    names = kind_of(cfg).monitored(cfg)
    for key, value in [("task.monitor", cfg.task.monitor), *settings]:
        if key.endswith("monitor") and names and value not in names:
            raise SettingError(key, value, f"is not a metric that task={cfg.task.name} logs", names)
