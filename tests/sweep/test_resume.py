"""Going on with a sweep: by one process at a time, with what may change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.folder.lock import FolderLock, Held, holder_of
from rnnlab.run.study.storage import create_study
from rnnlab.sweep.beat import Heartbeat, beat_path
from rnnlab.sweep.known import remember_sweep
from rnnlab.sweep.resume import go_on
from rnnlab.sweep.spec import Spec


def config(made: Any, **sweep: Any) -> DictConfig:
    plain = {"resume": str(made.folder.path), "retry_failed": False, "trials": 4, **sweep}
    return OmegaConf.create({"sweep": plain, "launcher": {"name": "local", "workers": 1}})


@pytest.fixture
def made(small: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A sweep that this user has started."""
    monkeypatch.setenv("RNNLAB_CONFIG_DIR", str(tmp_path / "own"))
    create_study(small.folder.path, small.spec.name, small.spec.directions, None)
    remember_sweep(small.folder)
    return small


def test_two_at_once_are_one_and_a_refusal(made: Any) -> None:
    first = FolderLock()
    go_on([], config(made), first)
    with pytest.raises(Held, match="mine: this sweep is being led by process "):
        go_on([], config(made), FolderLock())
    first.release()
    assert holder_of(made.folder.path) is None


def test_living_workers_are_named(made: Any) -> None:
    fields = {**Heartbeat(made.folder, "far", "0", 60.0).fields, "host": "elsewhere", "pid": 7}
    beat_path(made.folder, "far").write_text(json.dumps(fields))
    with pytest.raises(SettingError, match="is being worked on by process 7 on elsewhere; stop it with"):
        go_on([], config(made), FolderLock())


def test_limits_may_change(made: Any) -> None:
    typed = {"stall_limit": "90s", "kill_after": 5, "timeout": None}
    lock = FolderLock()
    go_on([f"sweep.{name}={value}" for name, value in typed.items()], config(made, **typed), lock)
    lock.release()
    spec = Spec.load(made.folder)
    assert (spec.stall_limit, spec.kill_after, spec.timeout) == (90.0, 5.0, None)


def test_a_limit_that_is_no_time_is_refused(made: Any) -> None:
    lock = FolderLock()
    with pytest.raises(SettingError, match=r"sweep\.stall_limit=soon: must be a time such as 90s.*, or null"):
        go_on(["sweep.stall_limit=soon"], config(made, stall_limit="soon"), lock)
    lock.release()


def test_a_sweep_that_is_none_is_refused(made: Any, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="must be the folder of a sweep"):
        go_on([], config(made, resume=str(tmp_path)), FolderLock())
