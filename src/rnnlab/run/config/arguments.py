"""Parse the command line of train.py: Hydra's flags, overrides, --config-dir and --trust."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from hydra._internal.utils import get_args_parser
from omegaconf import OmegaConf

from rnnlab.errors import SettingError, UserError
from rnnlab.run.config.home import home
from rnnlab.run.config.trust import trust
from rnnlab.run.folder.code import train_command
from rnnlab.run.folder.stamp import stamp

CONFIG_NAME = "train"
# conf/ uses them, so they are registered wherever CONFIG_NAME is composed
OmegaConf.register_new_resolver("stamp", stamp, replace=True)
OmegaConf.register_new_resolver("home", home, replace=True)
OmegaConf.register_new_resolver("train_command", train_command, replace=True)


def arguments_of(argv: Sequence[str]) -> Any:
    """Parse Hydra's flags and the overrides; raises UserError where a flag is wrong."""
    parser = get_args_parser()
    parser.error = _refuse  # type: ignore[method-assign]
    return parser.parse_args(list(argv))


def trusting(argv: list[str]) -> list[str]:
    """Trust the package of each `--trust NAME`, and return the other arguments.

    Raises:
        SettingError: see `trust`.
    """
    rest, waiting = [], False
    for argument in argv:
        key, equals, value = argument.partition("=")
        if waiting or (key == "--trust" and equals):
            trust(argument if waiting else value)
            waiting = False
        elif argument == "--trust":
            waiting = True
        else:
            rest.append(argument)
    if waiting:
        raise SettingError("--trust", "", "must be the name of an installed package")
    return rest


def _refuse(message: str) -> NoReturn:
    raise UserError(f"{message}\nsee {train_command()} --help, and --hydra-help for Hydra's own flags")


def config_folders(arguments: Any, config_dir: Path) -> list[Path]:
    """Return conf/ and the folder of --config-dir, if one is given.

    Raises:
        SettingError: --config-dir is not a folder, or --config-name or --config-path is used.
    """
    named = added_folder(arguments.config_dir)
    for flag in ("config_name", "config_path"):
        value = getattr(arguments, flag)
        if value not in (None, CONFIG_NAME):
            rule = f"is not used: the config is {CONFIG_NAME}; --config-dir adds a folder of choices"
            raise SettingError(f"--{flag.replace('_', '-')}", value, rule)
    return [config_dir, *named]


def added_folder(name: str | None) -> list[Path]:
    """Return the folder of --config-dir as an absolute path, in a list; empty where it is not given.

    Raises:
        SettingError: it is not a folder.
    """
    if not name:
        return []
    folder = Path(name).absolute()
    if not folder.is_dir():
        raise SettingError("--config-dir", name, "must be a folder, and there is none")
    return [folder]


def searched(folders: Sequence[Path]) -> list[str]:
    return [f"hydra.searchpath=[file://{folder}]" for folder in folders]


def argv_flags(argv: list[str], overrides: list[str]) -> list[str]:
    """Return the arguments that are not overrides."""
    rest = list(argv)
    for override in overrides:
        rest.remove(override)
    return rest
