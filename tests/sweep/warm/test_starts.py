"""Which jobs are forked, and what becomes of a server that does not live."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from omegaconf import OmegaConf

from rnnlab.sweep.ledger.row import Row
from rnnlab.sweep.warm import starts as module
from rnnlab.sweep.warm.process import WarmServer
from rnnlab.sweep.warm.starts import MOST_STARTS, WarmStarts

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="trainings are forked on Linux alone")


class Choices:
    """Stands for `Identities`: the accelerator is what was typed last."""

    def config(self, overrides: list[str]) -> Any:
        return OmegaConf.create({"trainer": {"accelerator": overrides[-1]}})


def row(accelerator: str = "cpu") -> Row:
    return Row(0, 0, (accelerator,), {}, "running")


@pytest.fixture
def warm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function from modules to warm starts whose servers import those alone."""

    def make(*modules: str, **launcher: Any) -> WarmStarts:
        monkeypatch.setattr(module, "WarmServer", lambda cwd: WarmServer(cwd, modules))
        spec: Any = SimpleNamespace(cwd=str(tmp_path), launcher={"warm": True, **launcher}, overrides=())
        return WarmStarts(spec, Choices())  # type: ignore[arg-type]

    return make


def stays() -> bool:
    return False


def test_a_server_is_kept_from_job_to_job_until_the_worker_leaves(warm: Any) -> None:
    starts = warm("json")
    first = starts.server(row(), stays)
    assert first is not None
    assert first.usable
    assert starts.server(row(), stays) is first
    starts.end()
    assert not first.lives


@pytest.mark.parametrize("accelerator", ["gpu", "auto", "mps"])
def test_a_training_on_another_device_starts_anew(warm: Any, accelerator: str) -> None:
    assert warm("json").server(row(accelerator), stays) is None


def test_without_the_setting_all_start_anew(warm: Any) -> None:
    assert warm("json", warm=False).server(row(), stays) is None


def test_sweeps_older_than_the_setting_start_anew() -> None:
    spec: Any = SimpleNamespace(launcher={"name": "local"})
    assert not WarmStarts(spec, Choices()).wanted  # type: ignore[arg-type]


def test_a_server_that_always_ends_is_given_up(warm: Any, tmp_path: Path, caplog: Any) -> None:
    (tmp_path / "broken.py").write_text("raise SystemExit(3)")
    starts = warm("broken")
    with caplog.at_level("INFO"):
        assert [starts.server(row(), stays) for _ in range(MOST_STARTS + 1)] == [None] * (MOST_STARTS + 1)
    assert f"warm starts are off: their process ended {MOST_STARTS} times" in caplog.text
    assert not starts.wanted


def test_threads_of_libraries_are_reported_once(warm: Any, tmp_path: Path, caplog: Any) -> None:
    text = "import threading, time; threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
    (tmp_path / "threaded.py").write_text(text)
    starts = warm("threaded")
    with caplog.at_level("INFO"):
        assert [starts.server(row(), stays) for _ in range(2)] == [None, None]
    assert caplog.text.count("warm starts are off: an imported library runs 2 threads") == 1


def test_a_worker_that_leaves_does_not_wait_for_imports(warm: Any, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time; time.sleep(600)")
    starts = warm("slow")
    assert starts.server(row(), lambda: True) is None
    starts.end()
