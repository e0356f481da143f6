"""A config that was composed once is run as Hydra's own entry runs one."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from rnnlab.commands import train as module
from rnnlab.run.train import command
from rnnlab.training.callback.signals import SIGNALS

CONFIG_DIR = Path(__file__).parents[3] / "conf"
TYPED = [
    "task=imdb",
    "data=synthetic",
    "model=gru",
    "optimizer.lr=0.02",
    "+trainer.barebones=false",
]


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function from arguments to what the run is called with, and the exit code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    handlers = list(logging.getLogger().handlers)

    def run(*typed: str, task: Any = lambda cfg: None) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}

        def job(cfg: DictConfig) -> None:
            of_hydra: Any = OmegaConf.to_container(HydraConfig.instance().cfg, resolve=False)
            found["hydra"], found["argv"] = of_hydra["hydra"], list(sys.argv)
            found["dir"] = HydraConfig.get().runtime.output_dir
            found["there"] = Path(found["dir"]).is_dir()
            found["config"] = OmegaConf.to_container(command.without_hydra(cfg), resolve=False)
            found["logs"] = [type(handler).__name__ for handler in logging.getLogger().handlers]
            task(cfg)

        monkeypatch.setattr(module, "job", job)
        monkeypatch.setattr(sys, "argv", ["train.py", *typed])
        with pytest.raises(SystemExit) as left:
            module.train(CONFIG_DIR)
        return found, int(left.value.code or 0)

    yield run
    SIGNALS.restore()  # the process goes on, as that of a training does not
    logging.getLogger().handlers[:] = handlers


def test_the_run_sees_what_hydra_would_have_shown_it(seen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    composed, code = seen(*TYPED, "hydra.run.dir=here")
    monkeypatch.setattr(command, "can_run", lambda cfg, flags: False)
    by_hydra, other = seen(*TYPED, "hydra.run.dir=here")
    assert code == other == 0
    assert composed["there"]
    by_hydra["hydra"]["overrides"]["hydra"].remove("hydra.mode=RUN")  # which it adds itself
    for part in ("config", "argv", "dir", "logs", "hydra"):
        assert composed[part] == by_hydra[part], part


def test_hydra_composes_once(seen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, compose = [], command.compose

    def counted(*given: Any, **more: Any) -> Any:
        calls.append(given)
        return compose(*given, **more)

    monkeypatch.setattr(command, "compose", counted)
    monkeypatch.setattr(module.hydra, "main", None)
    seen("task=imdb", "data=synthetic", "model=gru")
    assert len(calls) == 1


def test_flags_are_left_to_hydra(seen: Any, tmp_path: Path) -> None:
    (tmp_path / "own" / "model").mkdir(parents=True)
    (tmp_path / "own" / "model" / "mine.yaml").write_text("defaults: [gru]\n")
    found, code = seen("task=imdb", "data=synthetic", "model=mine", "--config-dir", "own")
    assert code == 0
    assert "command-line" in [one["provider"] for one in found["hydra"]["runtime"]["config_sources"]]


@pytest.mark.parametrize(
    ("error", "code"), [(SystemExit(3), 3), (KeyError("lost"), 1)], ids=["exit", "exception"]
)
def test_the_end_of_the_run_is_that_of_the_process(seen: Any, error: BaseException, code: int) -> None:
    def fail(cfg: DictConfig) -> None:
        raise error

    assert seen("task=imdb", "data=synthetic", "model=gru", task=fail)[1] == code
