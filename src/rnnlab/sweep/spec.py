"""What a sweep is to do, fixed when it starts: `sweep.yaml`."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, fields
from typing import Any

import yaml

from rnnlab.errors import UserError
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.space import Space


@dataclass(frozen=True)
class Spec:
    """One sweep.

    Attributes:
        overrides: those that are not searched, as they were typed.
        trials: how many settings are tried; None: a grid's all.
        seeds: jobs of a trial; more than one take the seeds SEED, SEED + 1, ... and are averaged.
        metrics, directions: what is looked for, `minimize` or `maximize`.
        first: values of the first trials.
        timeout: seconds after `created` from which on nothing new starts; None: no end.
        max_failure_rate: share of ended jobs that may have failed before the sweep stops.
        retries: how often a job that failed is tried again.
        heartbeat, heartbeat_timeout: seconds between two signs of life, and without one.
        storage: a database for Optuna's study; None: a file in the folder.
        created: seconds since 1970.
        digest: of the frozen code and config.
    """

    name: str
    overrides: tuple[str, ...]
    space: Space
    sampler: str
    sampler_options: dict[str, Any]
    pruner: str
    pruner_options: dict[str, Any]
    trials: int | None
    seeds: int
    first_seed: int
    metrics: tuple[str, ...]
    directions: tuple[str, ...]
    first: tuple[dict[str, Any], ...]
    timeout: float | None
    max_failure_rate: float
    retries: int
    heartbeat: float
    heartbeat_timeout: float
    seed: int
    storage: str | None
    launcher: dict[str, Any]
    created: float
    command: str
    cwd: str
    digest: str = ""

    def save(self, folder: SweepFolder) -> None:
        plain = {**asdict(self), "space": self.space.to_dict()}
        for name, value in plain.items():
            if isinstance(value, tuple):
                plain[name] = list(value)
        part = folder.spec.with_suffix(".yaml.part")
        part.write_text(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True), encoding="utf-8")
        os.replace(part, folder.spec)

    @classmethod
    def load(cls, folder: SweepFolder) -> Spec:
        """Raises UserError where the folder holds no sweep."""
        try:
            plain = yaml.safe_load(folder.spec.read_text(encoding="utf-8"))
        except OSError as error:
            raise UserError(f"{folder.path} is not the folder of a sweep: it has no sweep.yaml") from error
        known = {f.name for f in fields(cls)}
        plain = {name: tuple(v) if isinstance(v, list) else v for name, v in plain.items() if name in known}
        return cls(**{**plain, "space": Space.from_dict(plain["space"])})
