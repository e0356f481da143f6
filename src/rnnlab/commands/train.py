"""`rnnlab train OVERRIDES`: train a network, or many with -m; `python train.py` of a clone does the same."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import hydra
from omegaconf import DictConfig

from rnnlab.run.config.arguments import CONFIG_NAME
from rnnlab.run.config.conf_folder import conf_folder
from rnnlab.run.train.hydra_job import run_composed
from rnnlab.run.train.job import job, orderly
from rnnlab.sweep.command import read_line

SUMMARY = "a network, or with -m a sweep of many"
COMMAND = "train"


def run_line(argv: Sequence[str]) -> None:
    """Train as the arguments say, and end the process with the exit code of the training.

    Args:
        argv: what stands behind `rnnlab train`: Hydra's flags and overrides.
    """
    train(conf_folder(), argv, (COMMAND,))


def train(config_dir: Path, argv: Sequence[str] | None = None, command: tuple[str, ...] = ()) -> None:
    """Check the arguments, train, and end the process.

    Args:
        config_dir: the folder conf/.
        argv: Hydra's flags and overrides; None for those of the process.
        command: the words between the program and its arguments, with which a process of another device is
            started as this one was.
    """

    def run(cfg: DictConfig) -> None:
        sys.argv[1:1] = command
        job(cfg)

    with orderly():
        line = read_line(list(sys.argv[1:] if argv is None else argv), config_dir)
        sys.argv[1:] = line.arguments
        if line.config is None:
            hydra.main(str(config_dir.absolute()), CONFIG_NAME, version_base="1.3")(run)()
        else:
            run_composed(line.config, run)
