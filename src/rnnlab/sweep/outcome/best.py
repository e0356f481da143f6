"""Write the best setting of a sweep as a file for `conf/experiment`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from textwrap import wrap
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import OmegaConf

from rnnlab.atomic import whole_file
from rnnlab.run.config.saved import check_overrides
from rnnlab.run.folder.code import in_clone, train_command
from rnnlab.sweep.outcome.record import Record
from rnnlab.sweep.outcome.settings import Setting, candidates, ranked, settings_of
from rnnlab.sweep.outcome.spread import plus_minus
from rnnlab.sweep.outcome.summary import other_metrics, other_spreads

AFTER = ("debug",)  # groups that come after experiments, which cannot choose them
NOT_A_JOB = ("sweep", "launcher", "hydra", "paths", "resume")  # where and how jobs run, not their content


@dataclass
class Experiment:
    """Content of an experiment's file.

    Attributes:
        parents: other experiments that it starts from.
        groups: GROUP to CHOICE; added: the same for groups that the main config does not choose.
        values: single settings, nested.
        rest: overrides that only a command line can express, such as `~key`.
    """

    parents: list[str] = field(default_factory=list)
    groups: dict[str, Any] = field(default_factory=dict)
    added: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)


def write_best(record: Record) -> Path | None:
    """Write best.yaml; return None, and write no file, if nothing was measured or each group has its best.

    With several objectives, it is the best of the Pareto front by the first objective. With several seeds, it
    is the setting with the best mean, and the file has the first of its seeds.
    """
    best = ranked(candidates(record), record.directions)
    conf = record.folder.code / "conf"
    if not best or len(record.groups) > 1 or record.spec is None or not conf.is_dir():
        return None
    row = best[0].finished[0]
    overrides = [*record.spec.overrides, *row.overrides, *row.more]
    check_overrides(overrides, record.folder.spec)
    experiment = experiment_of(overrides, conf)
    with whole_file(record.folder.best) as part:
        part.write_text(_head(record, best[0], experiment) + _body(experiment), encoding="utf-8")
    return record.folder.best


def experiment_name(record: Record) -> str:
    return re.sub(r"[^\w.-]", "_", record.folder.name)


def experiment_of(overrides: Sequence[str], conf: Path) -> Experiment:
    """Sort overrides, the last of equal keys counting, into the parts of an experiment's file.

    Args:
        conf: the config folder, which distinguishes groups from values.
    """
    made = Experiment()
    for override in OverridesParser.create().parse_overrides(list(overrides)):
        key = override.key_or_group
        if re.split(r"[./@]", key)[0] in NOT_A_JOB:
            continue
        if override.is_delete() or key in AFTER:
            made.rest.append(str(override.input_line))
        elif key == "experiment":
            made.parents = _names(override)
        elif (conf / key).is_dir() and not isinstance(override.value(), dict):
            chosen = made.added if override.is_add() else made.groups
            chosen[override.get_key_element().lstrip("+")] = override.value()
        else:
            _put(made.values, key.split("."), override.value())
    return made


def _names(override: Override) -> list[str]:
    value = override.value()
    return [str(name) for name in (value if isinstance(value, list) else [value]) if name is not None]


def _put(values: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    for key in keys[:-1]:
        if not isinstance(values.get(key), dict):
            values[key] = {}
        values = values[key]
    values[keys[-1]] = _plain(value)


def _plain(value: Any) -> Any:
    """Convert Hydra's quoted strings and keys to text, in lists and mappings too."""
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, int | float | bool | None) else str(value)


def _head(record: Record, best: Setting, experiment: Experiment) -> str:
    """Return the comments: the command, the results, and the source."""
    name = experiment_name(record)
    flags = [] if in_clone() else ["--config-dir", "conf"]  # a clone's own conf/ is found without
    command = shlex.join([*train_command().split(), *flags, f"experiment={name}", *experiment.rest])
    lines = [command, f"From the sweep {record.folder.name}, as conf/experiment/{name}.yaml."]
    lines += [*wrap(_measured(record, best), 128), *_seeds(best)]
    lines += [f"Found by: {' '.join(record.spec.command.split())}"] if record.spec else []
    return "".join(f"# {' '.join(line.split())}\n" for line in ["@package _global_", *lines])


def _measured(record: Record, best: Setting) -> str:
    day = datetime.fromtimestamp(best.ended or record.begun).date()
    count = len(settings_of(record))
    over = other_spreads(record, best)
    found = list(zip(record.metrics, best.objective, strict=True))
    found += [(name, over[name]) for name in other_metrics(record) if name in over]
    shown = [f"{name} {plus_minus(one)}" for name, one in found]
    front = ", of the Pareto front the best by the first" if len(record.metrics) > 1 else ""
    return f"Measured {day}, the best of {count} settings{front}: {', '.join(shown)}."


def _seeds(best: Setting) -> Iterable[str]:
    if len(best.rows) > 1:
        numbers = ", ".join(str(row.number) for row in best.finished)
        yield f"Means over the jobs {numbers}, ± half of the 95 % interval; the seed is the first one's."
    notes = dict.fromkeys(row.note for row in best.finished if row.note)
    yield from notes


def _body(experiment: Experiment) -> str:
    entries: list[Any] = list(experiment.parents)
    entries += [{f"/{group}": choice} for group, choice in experiment.added.items()]
    if entries:
        entries.append("_self_")
    entries += [{f"override /{group}": choice} for group, choice in experiment.groups.items()]
    plain: dict[str, Any] = {"defaults": entries} if entries else {}
    plain |= experiment.values
    return OmegaConf.to_yaml(OmegaConf.create(plain)) if plain else ""
