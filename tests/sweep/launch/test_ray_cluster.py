import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnnlab.errors import SettingError
from rnnlab.sweep.beat import living
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.launch import ray_cluster
from rnnlab.sweep.launch.ray_cluster import RayLauncher
from rnnlab.sweep.ledger.ledger import Ledger

ROOT = Path(__file__).parents[3]
SMALL = ["task=imdb", "data=synthetic", "data.train_rows=1000", "data.validation_rows=200"]
SMALL += ["data.test_rows=200", "threads=1", "model=rnn", "model.hidden_size=16", "trainer.max_epochs=4"]
SMALL += ["trainer.enable_progress_bar=false", "baselines=false", "report=false", "figures=false"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"address": None, "detach": True}, "launcher.detach=True: needs launcher.address"),
        ({"address": None, "gpus": 99}, "launcher.gpus=99: this machine has"),
        ({"address": None, "cpus": 9999}, "launcher.cpus=9999: this machine has"),
    ],
)
def test_what_cannot_work_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        RayLauncher().check(settings)


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_cluster, "find_spec", lambda name: None)
    with pytest.raises(SettingError, match=r'pip install -e "\.\[ray\]"'):
        RayLauncher().check({})


def test_an_address_where_no_cluster_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(address: str, **settings: Any) -> None:
        raise ConnectionError(f"Failed to connect to Ray cluster at {address}")

    monkeypatch.setattr("ray.init", refuse)
    with pytest.raises(SettingError, match=r"launcher.address=there: no Ray cluster(.|\n)*RAY_AUTH_MODE"):
        RayLauncher().start(SweepFolder(tmp_path), {"workers": 1, "address": "there"})


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@pytest.mark.slow
@pytest.mark.ray
def test_a_sweep_whose_worker_and_whose_actor_are_killed(
    tmp_path: Path, wait_until: Callable[..., Any]
) -> None:
    choices = [*SMALL, "seed=range(8)", "sweep.name=mine", "launcher=ray", "launcher.workers=2"]
    with (tmp_path / "printed").open("w") as printed:
        command = [sys.executable, str(ROOT / "train.py"), "-m", *choices]
        process = subprocess.Popen(command, cwd=tmp_path, stdout=printed, stderr=subprocess.STDOUT)
    folder = SweepFolder(tmp_path / "outputs" / "sweeps" / "mine")
    killed = set()

    def victim() -> dict[str, Any] | None:
        """A worker that trains; the process that the last kill took is not taken for one."""
        assert process.poll() is None, (tmp_path / "printed").read_text()
        beats = [beat for beat in living(folder, 60.0) if beat["id"] not in killed]
        return next((beat for beat in beats if beat["job"] is not None), None)

    for whom in (lambda pid: pid, parent_of):
        beat = wait_until(victim, 300.0)
        killed.add(beat["id"])
        os.kill(whom(beat["pid"]), signal.SIGKILL)
    try:
        assert process.wait(900) == 0, (tmp_path / "printed").read_text()
    finally:
        process.kill()
    rows = Ledger(folder).sync().rows
    assert [row.state for row in rows] == ["finished"] * 8
    assert sum("its worker was lost" in (row.note or "") for row in rows) >= 1
    assert max(row.attempts for row in rows) >= 2
