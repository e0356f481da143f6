"""Optuna's samplers and pruners by their names in a config."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from optuna import pruners, samplers
from optuna.exceptions import ExperimentalWarning

from rnnlab.errors import SettingError

warnings.filterwarnings("ignore", category=ExperimentalWarning)  # of samplers that we offer by name

SAMPLERS: dict[str, type[samplers.BaseSampler]] = {
    "random": samplers.RandomSampler,
    "tpe": samplers.TPESampler,
    "cmaes": samplers.CmaEsSampler,
    "gp": samplers.GPSampler,
    "qmc": samplers.QMCSampler,
    "nsga2": samplers.NSGAIISampler,
}
PRUNERS: dict[str, type[pruners.BasePruner]] = {
    "none": pruners.NopPruner,
    "median": pruners.MedianPruner,
    "successive_halving": pruners.SuccessiveHalvingPruner,
    "hyperband": pruners.HyperbandPruner,
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "tpe": {"multivariate": True, "group": True, "constant_liar": True},
    "successive_halving": {"min_resource": 1, "reduction_factor": 3},
    "hyperband": {"min_resource": 1, "reduction_factor": 3},
}


def make_sampler(name: str, options: Mapping[str, Any], seed: int) -> samplers.BaseSampler:
    """Return a sampler; a grid needs none and gets a random one, which is never asked.

    Args:
        options: of Optuna's class, such as `n_startup_trials` of tpe.

    Raises:
        SettingError: options that the sampler does not know.
    """
    kind = SAMPLERS.get(name, samplers.RandomSampler)
    try:
        return kind(**{"seed": seed, **DEFAULTS.get(name, {}), **options})
    except (TypeError, ValueError) as error:
        raise SettingError("sweep.sampler_options", dict(options), str(error)) from error


def make_pruner(name: str, options: Mapping[str, Any]) -> pruners.BasePruner:
    """Return a pruner, with options of Optuna's class, such as `reduction_factor` of successive_halving.

    Raises:
        SettingError: options that the pruner does not know.
    """
    try:
        return PRUNERS[name](**{**DEFAULTS.get(name, {}), **options})
    except (TypeError, ValueError) as error:
        raise SettingError("sweep.pruner_options", dict(options), str(error)) from error
