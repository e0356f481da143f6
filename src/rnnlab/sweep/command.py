"""Prepare a sweep's command line before Hydra sees it; rnnlab.run.train.command does it for a single run."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hydra import initialize_config_dir
from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError, UserError
from rnnlab.run.config.arguments import arguments_of, argv_flags, config_folders, searched, trusting
from rnnlab.run.config.ask_task import ask_task
from rnnlab.run.config.check import check_rules, own_rules
from rnnlab.run.config.check_overrides import check_words
from rnnlab.run.config.compose_error import explain
from rnnlab.run.config.encoding import check_names
from rnnlab.run.config.home import home_quoted
from rnnlab.run.config.task_variants import with_variant
from rnnlab.run.train.command import Line, check_additions, check_setting, composed, fail
from rnnlab.run.train.command import read_line as read_run
from rnnlab.sweep.check_line import no_sweep, only_ours, something_varies
from rnnlab.sweep.composer import OWN, Composer, own_key

OPEN = ("sweep.space", "sweep.sampler_options", "sweep.pruner_options", "launcher.extra")


def read_line(argv: list[str], config_dir: Path) -> Line:
    """Return the command line; exit with code 2 if it cannot work.

    Each choice of each searched setting is composed and checked with the first choices of the others, so
    that the time grows with the choices and not with their product; of an interval, both ends are checked.
    """
    try:
        argv = with_variant(trusting(argv), config_dir)
        arguments = arguments_of(argv)
        asked = arguments.help or arguments.hydra_help or arguments.shell_completion or arguments.info
        if arguments.multirun and not asked and arguments.cfg is None:
            with no_collection():
                return Line(_prepare(argv, arguments, config_dir))
        if not arguments.multirun:
            no_sweep(arguments.overrides)
    except UserError as error:
        if os.environ.get("HYDRA_FULL_ERROR") == "1":
            raise
        fail(error)
    return read_run(argv, config_dir)


@contextmanager
def no_collection() -> Iterator[None]:
    """Disable garbage collection, a tenth of composing's time: most of its many objects stay."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _prepare(argv: list[str], arguments: Any, config_dir: Path) -> list[str]:
    check_names(argv, os.getcwd())
    overrides = [opened(home_quoted(override)) for override in arguments.overrides]
    only_ours(overrides)
    if "sweep.dry_run=true" in overrides:
        from rnnlab.sweep.dry_run import warm_up

        warm_up()
    folders = config_folders(arguments, config_dir)
    check_words(overrides, folders)
    with initialize_config_dir(str(config_dir.absolute()), version_base="1.3"):
        if not resumes(overrides):
            look_through(overrides, folders)
        else:
            cfg = composed([*filter(own_key, overrides), *searched(folders[1:])])
            check_rules(own_settings(cfg))
    return argv_flags(argv, arguments.overrides) + overrides


def opened(override: str) -> str:
    """Prefix an override of a mapping that has the user's own keys with `++`, so that it may add some."""
    own = any(override.startswith((f"{name}=", f"{name}.")) for name in OPEN)
    return f"++{override}" if own else override


def own_settings(cfg: DictConfig) -> Iterator[tuple[str, Any]]:
    """Yield key and value of the sweep's and the launcher's settings; mappings and lists as they are."""
    for name in OWN:
        for key in cfg[name]:
            yield f"{name}.{key}", cfg[name][key]


def resumes(overrides: Iterable[str]) -> bool:
    return any(o.startswith("sweep.resume=") and o != "sweep.resume=null" for o in overrides)


def look_through(overrides: Sequence[str], folders: Sequence[Path]) -> tuple[Any, list[str], DictConfig]:
    """Check the sweep and the configs of its trainings; a dry run ends here.

    Returns: the space, the overrides that are not searched, and the config of the first training.

    Raises:
        SettingError: the first setting that cannot work.
    """
    from rnnlab.sweep.check_objectives import check_objectives
    from rnnlab.sweep.check_sweep import check_sweep
    from rnnlab.sweep.space.probe_settings import numbers_of

    composer = Composer(folders)
    space, fixed, cfg = space_of(overrides, composer)
    something_varies(cfg, space, overrides)
    check_rules(own_settings(cfg))
    check_rules(numbers_of(space), own_rules(cfg))
    tried = list(tries_of(space, cfg.sweep.first))
    cfg = composer.whole([*fixed, *tried[0]])
    check_sweep(cfg, space)
    tried += [[*tried[0], *cfg.sweep.tune]] if cfg.sweep.tune else []
    for values in tried:
        job = composer.config([*fixed, *values])
        check_additions(job, [*fixed, *values], folders)
        check_job(job, space, here=cfg.launcher.name == "local")
        check_objectives(job, cfg.sweep.metric, cfg.sweep.direction)
    ask_task([*fixed, *tried[0]], folders)
    if cfg.sweep.dry_run:
        from rnnlab.sweep.dry_run import dry_run
        from rnnlab.sweep.spec import spec_of

        print(dry_run(spec_of(cfg, space, fixed), cfg, composer))
        sys.exit(0)
    return space, fixed, cfg


def check_job(job: DictConfig, space: Any, here: bool) -> None:
    """Check a job's config; an error about a whole number adds how to type the interval.

    Args:
        here: whether the job runs on this machine, whose devices are then checked too.
    """
    try:
        check_setting(job, here)
    except SettingError as error:
        found = next((d for d in space.dimensions if d.key.lstrip("+") == error.setting), None)
        if found is None or found.kind != "float" or "a whole number" not in error.rule:
            raise
        typed = f"{found.key}=int(interval({found.low:g},{found.high:g}))"
        raise SettingError(error.setting, error.value, f"{error.rule}; type {typed}") from error


def space_of(overrides: Sequence[str], composer: Composer) -> tuple[Any, list[str], DictConfig]:
    """Return the space, the overrides that are not searched, and a config with the sweep's own settings.

    Raises:
        SettingError: an override cannot be read or composed, or the space makes no sense.
    """
    from rnnlab.sweep.space.parse import parse_space
    from rnnlab.sweep.space.probe_settings import tries

    try:
        typed, fixed = parse_space(overrides, {})
    except UserError:
        raise
    except Exception as error:
        raise explain(error, list(overrides)) from error
    cfg = composer.whole([*fixed, *typed.overrides(next(tries(typed)))])
    space, fixed = parse_space(overrides, OmegaConf.to_container(cfg.sweep, resolve=False))
    return space, fixed, cfg


def tries_of(space: Any, first: Sequence[Any]) -> Iterator[list[str]]:
    """Yield overrides of settings to compose before a sweep, including those of the first trials."""
    from rnnlab.sweep.check_first import first_values
    from rnnlab.sweep.space.probe_settings import base, tries

    try:
        yield from (space.overrides(values) for values in tries(space))
        for values in first_values(space, first):
            yield space.overrides(space.present(base(space) | values))
    except UserError:
        raise
    except ValueError as error:  # a word is compared with a number
        raise SettingError("sweep.constraints", list(space.constraints), str(error)) from error
