"""The sizes of a run's network where `model.parameters` or `model.state_size` asks for them."""

from __future__ import annotations

import logging
from typing import Any

from omegaconf import DictConfig

from rnnlab.kinds.work import Work
from rnnlab.model.settings import SOLVED
from rnnlab.run.build.matched_size import match_size
from rnnlab.run.build.size_template import set_sizes
from rnnlab.run.config.check_model import is_matched
from rnnlab.run.config.saved import config_of
from rnnlab.run.folder.result import Result
from rnnlab.run.folder.run_folder import RunFolder

log = logging.getLogger("rnnlab")


def keep_sizes(cfg: DictConfig, folder: RunFolder) -> None:
    """Give a run that goes on from a checkpoint the sizes of its config.yaml."""
    if folder.last.is_file() and is_matched(cfg.model):
        saved = config_of(folder.config)["model"]
        set_sizes(cfg, {name: saved[name] for name in SOLVED if saved.get(name) != cfg.model.get(name)})


def solve_sizes(cfg: DictConfig, work: Work, tokenizer: Any, result: Result) -> None:
    """Find the sizes of a new run, and write them to its config.yaml.

    Raises:
        SettingError: no sizes come close enough.
    """
    if work.folder.last.is_file():
        return
    vocabulary = None if tokenizer is None else tokenizer.vocab_size
    found = match_size(cfg, work.facts, vocabulary, work.words)
    if found is not None:
        log.info("model: %s", found)
        if result.primary:
            work.folder.write_config(cfg)
