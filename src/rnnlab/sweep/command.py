"""The command line of a multirun before Hydra sees it; that of a single run is left to rnnlab.run.command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hydra import initialize_config_dir
from hydra._internal.utils import get_args_parser
from omegaconf import OmegaConf

from rnnlab.errors import SettingError, UserError
from rnnlab.run.check import check, check_rules, leaves_of
from rnnlab.run.command import argv_flags, composed, fail
from rnnlab.run.command import prepare as prepare_run
from rnnlab.run.compose_error import explain
from rnnlab.run.home import home_quoted
from rnnlab.sweep.check_sweep import check_sweep
from rnnlab.sweep.composer import OWN, Composer, own_key
from rnnlab.sweep.dry_run import dry_run, warm_up
from rnnlab.sweep.parse import parse_space
from rnnlab.sweep.space import Space, shown
from rnnlab.sweep.spec import spec_of

MOST_TRIED = 30  # values of a list whose configs are all composed; of longer ones the first and the last


def prepare(argv: list[str], config_dir: Path) -> list[str]:
    """The arguments that Hydra is to run with; exits with code 2 where they cannot work.

    Of a sweep each choice of each searched setting is composed and checked, with the first choices of the
    others, so that the time grows with the choices and not with their product; of an interval both ends are.
    """
    arguments = get_args_parser().parse_args(argv)
    asked = arguments.help or arguments.hydra_help or arguments.shell_completion or arguments.info
    try:
        if arguments.multirun and not asked and arguments.cfg is None:
            return _prepare(argv, arguments, config_dir)
        if not arguments.multirun:
            no_sweep(arguments.overrides)
    except UserError as error:
        if os.environ.get("HYDRA_FULL_ERROR") == "1":
            raise
        fail(error)
    return prepare_run(argv, config_dir)


def no_sweep(overrides: Sequence[str]) -> None:
    """Refuse a sweep's settings in the command of a single run."""
    for override in overrides:
        if own_key(override):
            key, _, value = override.partition("=")
            raise SettingError(key, value, "is a sweep's: add -m to the command")


def _prepare(argv: list[str], arguments: Any, config_dir: Path) -> list[str]:
    overrides = [home_quoted(override) for override in arguments.overrides]
    if "sweep.dry_run=true" in overrides:
        warm_up()
    search = [f"hydra.searchpath=[file://{Path(d).absolute()}]" for d in [arguments.config_dir] if d]
    with initialize_config_dir(str(config_dir.absolute()), version_base="1.3"):
        try:
            typed, fixed = parse_space(overrides, {})
        except UserError:
            raise
        except Exception as error:
            raise explain(error, overrides) from error
        first = next(trials_of(typed))
        cfg = composed([*fixed, *first, *search])
        check_rules(leaf for name in OWN for leaf in leaves_of(cfg, name))
        if cfg.sweep.resume is None:
            space, fixed = parse_space(overrides, OmegaConf.to_container(cfg.sweep, resolve=False))
            check_sweep(cfg, space)
            composer = Composer(config_dir)
            for tried in trials_of(space):
                check(composer.config([*fixed, *tried, *search]))
            if cfg.sweep.dry_run:
                print(dry_run(spec_of(cfg, space, fixed), cfg, composer))
                sys.exit(0)
    return argv_flags(argv, arguments.overrides) + overrides


def trials_of(space: Space) -> Iterator[list[str]]:
    """Overrides in which every value of every dimension, or its ends, stand at least once."""
    ends = [[f"{d.key}={shown(value)}" for value in _few(d.ends())] for d in space.dimensions]
    first = [options[0] for options in ends]
    yield first
    for place, options in enumerate(ends):
        for option in options[1:]:
            yield [*first[:place], option, *first[place + 1 :]]


def _few(values: Sequence[Any]) -> Sequence[Any]:
    return values if len(values) <= MOST_TRIED else (values[0], values[-1])
